import { expect, jest, test } from '@jest/globals'
import { AT_ONCE, onMerge, onPullRequest } from '../scenarios/github/repository.ts'
import { onStage, type Stage } from '../stage.ts'
import type { Repository } from './carried-out.ts'
import { endOf, firstScreen, SCRIPT, setUp, withPart } from './first-screen.ts'
import { blockWith } from './pages.ts'

jest.setTimeout(120_000)

async function leadsToConnector(stage: Stage, repository: Repository): Promise<void> {
  onPullRequest(stage, 1)
  expect(endOf(await firstScreen(stage, repository))).toBe('pending')
  onMerge(stage, 1)
  expect(endOf(await firstScreen(stage, repository))).toBe('applied')
  onPullRequest(stage, 2)
  expect(endOf(await firstScreen(stage, repository))).toBe('in-sync')
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
    const managed = withPart(SCRIPT, /^id\(\) \{ az identity.*\n/m, '')
    const script = withPart(managed, /^identity\(\) [\s\S]*?^}\n/m, functions)
    expect(script).not.toContain('az identity')
    await leadsToConnector(stage, setUp(stage, script))
  }, AT_ONCE))

test.concurrent('an environment in place of the main branch', () =>
  onStage(async (stage) => {
    const trust = blockWith('docs/setup.md', 'sh', 'environment:production')
    const repository = setUp(stage, withPart(SCRIPT, /identity apono-apply ref:refs\/heads\/main\n/, trust))
    onPullRequest(stage, 1)
    expect(endOf(await firstScreen(stage, repository))).toBe('pending')
    onMerge(stage, 1)
    expect(endOf(await firstScreen(stage, repository))).toBe('subject-not-trusted: failed')
    expect(endOf(await firstScreen(stage, repository, { environment: 'production' }))).toBe('applied')
  }, AT_ONCE))
