import { expect, jest, test } from '@jest/globals'
import { carryOut, EXAMPLES, exampleOf, type JobResult, type Occasion } from '../examples/workflow.ts'
import { withTags, withVariable } from '../stage/group-edits.ts'
import { applicationNamed } from '../stage/rights.ts'
import { onStage, type Stage, throughTunnel } from '../stage.ts'
import {
  AT_ONCE,
  commentsOn,
  issuesOf,
  MALLORY,
  onMain,
  onMerge,
  onPullRequest,
  ownComment,
  shaOf,
} from './github/repository.ts'
import { MIRROR, placesOf } from './resources/places.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(240_000)

/** Configuration variables and secrets, as the README of the examples asks for them. */
function repositoryOf(stage: Stage): Occasion {
  const { inputs } = stage.sandbox
  const clientId = (name: string) => applicationNamed(name, stage).clientId
  return {
    vars: {
      AZURE_CLIENT_ID: clientId('deployer'),
      AZURE_PLAN_CLIENT_ID: clientId('planner'),
      AZURE_DRIFT_CLIENT_ID: clientId('planner'),
      AZURE_TENANT_ID: inputs['tenant-id'] ?? '',
      AZURE_SUBSCRIPTION_ID: inputs['subscription-id'] ?? '',
      APONO_ON_CALL: 'octocat',
    },
    secrets: { APONO_TOKEN: inputs['apono-token'] ?? '', APONO_API_TOKEN: stage.sandbox.apono.token },
  }
}

/** Carries the example out for what GitHub is about now. */
function play(name: string, stage: Stage, more: Partial<Occasion> = {}): Promise<JobResult[]> {
  const { vars, secrets } = repositoryOf(stage)
  return carryOut(exampleOf(name), stage, {
    vars: { ...vars, ...more.vars },
    secrets,
    ...(more.inputs && { inputs: more.inputs }),
    ...(more.env && { env: more.env }),
  })
}

const endsOf = (results: readonly JobResult[]) =>
  results.map(({ job, exitCode, outputs }) => [job, exitCode, outputs.outcome])

async function installed(stage: Stage): Promise<void> {
  onPullRequest(stage, 1)
  expect(endsOf(await play('plan-and-apply.yml', stage))).toEqual([['plan', 0, 'pending']])
  onMerge(stage, 1)
  expect(endsOf(await play('plan-and-apply.yml', stage))).toEqual([['apply', 0, 'applied']])
}

test.concurrent('plan-and-apply.yml plans in the pull request and applies what was reviewed', () =>
  onStage(async (stage) => {
    await installed(stage)
    expect(commentsOn(stage, 1)).toHaveLength(1)
    onPullRequest(stage, 2)
    expect(endsOf(await play('plan-and-apply.yml', stage))).toEqual([['plan', 0, 'in-sync']])
    onMerge(stage, 2)
    expect(endsOf(await play('plan-and-apply.yml', stage))).toEqual([['apply', 0, 'in-sync']])

    stage.edit(withTags({ team: 'mallory' }))
    onPullRequest(stage, 3)
    await play('plan-and-apply.yml', stage)
    expect(ownComment(stage, 3).body).toContain('mallory')
    stage.edit(withTags({ team: 'eve' }))
    onMerge(stage, 3)
    const [refused] = await play('plan-and-apply.yml', stage)
    expect(refused?.outputs['failure-reason']).toBe('plan-changed')
  }, AT_ONCE))

test.concurrent('plan-and-apply.yml shows a fork the desired state and is green', () =>
  onStage(async (stage) => {
    stage.control.forge.addPullRequest({ number: 5, headRepository: 'mallory/infrastructure', author: MALLORY })
    onPullRequest(stage, 5)
    const results = await play('plan-and-apply.yml', stage)
    expect(endsOf(results)).toEqual([['plan', 0, 'offline']])
    expect(results[0]?.requests).toEqual([])
  }, AT_ONCE))

test.concurrent('drift.yml keeps one issue', () =>
  onStage(async (stage) => {
    await installed(stage)
    onMain(stage.control, shaOf('b', 1), 'schedule')
    stage.control.setGithub({ environment: null })
    stage.control.addFederatedCredential(applicationNamed('planner', stage).clientId)
    expect(endsOf(await play('drift.yml', stage))).toEqual([['drift', 0, 'in-sync']])
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    expect(endsOf(await play('drift.yml', stage))).toEqual([['drift', 0, 'drifted']])
    expect(endsOf(await play('drift.yml', stage))).toEqual([['drift', 0, 'drifted']])
    expect(issuesOf(stage)).toMatchObject([{ state: 'open', labels: ['drift', 'security'], assignees: ['octocat'] }])
    stage.edit(withVariable({ name: 'APONO_URL', value: 'api.apono.io' }))
    await play('drift.yml', stage)
    expect(issuesOf(stage)).toMatchObject([{ state: 'closed' }])
  }, AT_ONCE))

test.concurrent('destroy.yml removes what was installed, to whom types its id', () =>
  onStage(async (stage) => {
    await installed(stage)
    onMain(stage.control, shaOf('b', 1), 'workflow_dispatch')
    const [mistyped] = await play('destroy.yml', stage, { inputs: { confirm: 'apono' } })
    expect(mistyped?.outputs['failure-reason']).toBe('invalid-inputs')
    expect(endsOf(await play('destroy.yml', stage, { inputs: { confirm: 'apono-connector' } }))).toEqual([
      ['destroy', 0, 'applied'],
    ])
    expect(stage.stored()).toBeUndefined()
  }, AT_ONCE))

test.concurrent('several-subscriptions.yml plans and applies a connector in each', () =>
  onStage(async (stage) => {
    const { control, sandbox } = stage
    const other = otherSubscription(stage)
    control.addResourceGroup({ name: 'rg-apono', location: 'westeurope', subscriptionId: other })
    const principalId = applicationNamed('planner', stage).objectId
    control.addRoleAssignment({ scope: `/subscriptions/${other}`, roleDefinitionId: READER, principalId })
    const vars = {
      AZURE_SUBSCRIPTION_ID_PRODUCTION: sandbox.inputs['subscription-id'] ?? '',
      AZURE_SUBSCRIPTION_ID_STAGING: other,
    }
    onPullRequest(stage)
    expect(endsOf(await play('several-subscriptions.yml', stage, { vars }))).toEqual([
      ['connector', 0, 'pending'],
      ['connector', 0, 'pending'],
    ])
    expect(commentsOn(stage)).toHaveLength(2)
    onMerge(stage)
    const applied = await play('several-subscriptions.yml', stage, { vars })
    expect(endsOf(applied)).toEqual([
      ['connector', 0, 'applied'],
      ['connector', 0, 'applied'],
    ])
    expect(applied.map(({ outputs }) => outputs['container-group-id'])).toEqual([
      expect.stringMatching(new RegExp(`${sandbox.inputs['subscription-id']}.*/apono-production$`)),
      expect.stringMatching(new RegExp(`${other}.*/apono-staging$`)),
    ])
    expect(commentsOn(stage)).toHaveLength(2)
  }, AT_ONCE))

function otherSubscription(stage: Stage): string {
  const { subscriptions } = stage.control.snapshot()
  const ids = Array.isArray(subscriptions)
    ? subscriptions.map((one) => (one as { subscriptionId: string }).subscriptionId)
    : []
  return ids.find((id) => id !== stage.sandbox.inputs['subscription-id']) ?? ''
}

/** Lets somebody read the sandbox's vault. @returns what the workflow needs besides. */
function vaultFor(name: string, stage: Stage): Partial<Occasion> {
  const { 'subscription-id': subscription, 'resource-group': group } = stage.sandbox.inputs
  const scope = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/acme-vault`
  const principalId = applicationNamed(name, stage).objectId
  stage.control.addRoleAssignment({ scope, roleDefinitionId: SECRETS_USER, principalId })
  const vars = { APONO_TOKEN_SECRET: 'https://acme-vault.vault.invalid/secrets/apono-token' }
  return { vars, env: throughTunnel(stage).env }
}

test.concurrent('key-vault.yml takes the token from the vault on main, and plans without it in the pull request', () =>
  onStage(async (stage) => {
    await plannedAndApplied('key-vault.yml', stage, vaultFor('deployer', stage))
    expect(ownComment(stage).body).toContain('Whether the token changed was not compared.')
  }, AT_ONCE))

// As the README says: a plan that went without the token is another plan.
test.concurrent('with expected-plan, key-vault.yml needs a planner who may read the token', () =>
  onStage(async (stage) => {
    const workflow = exampleOf('key-vault.yml')
    const [[name = '', job] = []] = Object.entries(workflow.jobs)
    if (job === undefined) throw new Error('key-vault.yml has no job')
    const expected = "${{ github.event_name == 'push' && 'pull-request' || '' }}"
    const steps = job.steps.map((step) => ({ ...step, with: { ...step.with, 'expected-plan': expected } }))
    const approved = { ...workflow, jobs: { [name]: { ...job, steps } } }
    const { vars, secrets } = repositoryOf(stage)
    const run = async (more: Partial<Occasion>) => {
      const [result] = await carryOut(approved, stage, {
        vars: { ...vars, ...more.vars },
        secrets,
        env: more.env ?? {},
      })
      return result?.outputs['failure-reason'] || result?.outputs.outcome
    }
    const vault = vaultFor('deployer', stage)
    onPullRequest(stage, 1)
    expect(await run(vault)).toBe('pending')
    onMerge(stage, 1)
    expect(await run(vault)).toBe('plan-changed')
    vaultFor('planner', stage)
    onPullRequest(stage, 2)
    expect(await run(vault)).toBe('pending')
    onMerge(stage, 2)
    expect(await run(vault)).toBe('applied')
  }, AT_ONCE))

test.concurrent('private-network.yml puts the mirrored image into the subnet', () =>
  onStage(async (stage) => {
    const { subnet, identity } = placesOf(stage)
    const vars = { APONO_SUBNET_ID: subnet, APONO_IMAGE: MIRROR, APONO_IDENTITY_ID: identity }
    await plannedAndApplied('private-network.yml', stage, { vars })
    expect(stage.stored()?.properties.ipAddress?.type).toBe('Private')
  }, AT_ONCE))

const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'

async function plannedAndApplied(name: string, stage: Stage, more: Partial<Occasion>): Promise<void> {
  onPullRequest(stage)
  expect(endsOf(await play(name, stage, more))).toEqual([['connector', 0, 'pending']])
  onMerge(stage)
  expect(endsOf(await play(name, stage, more))).toEqual([['connector', 0, 'applied']])
}

test('every example is carried out here', () => {
  expect(EXAMPLES).toEqual([
    'destroy.yml',
    'drift.yml',
    'key-vault.yml',
    'plan-and-apply.yml',
    'private-network.yml',
    'several-subscriptions.yml',
  ])
})
