import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, startArmSession, type Wire } from './arm-session.ts'
import { seeded } from './graph-session.ts'

const version = '2022-04-01'
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const platform = '/providers/Microsoft.Management/managementGroups/mg-platform'

let arm: ArmSession
let alice: string
let engineers: string
beforeAll(async () => {
  arm = await startArmSession()
  const { control } = arm.sandbox
  alice = control.addMember({ kind: 'User', displayName: 'Alice' }).objectId
  engineers = control.addMember({ kind: 'Group', displayName: 'engineers', memberIds: [alice] }).objectId
  for (const scope of [arm.subscription, arm.resourceGroup, `${arm.resourceGroup}/providers/a.b/c/d`, platform]) {
    control.addRoleAssignment({ scope, roleDefinitionId: reader, principalId: alice, principalType: 'User' })
  }
  const assignment = { scope: arm.resourceGroup, roleDefinitionId: reader, principalType: 'Group' }
  control.addRoleAssignment({ ...assignment, principalId: engineers })
})
afterAll(() => arm.sandbox.close())

async function list(scope: string, filter?: string): Promise<Wire[]> {
  const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments${query}`
  const { status, body } = await arm.send('GET', path, { version })
  expect(status).toBe(200)
  return JSON.parse(JSON.stringify(body.value))
}

const scopesOf = (assignments: readonly Wire[]) => assignments.map(({ properties }) => String(properties?.scope))

test('atScope() shows the scope and what is above it', async () => {
  const shown = await list(arm.resourceGroup, 'atScope()')
  expect(new Set(scopesOf(shown))).toEqual(new Set([arm.resourceGroup, arm.subscription, platform]))
})

test('a principal is found below the scope too', async () => {
  const scopes = scopesOf(await list(arm.subscription, `principalId eq '${alice}'`))
  expect(scopes).toEqual([arm.subscription, arm.resourceGroup, `${arm.resourceGroup}/providers/a.b/c/d`, platform])
  expect(scopesOf(await list(arm.resourceGroup, `atScope() and principalId eq '${alice}'`))).toHaveLength(3)
})

test('assignedTo() counts what a group was given', async () => {
  expect(await list(arm.resourceGroup, `principalId eq '${alice}'`)).toHaveLength(4)
  expect(await list(arm.resourceGroup, `assignedTo('${alice}')`)).toHaveLength(5)
  expect(await list(arm.resourceGroup, `atScope() and assignedTo('${alice.toUpperCase()}')`)).toHaveLength(4)
})

test('ids of roles carry the subscription that was asked, wherever the role was given', async () => {
  const deployer = seeded(arm.sandbox, 'deployer').objectId
  for (const { properties } of await list(arm.resourceGroup, `principalId eq '${deployer}'`)) {
    expect(properties?.roleDefinitionId).toMatch(new RegExp(`^${arm.subscription}/providers/Microsoft.Authorization/`))
  }
  const [first] = await list(platform, `principalId eq '${deployer}'`)
  expect(first?.properties?.roleDefinitionId).toMatch(/^\/providers\/Microsoft.Authorization\/roleDefinitions\//)
})

test('a long list comes in pages', async () => {
  const whole = await list(arm.subscription)
  arm.sandbox.control.setRoleAssignmentLimits({ page: 3 })
  const names: unknown[] = []
  let next = `${arm.subscription}/providers/Microsoft.Authorization/roleAssignments?api-version=${version}`
  for (let pages = 0; next !== '' && pages < 10; pages += 1) {
    const { body } = await arm.send('GET', next)
    names.push(...JSON.parse(JSON.stringify(body.value)).map(({ name }: Wire) => name))
    next = String(body.nextLink ?? '')
  }
  arm.sandbox.control.setRoleAssignmentLimits({ page: 250 })
  expect(names).toEqual(whole.map(({ name }) => name))
})

test.each(["roleDefinitionId eq 'x'", "principalId eq 'a' or atScope()", "principalId eq 'a' and assignedTo('b')"])(
  'the filter %s is refused',
  async (filter) => {
    const path = `${arm.subscription}/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}`
    expect((await arm.send('GET', path, { version })).status).toBe(400)
  },
)

test('a skip token that nobody gave out is refused', async () => {
  const path = `${arm.subscription}/providers/Microsoft.Authorization/roleAssignments?$skipToken=5`
  expect((await arm.send('GET', path, { version })).status).toBe(400)
})

test('assignments of who is no more stay, of an unknown kind', async () => {
  arm.sandbox.control.removePrincipal(engineers)
  const [orphan] = await list(arm.resourceGroup, `principalId eq '${engineers}'`)
  expect(orphan?.properties).toMatchObject({ principalType: 'Unknown' })
})

test('roles are found by name and by id', async () => {
  const path = `${arm.resourceGroup}/providers/Microsoft.Authorization/roleDefinitions`
  const { body } = await arm.send('GET', `${path}?$filter=${encodeURIComponent("roleName eq 'Reader'")}`, { version })
  expect(body).toMatchObject({
    value: [{ id: expect.stringContaining(`${arm.subscription}/providers/`), name: reader }],
  })
  expect(body.value).toHaveLength(1)
  const one = await arm.send('GET', `/providers/Microsoft.Authorization/roleDefinitions/${reader}`, { version })
  expect(one.body.properties).toMatchObject({ roleName: 'Reader', permissions: [{ actions: ['*/read'] }] })
  const missing = await arm.send('GET', `${path}/88d8e3e3-8f55-4a1e-953a-9b9898b8876b`, { version })
  expect([missing.status, missing.body.error?.code]).toEqual([404, 'RoleDefinitionDoesNotExist'])
})

test('permissions are what the roles of the caller add up to', async () => {
  const limited = await arm.as(seeded(arm.sandbox, 'limited').clientId)
  for (const scope of [arm.subscription, arm.resourceGroup, `${arm.resourceGroup}/providers/a.b/c/d`]) {
    const { body } = await limited.send('GET', `${scope}/providers/Microsoft.Authorization/permissions`, { version })
    expect(body).toMatchObject({ value: [{ actions: ['*'], dataActions: [], notDataActions: [] }] })
  }
  const own = await arm.send('GET', `${arm.resourceGroup}/providers/Microsoft.Authorization/permissions`, { version })
  expect(own.body.value).toHaveLength(4)
})
