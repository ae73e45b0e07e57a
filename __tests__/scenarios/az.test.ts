import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { runStep } from '../../scripts/runner.ts'
import { jobToken } from '../specs/arm-client.ts'
import { loadSpecs, violations } from '../specs/conformance.ts'
import { exchangesOf } from '../specs/logged-exchange.ts'
import { openSession, type Session } from '../specs/sandbox-session.ts'
import { skipped, testWithSpecs } from '../specs/suite.ts'

const path = process.env.PATH ?? ''
const azIsHere = path.split(delimiter).some((folder) => existsSync(join(folder, 'az')))

const NAME = 'apono-connector'

const TITLE = "Microsoft's own az against the sandbox"

if (azIsHere) describe(TITLE, scenario)
else skipped(TITLE, '(skipped: no az on the PATH)')

/** One connector, installed by hand: the tests follow its life and each leans on the one before. */
function scenario() {
  let session: Session
  let folder: string
  let principalId: string

  beforeAll(async () => {
    session = await openSession()
    // az asks every 30 seconds where Azure sends no Retry-After: everything is done when it asks first.
    session.sandbox.control.setTiming({ pendingMs: 0, pullMs: 0, startMs: 0 })
    folder = mkdtempSync(join(tmpdir(), 'az-test-'))
    writeFileSync(join(folder, 'ca.pem'), session.sandbox.ca)
    writeFileSync(join(folder, 'cloud.json'), JSON.stringify(cloudOf(session.sandbox.origin)))
  })

  afterAll(async () => {
    await session.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test("signs in with GitHub's token and sees the subscription and the resource group", async () => {
    const { signIn, subscriptionId, resourceGroup } = session
    await az('cloud', 'register', '--name', 'sandbox', '--cloud-config', `@${join(folder, 'cloud.json')}`)
    await az('cloud', 'set', '--name', 'sandbox')

    const { clientId, tenantId } = signIn
    const identity = ['--username', clientId, '--tenant', tenantId, '--federated-token', await jobToken(signIn)]
    const user = { name: clientId, type: 'servicePrincipal' }
    expect(await azJson('login', '--service-principal', ...identity)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: subscriptionId, tenantId, name: 'Acme Production', isDefault: true, user }),
      ]),
    )
    expect(await azJson('group', 'show', '--name', resourceGroup)).toMatchObject({
      name: resourceGroup,
      location: 'westeurope',
      properties: { provisioningState: 'Succeeded' },
    })
  }, 30_000)

  test('the action takes over who it is signed in as, without any permission of its own', async () => {
    const { inputs, env } = session.sandbox
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: _token, ...rest } = env
    const step = await runStep({
      inputs: { ...inputs, auth: 'azure-cli', 'client-id': '', permissions: 'subscription' },
      env: { ...rest, ...azVariables(), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    })
    expect([step.exitCode, step.outputs.outcome, step.outputs['failure-reason']]).toEqual([0, 'pending', ''])

    const elsewhere = { ...inputs, auth: 'azure-cli', 'subscription-id': '00000000-0000-4000-8000-000000000000' }
    const refused = await runStep({
      inputs: elsewhere,
      env: { ...rest, ...azVariables(), NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    })
    expect(refused.outputs['failure-reason']).toBe('subscription-not-found')
  }, 60_000)

  test("the vendor's command installs a connector and prints its principal", async () => {
    const { output } = await az(...vendorCommand(session))

    principalId = output.trim()
    expect(principalId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  }, 30_000)

  test('show, list, logs and rest agree on what was installed', async () => {
    const identity = { type: 'SystemAssigned', principalId }
    const group = { name: NAME, provisioningState: 'Succeeded', identity, ipAddress: null, restartPolicy: 'Always' }
    const running = { ...group, instanceView: { state: 'Running' }, containers: [{ ports: [] }] }
    expect(await azJson('container', 'show', ...named(session))).toMatchObject(running)
    expect(await azJson('container', 'list', '--resource-group', session.resourceGroup)).toMatchObject([
      { ...group, instanceView: null },
    ])
    expect((await az('container', 'logs', ...named(session))).output).toContain('Connected')
    const get = await azJson('rest', '--method', 'get', '--url', `${groupId(session)}?api-version=2023-05-01`)
    expect(get).toMatchObject({ id: groupId(session), identity, properties: { restartPolicy: 'Always' } })
  }, 30_000)

  test("the action's plan adopts it and shows what would change", async () => {
    const { inputs, env } = session.sandbox
    const step = await runStep({
      inputs: { ...inputs, operation: 'plan' },
      env: { ...env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    })

    expect(step.exitCode).toBe(0)
    expect(step.outputs).toMatchObject({
      outcome: 'pending',
      'has-changes': 'true',
      'to-create': '0',
      'to-replace': '1',
      'container-group-id': groupId(session),
      'principal-id': principalId,
    })
    expect(step.log).toMatch(/memory +1\.5 → 2 +\(forces a replace\)/)
    expect(step.log).toMatch(/livenessProbe\.path +"\/healthz"/)
    expect(step.log).toMatch(/token +"readable in plain text" → \(sensitive value\)/)
    expect(step.log).toContain('it is adopted')
    expect(step.log).not.toContain(inputs['apono-token'])
  })

  test('deletes it, and it is gone', async () => {
    await az('container', 'delete', ...named(session), '--yes')

    const { exitCode, errors } = await runAz('container', 'show', ...named(session))
    expect(exitCode).toBe(3)
    expect(errors).toContain('(ResourceNotFound)')
    expect(await azJson('container', 'list', '--resource-group', session.resourceGroup)).toEqual([])
  }, 30_000)

  testWithSpecs("every exchange conforms to Microsoft's descriptions", () => {
    const specs = loadSpecs()
    const log = session.sandbox.control.requests()

    expect(log.some(({ headers }) => headers['user-agent']?.includes('AZURECLI'))).toBe(true)
    expect(log.flatMap(({ bug }) => bug ?? [])).toEqual([])
    expect(exchangesOf(log).flatMap((exchange) => violations(specs, exchange))).toEqual([])
  })

  /** What it prints, once it has ended well. */
  async function az(...args: string[]): Promise<Ended> {
    const ended = await runAz(...args)
    if (ended.exitCode === 0) return ended
    throw new Error(`az ${args[0]} ${args[1]} ended with ${ended.exitCode}:\n${ended.errors}`)
  }

  async function azJson(...args: string[]): Promise<unknown> {
    return JSON.parse((await az(...args)).output)
  }

  function azVariables() {
    return {
      AZURE_CONFIG_DIR: join(folder, 'config'),
      AZURE_CORE_COLLECT_TELEMETRY: 'no',
      REQUESTS_CA_BUNDLE: join(folder, 'ca.pem'),
    }
  }

  /** Knows nothing of this machine's own az: settings, cloud and sign-in live in the folder. */
  function runAz(...args: string[]): Promise<Ended> {
    const env = { PATH: path, HOME: folder, ...azVariables() }
    return new Promise((resolve, reject) => {
      const child = spawn('az', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
      let output = ''
      let errors = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text
      })
      child.on('error', reject)
      child.on('close', (exitCode) => resolve({ exitCode, output, errors }))
    })
  }
}

type Ended = { readonly exitCode: number | null; readonly output: string; readonly errors: string }

/**
 * A cloud for `az cloud register`. az takes an authority that ends in /adfs as it is, without asking a public address
 * about it first: https://learn.microsoft.com/azure-stack/user/azure-stack-version-profiles-azurecli2
 */
function cloudOf(origin: string) {
  return {
    endpoints: {
      resourceManager: `${origin}/`,
      management: `${origin}/`,
      activeDirectory: `${origin}/adfs`,
      activeDirectoryResourceId: 'https://management.azure.com/',
      activeDirectoryGraphResourceId: `${origin}/`,
      microsoftGraphResourceId: `${origin}/`,
      logAnalyticsResourceId: origin,
    },
  }
}

/** The line of Apono's guide for Azure CLI, which hands over the token as a plain variable. */
function vendorCommand({ sandbox, subscriptionId, resourceGroup }: Session): string[] {
  const token = sandbox.inputs['apono-token'] ?? ''
  const metadata = {
    cloud_provider: 'AZURE',
    subscription_id: subscriptionId,
    resource_group: resourceGroup,
    region: 'westeurope',
    is_azure_admin: true,
  }
  const variables = [
    `APONO_CONNECTOR_ID=${NAME}`,
    `APONO_TOKEN=${token}`,
    'APONO_URL=api.apono.io',
    `CONNECTOR_METADATA=${JSON.stringify(metadata)}`,
  ]
  return [
    ...['container', 'create', '--subscription', subscriptionId, '--resource-group', resourceGroup, '--name', NAME],
    ...['--image', 'registry.apono.io/apono-connector:v1.7.8', '--registry-login-server', 'registry.apono.io'],
    ...['--registry-username', 'apono', '--registry-password', token, '--environment-variables', ...variables],
    ...['--ports', '80', '--os-type', 'linux', '--cpu', '1', '--memory', '1.5', '--location', 'westeurope'],
    ...['--assign-identity', '--query', 'identity.principalId', '--output', 'tsv'],
  ]
}

function named({ resourceGroup }: Session): string[] {
  return ['--resource-group', resourceGroup, '--name', NAME]
}

function groupId({ subscriptionId, resourceGroup }: Session): string {
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
  return `${scope}/providers/Microsoft.ContainerInstance/containerGroups/${NAME}`
}
