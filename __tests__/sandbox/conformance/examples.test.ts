import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Answer } from '../../specs/arm-client.ts'
import { loadSpecs, violations } from '../../specs/conformance.ts'
import { type Example, examplesOf } from '../../specs/examples.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { determinedLeaves, leavesOf, replaced } from '../../specs/leaves.ts'
import { exchangesOf } from '../../specs/logged-exchange.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'

/** How an example's request is changed before it is sent, and why the sandbox would rightly refuse it as it is. */
type Adaptation = {
  readonly why: readonly string[]
  readonly texts?: (session: Session) => Readonly<Record<string, string>>
  readonly adapt?: (properties: Record<string, unknown>) => Record<string, unknown>
}

const exampleSubnet =
  '/subscriptions/00000000-0000-0000-0000-00000000/resourceGroups/test-rg/providers/Microsoft.Network/virtualNetworks/test-rg-vnet/subnets/test-subnet'

const created: Readonly<Record<string, Adaptation>> = {
  'ContainerGroupCreateConfidential.json': {
    why: ['no registry has an image called confiimage'],
    texts: () => ({ confiimage: 'nginx' }),
  },
  'ContainerGroupEncryptionProperties.json': {
    why: ['the identity must exist'],
    texts: ({ identityId }) => ({
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/test-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/container-group-identity':
        identityId,
    }),
  },
  'ContainerGroupExtensions.json': {
    why: ['the subnet must be in the same subscription and region'],
    texts: ({ subnetId }) => ({ [exampleSubnet]: subnetId, eastus2: 'westeurope' }),
  },
  'ContainerGroupsCreateOrUpdate.json': {
    why: [
      'the identity must exist',
      'the subnet is an expression of a template and no id, and must be in the same region',
      'GPUs are retired since 2025-07-14',
      'a group in a subnet has neither a public address nor a DNS label',
    ],
    texts: ({ identityId, subnetId }) => ({
      '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity-name':
        identityId,
      "[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('vnetName'), parameters('subnetName'))]":
        subnetId,
      ',"gpu":{"count":1,"sku":"K80"}': '',
      'west us': 'westeurope',
      WestUs: 'westeurope',
    }),
    adapt: (properties) => ({
      ...properties,
      ipAddress: { ports: fieldsOf(properties.ipAddress).ports, type: 'Private' },
    }),
  },
  'ContainerGroupsCreatePriority.json': { why: [] },
}

/** Values a reader must never see again, by the end of their path. */
const secret = /\/(workspaceKey|storageAccountKey|password|secureValue)$|\/(protectedSettings|secret)\//

/** What the sandbox does not serve. It must say so loudly, not answer something. */
const notServed: Readonly<Record<string, string>> = {
  'CachedImagesList.json': 'the connector needs no cached images',
  'CapabilitiesList.json': 'the action does not look at capabilities',
  'ContainerAttach.json': 'no client attaches to the connector',
  'ContainerExec.json': 'no client runs commands in the connector',
  'ContainerGroupUsage.json': 'the action does not look at usages',
  'OperationsList.json': 'lists permissions for the portal',
  'SubnetServiceAssociationLinkDelete.json': 'cleans up subnets, which the action never does',
}

describeWithSpecs('official examples sent to the sandbox', () => {
  const specs = loadSpecs()
  const examples = specs.operations.filter(({ apiVersion }) => apiVersion === '2023-05-01').flatMap(examplesOf)
  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  function exampleOf(file: string): Example {
    const found = examples.find(({ title }) => title.includes(` ${file} `))
    if (!found) throw new Error(`There is no example ${file}.`)
    return found
  }

  /** Sends an example's request to the session's own subscription, resource group and the named group. */
  function send(file: string, group: string, body?: unknown): Promise<Answer> {
    const { method, path, query, requestBody } = exampleOf(file).exchange
    const own = path
      .replace(/\/subscriptions\/[^/]+/, `/subscriptions/${session.subscriptionId}`)
      .replace(/\/resourceGroups\/[^/]+/i, `/resourceGroups/${session.resourceGroup}`)
      .replace(/\/containerGroups\/[^/]+/, `/containerGroups/${group}`)
      .replace(/\/containers\/[^/]+/, '/containers/accdemo')
    return session.send(method, `${own}?${new URLSearchParams(query)}`, body ?? requestBody)
  }

  function bodyFor(file: string): unknown {
    const { texts, adapt = (properties: Record<string, unknown>) => properties } = created[file] ?? { why: [] }
    const body = fieldsOf(replaced(exampleOf(file).exchange.requestBody, texts?.(session) ?? {}))
    return { ...body, properties: adapt({ ...fieldsOf(body.properties) }) }
  }

  async function createdFrom(file: string, group: string): Promise<Answer> {
    const answer = await send(file, group, bodyFor(file))
    session.settle()
    return answer
  }

  function expectConforming(answer: Answer, status: number): void {
    expect({ status: answer.exchange.status, violations: violations(specs, answer.exchange) }).toEqual({
      status,
      violations: [],
    })
  }

  test.each(Object.keys(created))('%s is created and carries what the request determines', async (file) => {
    const group = file.replace('.json', '').toLowerCase()
    const put = await createdFrom(file, group)
    const get = await send('ContainerGroupsGet_Succeeded.json', group)

    expectConforming(put, 201)
    expectConforming(get, 200)
    const example = exampleOf(file).exchange
    const determined = determinedLeaves({ request: example.requestBody, reply: example.replyBody }, bodyFor(file))
    const answered = leavesOf(get.exchange.replyBody)
    expect(determined.size).toBeGreaterThan(5)
    expect(Object.fromEntries([...determined.keys()].map((path) => [path, answered.get(path)]))).toEqual(
      Object.fromEntries(determined),
    )
    expect([...answered.keys()].filter((path) => secret.test(path))).toEqual([])
  })

  test('a group goes through its life as the examples show it', async () => {
    const file = 'ContainerGroupCreateConfidential.json'
    await createdFrom(file, 'life')

    const updated = await send('ContainerGroupsUpdate.json', 'life')
    expectConforming(updated, 200)
    expect(fieldsOf(updated.exchange.replyBody).tags).toEqual({ tag1key: 'tag1Value', tag2key: 'tag2Value' })
    const logs = await send('ContainerListLogs.json', 'life')
    expectConforming(logs, 200)
    expectConforming(await send('ContainerGroupsRestart.json', 'life'), 204)
    session.settle()
    expectConforming(await send('ContainerGroupsStop.json', 'life'), 204)
    session.settle()
    const started = await send('ContainerGroupsStart.json', 'life')
    expectConforming(started, started.exchange.status === 202 ? 202 : 204)
    session.settle()
    const deleted = await send('ContainerGroupsDelete.json', 'life')
    expectConforming(deleted, 200)
    expect(fieldsOf(deleted.exchange.replyBody).name).toBe('life')
    expectConforming(await send('ContainerGroupsDelete.json', 'life'), 204)
  })

  test.each(['ContainerGroupsList.json', 'ContainerGroupsListByResourceGroup.json'])(
    '%s lists the groups, without their instance views',
    async (file) => {
      await createdFrom('ContainerGroupsCreatePriority.json', 'listed')
      const answer = await send(file, '')

      expectConforming(answer, 200)
      const groups = itemsOf(fieldsOf(answer.exchange.replyBody).value).map(fieldsOf)
      expect(groups.map(({ name }) => name)).toContain('listed')
      expect([...leavesOf(groups).keys()].filter((path) => path.includes('instanceView'))).toEqual([])
    },
  )

  test('ContainerGroupsGet_Failed.json: a failed group says so and gives the events', async () => {
    const events = [{ name: 'InsufficientCapacity.', message: 'No room.' }]
    session.sandbox.control.injectFault({
      name: 'no room',
      method: 'PUT',
      effect: { kind: 'failed-operation', events },
    })
    const put = await createdFrom('ContainerGroupsCreatePriority.json', 'failed')
    const operation = await session.send('GET', put.headers.get('azure-asyncoperation') ?? '')
    const get = await send('ContainerGroupsGet_Failed.json', 'failed')

    expectConforming(operation, 200)
    expect(fieldsOf(operation.exchange.replyBody).status).toBe('Failed')
    expectConforming(get, 200)
    expect(fieldsOf(fieldsOf(get.exchange.replyBody).properties).provisioningState).toBe('Failed')
  })

  test('ContainerGroupsGetPriority.json: the priority is shown', async () => {
    await createdFrom('ContainerGroupsCreatePriority.json', 'spot')
    const answer = await send('ContainerGroupsGetPriority.json', 'spot')

    expectConforming(answer, 200)
    expect(fieldsOf(fieldsOf(answer.exchange.replyBody).properties).priority).toBe('Spot')
  })

  test.each(Object.entries(notServed))('%s is answered 501, since %s', async (file) => {
    const answer = await send(file, 'any')

    expect(answer.exchange.status).toBe(501)
  })

  test('make no exchange that violates a description', () => {
    const served = session.sandbox.control.requests().filter(({ status }) => status !== 501)

    expect(served).not.toHaveLength(0)
    expect(exchangesOf(served).flatMap((exchange) => violations(specs, exchange))).toEqual([])
  })

  test('are all replayed, or known not to be served', () => {
    const lifeOfAGroup = [
      'Delete',
      'GetPriority',
      'Get_Failed',
      'Get_Succeeded',
      'List',
      'ListByResourceGroup',
      'Restart',
      'Start',
      'Stop',
      'Update',
    ].map((name) => `ContainerGroups${name}.json`)
    const known = [...Object.keys(created), ...Object.keys(notServed), ...lifeOfAGroup, 'ContainerListLogs.json']
    const files = new Set(examples.map(({ title }) => title.split(' ')[1]))

    expect(files).toEqual(new Set(known))
  })
})
