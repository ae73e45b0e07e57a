import { expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { carryOut, type JobResult, type Workflow } from '../examples/workflow.ts'
import { AT_ONCE, onMerge, onPullRequest, ownComment } from '../scenarios/github/repository.ts'
import { onStage, type Stage } from '../stage.ts'
import { carriedOut, type Repository } from './carried-out.ts'
import { blockWith } from './pages.ts'
import { callsOf } from './recipe.ts'

jest.setTimeout(120_000)

const SCRIPT = blockWith('README.md', 'sh', 'gh secret set APONO_TOKEN')
// Actionlint has looked at its form.
const FIRST_SCREEN = parse(blockWith('README.md', 'yaml', 'uses: apono/azure-connector-action')) as Workflow

const setUp = (stage: Stage, script = SCRIPT) => {
  stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
  return carriedOut(callsOf(script), stage)
}

function firstScreen(stage: Stage, { vars, secrets }: Repository, workflow = FIRST_SCREEN): Promise<JobResult[]> {
  const token = stage.sandbox.inputs['apono-token'] ?? ''
  return carryOut(workflow, stage, { vars, secrets: Object.fromEntries(secrets.map((name) => [name, token])) })
}

const ends = (results: readonly JobResult[]) =>
  results.map(({ outputs }) => [outputs['failure-reason'], outputs.outcome])

async function leadsToConnector(stage: Stage, repository: Repository, workflow = FIRST_SCREEN): Promise<void> {
  onPullRequest(stage, 1)
  expect(ends(await firstScreen(stage, repository, workflow))).toEqual([['', 'pending']])
  expect(ownComment(stage, 1).body).toContain('## Apono connector')
  onMerge(stage, 1)
  expect(ends(await firstScreen(stage, repository, workflow))).toEqual([['', 'applied']])
  onPullRequest(stage, 2)
  expect(ends(await firstScreen(stage, repository, workflow))).toEqual([['', 'in-sync']])
}

test.concurrent.each([false, true])(
  "the set-up leads to exactly the first screen's workflow (immutable subjects: %s)",
  (immutableSubject) =>
    onStage(async (stage) => {
      stage.control.setGithub({ immutableSubject })
      await leadsToConnector(stage, setUp(stage))
    }, AT_ONCE),
)

test.concurrent('app registrations do as well', () =>
  onStage(async (stage) => {
    const functions = blockWith('docs/setup.md', 'sh', 'az ad app create')
    const script = SCRIPT.replace(/^identity\(\) [\s\S]*?^}\n/m, () => functions).replace(
      /^id\(\) \{ az identity.*\n/m,
      '',
    )
    expect(script).not.toContain('az identity')
    await leadsToConnector(stage, setUp(stage, script))
  }, AT_ONCE))

test.concurrent('an environment in place of the main branch', () =>
  onStage(async (stage) => {
    const trust = blockWith('docs/setup.md', 'sh', 'environment:production')
    const script = SCRIPT.replace('identity apono-apply ref:refs/heads/main\n', () => trust)
    const repository = setUp(stage, script)
    onPullRequest(stage, 1)
    expect(ends(await firstScreen(stage, repository))).toEqual([['', 'pending']])
    onMerge(stage, 1)
    expect(ends(await firstScreen(stage, repository))).toEqual([['subject-not-trusted', 'failed']])
    const [[name = '', job] = []] = Object.entries(FIRST_SCREEN.jobs)
    if (job === undefined) throw new Error('the first screen has no job')
    const guarded = { ...FIRST_SCREEN, jobs: { [name]: { ...job, environment: 'production' } } }
    expect(ends(await firstScreen(stage, repository, guarded))).toEqual([['', 'applied']])
  }, AT_ONCE))
