import { expect, test } from '@jest/globals'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  directoryReadersIn,
  grantsOf,
  identityOf,
  isAdmin,
  KEY_VAULT_SECRETS_USER,
  LOG_ANALYTICS_CONTRIBUTOR,
  MANAGEMENT_GROUP,
  RBAC_ADMINISTRATOR,
  READER,
  resourceGroupOf,
  rolesOf,
  subscriptionOf,
  TAG_CONTRIBUTOR,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

const AT_GROUP = { permissions: 'management-group', 'management-group': 'mg-platform' }
const UNPRIVILEGED = 'ForAnyOfAllValues:GuidNotEquals'

type Scenario = {
  readonly inputs: Inputs
  /** Roles of the connector, `{sub}` and `{mg}` standing for the scopes. */
  readonly roles: readonly string[]
  readonly readers?: boolean
  readonly condition?: string
}

const scenarios: readonly Scenario[] = [
  { inputs: { permissions: 'none' }, roles: [] },
  { inputs: { permissions: 'none', 'directory-readers': 'false' }, roles: [] },
  { inputs: { permissions: 'subscription' }, roles: [`${ACCESS_ADMINISTRATOR} at {sub}`], readers: true },
  {
    inputs: { permissions: 'subscription', 'directory-readers': 'false', 'disable-locks': 'true' },
    roles: [`${ACCESS_ADMINISTRATOR} at {sub}`, `${TAG_CONTRIBUTOR} at {sub}`],
  },
  {
    inputs: { permissions: 'subscription', 'directory-readers': 'true', 'constrain-roles': 'privileged' },
    roles: [`${ACCESS_ADMINISTRATOR} at {sub}`],
    readers: true,
    condition: UNPRIVILEGED,
  },
  {
    inputs: {
      permissions: 'subscription',
      'directory-readers': 'false',
      'constrain-roles': `Reader\nLog Analytics Contributor\n${KEY_VAULT_SECRETS_USER.toUpperCase()}`,
    },
    roles: [`${ACCESS_ADMINISTRATOR} at {sub}`],
    condition: `ForAnyOfAnyValues:GuidEquals {${KEY_VAULT_SECRETS_USER}, ${LOG_ANALYTICS_CONTRIBUTOR}, ${READER}}`,
  },
  { inputs: { ...AT_GROUP, 'directory-readers': 'false' }, roles: [`${ACCESS_ADMINISTRATOR} at {mg}`] },
  {
    inputs: { ...AT_GROUP, 'disable-locks': 'true', 'constrain-roles': 'privileged' },
    roles: [`${ACCESS_ADMINISTRATOR} at {mg}`, `${TAG_CONTRIBUTOR} at {mg}`],
    readers: true,
    condition: UNPRIVILEGED,
  },
]

test.concurrent.each(scenarios)('apply gives just what was asked for, and nothing is left to do: $inputs', (scenario) =>
  onStage(async (stage) => {
    const { inputs, readers = false, condition } = scenario
    const planned = await stage.run(inputs)
    expect([planned.exitCode, writesOf(planned), planned.outputs['role-assignment-ids']]).toEqual([0, [], '[]'])
    expect(planned.outputs['principal-id']).toBeUndefined()

    const applied = await stage.run({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, applied.outputs.outcome, planLines(applied)]).toEqual([0, 'applied', planLines(planned)])
    const principal = applied.outputs['principal-id'] ?? ''
    expect(rolesOf(stage, principal)).toEqual(scenario.roles.map((role) => placed(role, stage)))
    expect(directoryReadersIn(stage)).toEqual(readers ? [principal] : [])
    expect(isAdmin(stage)).toBe(inputs.permissions !== 'none')
    const conditions = grantsOf(stage, principal).flatMap((grant) => grant.condition ?? [])
    // Writing and deleting, each with its limit.
    expect(conditions.join().split(condition ?? 'Guid')).toHaveLength(condition === undefined ? 1 : 3)
    expect(conditions).toHaveLength(condition === undefined ? 0 : 1)

    await nothingLeftToDo(stage, inputs, principal)
  }),
)

test.concurrent('further grants go by name, by GUID, and by a name that Azure is asked about', () =>
  onStage(async (stage) => {
    const group = resourceGroupOf(stage)
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv`
    const inputs = {
      permissions: 'none',
      'extra-role-assignments': [
        `- { role: key vault secrets user, scope: ${vault} }`,
        `- { role: ${RBAC_ADMINISTRATOR.toUpperCase()}, scope: ${group.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')} }`,
        `- { role: Log Analytics Contributor, scope: ${subscriptionOf(stage)} }`,
      ].join('\n'),
    }
    const applied = await stage.run({ ...inputs, operation: 'apply' })
    expect(applied.exitCode).toBe(0)
    const principal = applied.outputs['principal-id'] ?? ''
    expect(rolesOf(stage, principal).map((role) => role.toLowerCase())).toEqual(
      [
        `${LOG_ANALYTICS_CONTRIBUTOR} at ${subscriptionOf(stage)}`,
        `${RBAC_ADMINISTRATOR} at ${group}`,
        `${KEY_VAULT_SECRETS_USER} at ${vault}`,
      ].map((role) => role.toLowerCase()),
    )
    expect(isAdmin(stage)).toBe(false)
    await nothingLeftToDo(stage, inputs, principal)
  }))

test.concurrent.each(['SystemAssigned', 'UserAssigned', 'both'])(
  'the connector acts through its identity: %s',
  (type) =>
    onStage(async (stage) => {
      const inputs = {
        permissions: 'subscription',
        'identity-type': type,
        ...(type !== 'SystemAssigned' && { 'identity-ids': identityOf(stage).id }),
      }
      const applied = await stage.run({ ...inputs, operation: 'apply' })
      expect(applied.exitCode).toBe(0)
      const principal = applied.outputs['principal-id'] ?? ''
      expect(principal === identityOf(stage).principal).toBe(type === 'UserAssigned')
      expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`])
      expect(directoryReadersIn(stage)).toEqual([principal])
      await nothingLeftToDo(stage, inputs, principal)
    }),
)

test.concurrent('the plan says in a sentence what the connector may hand out, and what it costs to limit that', () =>
  onStage(async (stage) => {
    const said = async (inputs: Inputs) => plainLog(await stage.run({ permissions: 'subscription', ...inputs }))
    const unlimited = await said({})
    expect(unlimited).toContain('can give and take every role at its scope, Owner included, also to itself.')
    expect(unlimited).toContain('`constrain-roles: privileged`')
    expect(unlimited).toContain('then nobody gets those through Apono')
    expect(await said({ 'constrain-roles': 'privileged' })).toContain(
      'every role but Owner, Role Based Access Control Administrator, User Access Administrator.',
    )
    expect(await said({ 'constrain-roles': 'Reader, Tag Contributor' })).toContain(
      'can assign and remove these roles only (its own role may also write custom roles, so list built-in ones): Reader, Tag Contributor.',
    )
  }))

async function nothingLeftToDo(stage: Stage, inputs: Inputs, principal: string): Promise<void> {
  const before = grantsOf(stage)
  for (const operation of ['plan', 'apply']) {
    const again = await stage.run({ ...inputs, operation })
    expect(again.outputs).toMatchObject({ 'has-changes': 'false', outcome: 'in-sync', 'principal-id': principal })
    expect([again.exitCode, writesOf(again), planLines(again)]).toEqual([0, [], []])
    const ids = grantsOf(stage, principal).map(({ id }) => id)
    expect(JSON.parse(again.outputs['role-assignment-ids'] ?? '')).toEqual(ids.sort())
  }
  expect(grantsOf(stage)).toEqual(before)
}

function placed(role: string, stage: Stage): string {
  return role.replace('{sub}', subscriptionOf(stage)).replace('{mg}', MANAGEMENT_GROUP)
}
