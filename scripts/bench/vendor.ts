import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { azIsHere, openAz, vendorCommand } from '../az.ts'
import { runStep } from '../runner.ts'
import type { BenchSandbox, Traffic } from './sandbox-process.ts'

export type Install = Traffic & { readonly ms: number; readonly processes: number }

/** The same connector with the same rights, by the lines of the vendor's guide and by one step of the action. */
export type VendorFigures = { readonly az: Install; readonly action: Install }

/** @returns undefined where there is no az. Begins and ends without a connector. */
export async function measureVendor(sandbox: BenchSandbox): Promise<VendorFigures | undefined> {
  if (!azIsHere) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'bench-az-'))
  try {
    await sandbox.hurry()
    await removeAll(sandbox)
    const az = await installByAz(sandbox, folder)
    await removeAll(sandbox)
    const action = await installByAction(sandbox)
    await removeAll(sandbox)
    return { az, action }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Sign-in, the region, the group, and both grants. Debian's az cannot assign roles (azure-cli 2.45: "'RoleAssignmentsOperations'
 * object has no attribute 'config'"), so that one goes the way of the other, by `az rest`.
 */
async function installByAz(sandbox: BenchSandbox, folder: string): Promise<Install> {
  const az = openAz(folder, sandbox.env.NODE_EXTRA_CA_CERTS ?? '')
  await az.useCloud(sandbox.origin)
  const { 'client-id': client = '', 'tenant-id': tenant = '', 'resource-group': group = '' } = sandbox.inputs
  const identity = ['--username', client, '--tenant', tenant, '--federated-token', await jobToken(sandbox)]
  const graph = `${sandbox.origin}/v1.0/roleManagement/directory/roleAssignments`

  await sandbox.clearRequests()
  const started = performance.now()
  await az.run('login', '--service-principal', ...identity)
  await az.run('group', 'show', '--name', group, '--query', 'location')
  const principal = (await az.run(...vendorCommand(sandbox.inputs))).trim()
  await az.run('rest', '--method', 'put', ...administratorRole(sandbox, principal))
  const reader = { principalId: principal, roleDefinitionId: DIRECTORY_READERS, directoryScopeId: '/' }
  const resource = ['--resource', 'https://graph.microsoft.com/']
  await az.run('rest', '--method', 'post', ...resource, '--url', graph, '--body', JSON.stringify(reader))
  return { ms: performance.now() - started, processes: 5, ...(await sandbox.traffic()) }
}

const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'

function administratorRole({ inputs }: BenchSandbox, principalId: string): string[] {
  const authorization = `/subscriptions/${inputs['subscription-id']}/providers/Microsoft.Authorization`
  const roleDefinitionId = `${authorization}/roleDefinitions/${USER_ACCESS_ADMINISTRATOR}`
  const url = `${authorization}/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`
  const properties = { roleDefinitionId, principalId, principalType: 'ServicePrincipal' }
  return ['--url', url, '--body', JSON.stringify({ properties })]
}

async function jobToken({ env }: BenchSandbox): Promise<string> {
  const url = `${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent('api://AzureADTokenExchange')}`
  const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` }
  const reply = await fetch(url, { headers })
  // GitHub's form: https://docs.github.com/actions/reference/security/oidc
  return ((await reply.json()) as { value: string }).value
}

async function installByAction(sandbox: BenchSandbox): Promise<Install> {
  await sandbox.clearRequests()
  const {
    wallMs: ms,
    outputs,
    log,
  } = await runStep({
    inputs: { ...sandbox.inputs, operation: 'apply', permissions: 'subscription' },
    env: sandbox.env,
  })
  if (outputs.outcome !== 'applied') throw new Error(`The connector was not installed:\n${log}`)
  return { ms, processes: 1, ...(await sandbox.traffic()) }
}

/** The action takes over what az made, and takes it away with its grants. */
async function removeAll(sandbox: BenchSandbox): Promise<void> {
  const given = { ...sandbox.inputs, permissions: 'subscription', 'allow-replace': 'true', confirm: 'apono-connector' }
  for (const operation of ['apply', 'destroy']) await runStep({ inputs: { ...given, operation }, env: sandbox.env })
}
