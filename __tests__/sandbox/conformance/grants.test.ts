import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadSpecs, violations } from '../../specs/conformance.ts'
import { fieldsOf } from '../../specs/json.ts'
import { exchangesOf } from '../../specs/logged-exchange.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'
import { graphSession, seeded } from '../graph-session.ts'

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const directoryReaders = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'

describeWithSpecs('grants', () => {
  const specs = loadSpecs()
  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  /** Sends a request that must be answered so, in a reply and from a request that conform. */
  async function expectConforming(method: string, path: string, status: number, body?: object): Promise<unknown> {
    const { exchange } = await session.send(method, path, body)
    const found = { status: exchange.status, violations: violations(specs, exchange) }
    expect(found).toEqual({ status, violations: [] })
    return exchange.replyBody
  }

  test.each(['2022-04-01', '2020-04-01-preview'])('role assignments conform to %s', async (version) => {
    const subscription = `/subscriptions/${session.subscriptionId}`
    const platform = '/providers/Microsoft.Management/managementGroups/mg-platform'
    const { objectId: principalId } = session.sandbox.control.addMember({ kind: 'User', displayName: 'Alice' })
    const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${reader}`
    const condition = `@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'`
    const properties = { roleDefinitionId, principalId, principalType: 'User', condition, conditionVersion: '2.0' }
    for (const scope of [subscription, `${subscription}/resourceGroups/rg-apono`, session.identityId, platform]) {
      const list = `${scope}/providers/Microsoft.Authorization/roleAssignments`
      const one = `${list}/${randomUUID()}?api-version=${version}`
      await expectConforming('PUT', one, 201, { properties })
      await expectConforming('PUT', one, 201, { properties: { ...properties, description: 'changed' } })
      await expectConforming('GET', one, 200)
      await expectConforming('GET', `${list}?api-version=${version}&$filter=atScope()`, 200)
      await expectConforming('GET', `${list}?api-version=${version}&$filter=principalId eq '${principalId}'`, 200)
      await expectConforming('DELETE', one, 200)
      await expectConforming('DELETE', one, 204)
      await expectConforming('GET', one, 404)
    }
  })

  test.each(['2022-04-01', '2018-01-01-preview'])('role definitions and permissions conform to %s', async (version) => {
    const subscription = `/subscriptions/${session.subscriptionId}`
    const query = `?api-version=${version}`
    for (const scope of [subscription, `${subscription}/resourceGroups/rg-apono`, '']) {
      const definitions = `${scope}/providers/Microsoft.Authorization/roleDefinitions`
      await expectConforming('GET', `${definitions}${query}&$filter=roleName eq 'Reader'`, 200)
      await expectConforming('GET', `${definitions}/${reader}${query}`, 200)
    }
    for (const scope of [subscription, `${subscription}/resourcegroups/rg-apono`, session.identityId]) {
      await expectConforming('GET', `${scope}/providers/Microsoft.Authorization/permissions${query}`, 200)
    }
  })

  test('the one thing that violates is the unknown kind of who is no more', async () => {
    const { control } = session.sandbox
    const scope = `/subscriptions/${session.subscriptionId}/resourceGroups/rg-other`
    control.addRoleAssignment({ scope, roleDefinitionId: reader, principalId: randomUUID() })
    const filter = '$filter=atScope()'
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&${filter}`
    const { exchange } = await session.send('GET', path)
    expect(violations(specs, exchange)).toEqual([expect.stringContaining('principalType')])
  })

  test('management groups conform', async () => {
    const groups = '/providers/Microsoft.Management/managementGroups'
    await expectConforming('GET', `${groups}?api-version=2021-04-01`, 200)
    await expectConforming('GET', `${groups}/mg-platform?api-version=2021-04-01`, 200)
    await expectConforming('GET', `${groups}/nothing?api-version=2021-04-01`, 400)
  })

  test('identities conform', async () => {
    const path = `${session.identityId}-new?api-version=2023-01-31`
    const body = { location: 'westeurope', tags: { key1: 'value1' } }
    const created = await expectConforming('PUT', path, 201, body)
    expect(fieldsOf(created)).toMatchObject({ tags: body.tags, location: 'westeurope' })
    await expectConforming('PUT', path, 200, body)
    await expectConforming('GET', path, 200)
    await expectConforming('DELETE', path, 200)
    await expectConforming('DELETE', path, 204)
    await expectConforming('GET', path, 404)
  })

  test('Microsoft Graph conforms', async () => {
    const { control } = session.sandbox
    const deployer = seeded(session.sandbox, 'deployer')
    control.setAppRoles(deployer.clientId, ['RoleManagement.ReadWrite.Directory', 'Directory.Read.All'])
    control.setTiming({ graphConsistencyMs: 0 })
    control.clearRequests()
    const graph = await graphSession(session.sandbox)
    const assignments = '/roleManagement/directory/roleAssignments'
    const sent = { principalId: deployer.objectId, roleDefinitionId: directoryReaders, directoryScopeId: '/' }
    const { body } = await graph.send('POST', assignments, sent)
    await graph.send('POST', assignments, sent)
    await graph.send('GET', `${assignments}?$filter=principalId eq '${deployer.objectId}'`)
    await graph.send('GET', `${assignments}/${body.id}`)
    await graph.send('DELETE', `${assignments}/${body.id}`)
    await graph.send('GET', `${assignments}/${body.id}`)
    await graph.send('GET', '/roleManagement/directory/roleDefinitions')
    await graph.send('GET', `/roleManagement/directory/roleDefinitions/${directoryReaders}`)
    await graph.send('GET', `/servicePrincipals/${deployer.objectId}`)
    await graph.send('GET', `/servicePrincipals(appId='${deployer.clientId}')`)
    await graph.send('GET', `/directoryObjects/${deployer.objectId}`)

    const exchanges = exchangesOf(control.requests()).filter(({ path }) => path.startsWith('/v1.0/'))
    expect(exchanges.map(({ status }) => status)).toEqual([201, 400, 200, 200, 204, 404, 200, 200, 200, 200, 200])
    expect(exchanges.flatMap((exchange) => violations(specs, exchange))).toEqual([])
  })
})
