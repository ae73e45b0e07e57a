import { afterAll, afterEach, beforeAll } from '@jest/globals'
import { aponoAt } from '../../src/apono/client.ts'
import { endpointsOf } from '../../src/azure/cloud.ts'
import { toArm } from '../../src/azure/container-group-arm.ts'
import { makePlan } from '../../src/engine/plan.ts'
import type { Actual, ActualSet, Address, ResourceSet } from '../../src/engine/resource.ts'
import { createHttp } from '../../src/http.ts'
import { planLog } from '../../src/render/log.ts'
import { planDocument } from '../../src/render/plan-json.ts'
import { judge } from '../../src/spec/drift.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { asReturned, desiredGroup } from '../builders.ts'
import { type ReplyCase, testReplies } from './reply-cases.ts'
import { openSession, type Session, wantedOf } from './session.ts'

let session: Session

beforeAll(async () => {
  session = await openSession()
})
afterEach(() => session.undisturbed())
afterAll(() => session.close())

const silent = () => undefined
const ARM_GROUP = { ...onTheWire(), name: 'apono-connector' }

/** A group as ARM writes it: what the SDK flattens stands under `properties`. */
function onTheWire() {
  const { location, tags, identity, containers, ...properties } = asReturned(
    toArm(desiredGroup().properties, { token: 'a secret', environment: {} }),
  )
  const wireContainers = containers.map(({ name, ...rest }) => ({ name, properties: rest }))
  return {
    id: '/subscriptions/x/y',
    type: 'Microsoft.ContainerInstance/containerGroups',
    location,
    tags,
    identity,
    properties: { ...properties, containers: wireContainers },
  }
}

const ASSIGNMENT = {
  id: '/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/n',
  name: 'n',
  type: 'Microsoft.Authorization/roleAssignments',
  properties: {
    scope: '/subscriptions/s',
    roleDefinitionId:
      '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    principalId: 'c8a1e6d3-7b42-4f59-9d0c-2e5f8a6b1d44',
    principalType: 'ServicePrincipal',
    condition: null,
    description: null,
    createdOn: '2026-01-01T00:00:00Z',
  },
}
const DIRECTORY_GRANT = {
  id: 'abc',
  principalId: 'c8a1e6d3-7b42-4f59-9d0c-2e5f8a6b1d44',
  roleDefinitionId: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  directoryScopeId: '/',
}
const ROLE = {
  id: '/x/roleDefinitions/r',
  name: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  properties: { roleName: 'Reader' },
}

/** One kind of request, a good reply to it, and what we do with any. */
const group = () => wantedOf(session.inputs)

function showPlan(wanted: ResourceSet<AzureResource>, actual: ActualSet<AzureResource>): void {
  const plan = makePlan(wanted, actual, ({ kind }) => session.azure.adapters[kind].rules)
  planDocument({ plan, fingerprint: 'f', drift: undefined })
  planLog({ plan, drift: judge(plan, actual) })
}

async function planFromGroups(): Promise<void> {
  const { wanted } = group()
  const { actual } = await session.azure.adapters['container-group'].observe([desiredGroup()], new Map())
  showPlan(wanted, actual)
}

const CASES: readonly ReplyCase[] = [
  ['a container group', 'GET', '/containerGroups/apono-connector$', ARM_GROUP, planFromGroups],
  [
    'a list of container groups',
    'GET',
    '/containerGroups$',
    { value: [ARM_GROUP, { ...ARM_GROUP, name: 'other' }] },
    planFromGroups,
  ],
  [
    'role assignments',
    'GET',
    '/roleAssignments$',
    { value: [ASSIGNMENT, ASSIGNMENT] },
    async () => {
      const { wanted, known } = group()
      const sought = [...wanted.values()].filter(({ kind }) => kind === 'role-assignment')
      const { actual } = await session.azure.adapters['role-assignment'].observe(sought, known)
      showPlan(wanted, new Map<Address, Actual<AzureResource>>([...known, ...actual]))
    },
  ],
  ['role definitions', 'GET', '/roleDefinitions', { value: [ROLE] }, () => session.azure.lookAround()],
  [
    'directory roles',
    'GET',
    '/roleManagement/directory/roleAssignments',
    { value: [DIRECTORY_GRANT] },
    async () => {
      const { wanted, known } = group()
      const sought = [...wanted.values()].filter(({ kind }) => kind === 'directory-role-assignment')
      const { actual } = await session.azure.adapters['directory-role-assignment'].observe(sought, known)
      showPlan(wanted, new Map<Address, Actual<AzureResource>>([...known, ...actual]))
    },
  ],
  [
    'a resource group',
    'GET',
    '/resourcegroups/rg-apono$',
    { location: 'westeurope' },
    () => session.azure.lookAround(),
  ],
  [
    'a registration',
    'GET',
    '/providers/Microsoft.ContainerInstance$',
    { registrationState: 'Registered' },
    () =>
      session.azure.preflight(makePlan(group().wanted, new Map(), ({ kind }) => session.azure.adapters[kind].rules)),
  ],
  [
    'permissions',
    'GET',
    '/permissions$',
    { value: [{ actions: ['*'], notActions: ['Microsoft.Authorization/*/write'] }] },
    () =>
      session.azure.preflight(makePlan(group().wanted, new Map(), ({ kind }) => session.azure.adapters[kind].rules)),
  ],
  [
    'the answer to a PUT of a group',
    'PUT',
    '/containerGroups/',
    ARM_GROUP,
    async () => {
      session.sandbox.control.deleteResource(
        `/subscriptions/${session.inputs.subscriptionId}/resourceGroups/rg-apono/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`,
      )
      await session.azure.adapters['container-group'].create(desiredGroup(), silent)
    },
  ],
  [
    'the answer to a POST of a directory role',
    'POST',
    '/roleManagement/directory/roleAssignments',
    DIRECTORY_GRANT,
    async () => {
      const { wanted } = group()
      for (const one of wanted.values())
        if (one.kind === 'directory-role-assignment')
          await session.azure.adapters[one.kind].create(
            { ...one, properties: { ...one.properties, principal: 'p' } },
            silent,
          )
    },
  ],
  [
    'the answer to a PUT of a role assignment',
    'PUT',
    '/roleAssignments/',
    ASSIGNMENT,
    async () => {
      const { wanted } = group()
      for (const one of wanted.values())
        if (one.kind === 'role-assignment')
          await session.azure.adapters[one.kind].create(
            { ...one, properties: { ...one.properties, principal: 'p' } },
            silent,
          )
    },
  ],
  [
    "a cloud's description",
    'GET',
    '/metadata/endpoints',
    {
      resourceManager: 'https://localhost:1',
      authentication: { loginEndpoint: 'https://localhost:1', audiences: ['https://x'] },
      name: 'AzureCloud',
      portal: 'https://p',
    },
    () => endpointsOf(session.inputs.cloud, createHttp(session.patience)),
  ],
  [
    "Apono's integrations",
    'GET',
    '/apono/api/',
    {
      items: [{ id: 'i', name: 'n', type: 't', connector_id: 'apono-connector' }],
      pagination: { next_page_token: null },
    },
    () =>
      aponoAt(`${session.sandbox.origin}/apono`, 'token', () => createHttp(session.patience)).integrationsOf(
        'apono-connector',
      ),
  ],
]

testReplies(CASES, () => session)
