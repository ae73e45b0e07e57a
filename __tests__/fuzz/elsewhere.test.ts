import { afterAll, afterEach, beforeAll } from '@jest/globals'
import { aponoAt } from '../../src/apono/client.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { createHttp } from '../../src/http.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { planLog } from '../../src/render/log.ts'
import { judge } from '../../src/spec/drift.ts'
import { WORKSPACE_ADDRESS } from '../../src/spec/workspace.ts'
import { desiredGroup } from '../builders.ts'
import { type ReplyCase, testReplies } from './reply-cases.ts'
import { openSession, type Session, wantedOf } from './session.ts'

let session: Session
let proxy: string | undefined

beforeAll(async () => {
  session = await openSession()
  proxy = process.env.HTTPS_PROXY
  // Nobody resolves the names of the sandbox's vaults, so the way there is its tunnel.
  process.env.HTTPS_PROXY = session.sandbox.origin
  process.env.NO_PROXY = 'localhost'
})
afterEach(() => session.undisturbed())
afterAll(async () => {
  if (proxy === undefined) delete process.env.HTTPS_PROXY
  else process.env.HTTPS_PROXY = proxy
  delete process.env.NO_PROXY
  await session.close()
})

const silent = () => undefined
const LOGS: Partial<Inputs> = { logAnalytics: { to: 'own', retention: 30 }, wait: 'none' }
const VAULT = { host: 'acme-vault.vault.invalid', name: 'apono-token', version: undefined }

const SECRET = {
  value: 'apono-connector-token-of-somebody',
  id: 'https://acme-vault.vault.invalid/secrets/apono-token/0123456789abcdef',
  attributes: {
    enabled: true,
    nbf: 1_700_000_000,
    exp: 4_000_000_000,
    created: 1,
    updated: 1,
    recoveryLevel: 'Purgeable',
  },
  tags: { team: 'iam' },
  contentType: 'text/plain',
}
const WORKSPACE = {
  id: '/subscriptions/s/resourcegroups/rg-apono/providers/microsoft.operationalinsights/workspaces/apono-connector-logs',
  name: 'apono-connector-logs',
  location: 'westeurope',
  tags: { 'apono-managed-by': 'azure-connector-action', 'apono-connector-id': 'apono-connector' },
  properties: {
    customerId: '49e22584-a12a-4b62-9b6d-04a40ec8d2f5',
    provisioningState: 'Succeeded',
    retentionInDays: 30,
    sku: { name: 'PerGB2018' },
    features: { disableLocalAuth: false },
  },
}
const CONNECTOR = {
  id: 'apono-connector',
  status: 'CONNECTED',
  version: '1.7.8',
  sessions: [
    {
      id: 's1',
      metadata: {
        connector_version: '1.7.8',
        cloud_provider_metadata: { subscription_id: 's', resource_group: 'rg-apono', region: 'westeurope' },
      },
    },
  ],
}

/** Sees the workspace, and shows a plan for it. */
async function planWorkspace(): Promise<void> {
  const { adapters } = session.azureFor(LOGS)
  const { wanted } = wantedOf({ ...session.inputs, ...LOGS })
  const sought = [...wanted.values()].filter(({ kind }) => kind === 'log-analytics-workspace')
  const { actual } = await adapters['log-analytics-workspace'].observe(sought, new Map())
  const plan = makePlan(new Map(sought.map((one) => [one.address, one])), actual, ({ kind }) => adapters[kind].rules)
  planLog({ plan, drift: judge(plan, actual) })
}

async function makeWorkspace(): Promise<void> {
  // Whatever was answered, it is there then.
  session.reply('GET', '/workspaces/apono-connector-logs$', WORKSPACE)
  const { wanted } = wantedOf({ ...session.inputs, ...LOGS })
  const workspace = wanted.get(WORKSPACE_ADDRESS)
  if (workspace?.kind !== 'log-analytics-workspace') throw new Error('no workspace is wanted')
  await session.azureFor(LOGS).adapters[workspace.kind].create(workspace, silent)
}

/** Sets up a group that logs, which takes the key. */
async function makeLoggingGroup(): Promise<void> {
  const { subscriptionId } = session.inputs
  const id = `/subscriptions/${subscriptionId}/resourceGroups/rg-apono/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`
  session.sandbox.control.deleteResource(id)
  const group = desiredGroup()
  const logging = { ...group.properties, logAnalytics: { workspace: WORKSPACE.properties.customerId } }
  await session.azureFor(LOGS).adapters['container-group'].create({ ...group, properties: logging }, silent)
}

const CASES: readonly ReplyCase[] = [
  ['a secret of a vault', 'GET', '^/secrets/', SECRET, () => session.azureFor({ aponoTokenSecret: VAULT }).token()],
  ['a workspace', 'GET', '/workspaces/apono-connector-logs$', WORKSPACE, planWorkspace],
  ['the answer to a PUT of a workspace', 'PUT', '/workspaces/', WORKSPACE, makeWorkspace],
  [
    'what is left of deleted workspaces',
    'GET',
    '/deletedWorkspaces$',
    { value: [{ name: 'apono-connector-logs', location: 'West Europe' }] },
    makeWorkspace,
  ],
  [
    'the keys of a workspace',
    'POST',
    '/sharedKeys$',
    { primarySharedKey: 'cHJpbWFyeSBrZXk=', secondarySharedKey: 'c2Vjb25kYXJ5IGtleQ==' },
    makeLoggingGroup,
  ],
  [
    'a connector of Apono',
    'GET',
    '/apono/api/admin/v3/connectors/',
    CONNECTOR,
    () =>
      aponoAt(`${session.sandbox.origin}/apono`, 'token', () => createHttp(session.patience)).connector(
        'apono-connector',
      ),
  ],
]

testReplies(CASES, () => session)
