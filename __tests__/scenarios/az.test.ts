import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Az, azIsHere, openAz, vendorCommand } from '../../scripts/az.ts'
import { runStep } from '../../scripts/runner.ts'
import { jobToken } from '../specs/arm-client.ts'
import { loadSpecs, violations } from '../specs/conformance.ts'
import { exchangesOf } from '../specs/logged-exchange.ts'
import { openSession, type Session } from '../specs/sandbox-session.ts'
import { skipped, testWithSpecs } from '../specs/suite.ts'

const NAME = 'apono-connector'

const TITLE = "Microsoft's own az against the sandbox"

if (azIsHere) describe(TITLE, scenario)
else skipped(TITLE, '(skipped: no az on the PATH)')

/** One connector, installed by hand: the tests follow its life and each leans on the one before. */
function scenario() {
  let session: Session
  let folder: string
  let az: Az
  let principalId: string

  beforeAll(async () => {
    session = await openSession()
    // az asks every 30 seconds where Azure sends no Retry-After: everything is done when it asks first.
    session.sandbox.control.setTiming({ pendingMs: 0, pullMs: 0, startMs: 0 })
    folder = mkdtempSync(join(tmpdir(), 'az-test-'))
    writeFileSync(join(folder, 'ca.pem'), session.sandbox.ca)
    az = openAz(folder, join(folder, 'ca.pem'))
  })

  afterAll(async () => {
    await session.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test("signs in with GitHub's token and sees the subscription and the resource group", async () => {
    const { signIn, subscriptionId, resourceGroup } = session
    await az.useCloud(session.sandbox.origin)

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
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: _token, ...rest } = session.sandbox.env
    const env = { ...rest, ...az.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }
    const inputs = { ...session.sandbox.inputs, auth: 'azure-cli', 'client-id': '', permissions: 'subscription' }
    const planned = await runStep({ inputs, env })
    expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'pending'])

    const elsewhere = { ...inputs, 'subscription-id': '00000000-0000-4000-8000-000000000000' }
    const refused = await runStep({ inputs: elsewhere, env })
    expect(refused.outputs['failure-reason']).toBe('subscription-not-found')
  }, 60_000)

  test("the vendor's command installs a connector and prints its principal", async () => {
    principalId = (await az.run(...vendorCommand(session.sandbox.inputs))).trim()
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
    expect(await az.run('container', 'logs', ...named(session))).toContain('Connected')
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
    await az.run('container', 'delete', ...named(session), '--yes')

    const { exitCode, errors } = await az.attempt('container', 'show', ...named(session))
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

  async function azJson(...args: string[]): Promise<unknown> {
    return JSON.parse(await az.run(...args))
  }
}

function named({ resourceGroup }: Session): string[] {
  return ['--resource-group', resourceGroup, '--name', NAME]
}

function groupId({ subscriptionId, resourceGroup }: Session): string {
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
  return `${scope}/providers/Microsoft.ContainerInstance/containerGroups/${NAME}`
}
