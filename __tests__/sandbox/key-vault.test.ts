import { request } from 'node:https'
import { connect, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { fieldsOf } from '../specs/json.ts'
import { accessToken } from './arm-session.ts'
import { signable } from './graph-session.ts'

const HOST = 'acme-vault.vault.invalid'
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'
/** The GET of the data plane: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
const SECRET = '/secrets/apono-token?api-version=7.4'

let sandbox: Sandbox
let token: string
let vaultId: string

beforeAll(async () => {
  sandbox = await startSandbox()
  setDefaultCACertificates([...getCACertificates('default'), sandbox.ca])
  const deployer = signable(sandbox, 'deployer')
  token = await accessToken(sandbox, deployer.clientId, 'https://vault.invalid')
  const { 'subscription-id': subscription, 'resource-group': group } = sandbox.inputs
  vaultId = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/acme-vault`
})
afterAll(() => sandbox.close())

/** A socket to a host by the sandbox's own tunnel; or the status with which the proxy refused. */
function socketTo(host: string): Promise<TLSSocket | number> {
  const { port } = new URL(sandbox.origin)
  return new Promise((resolve, reject) => {
    const tunnel = request({ host: 'localhost', port, method: 'CONNECT', path: `${host}:443`, agent: false })
    tunnel.once('error', reject)
    tunnel.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode !== 200) resolve(statusCode)
      else resolve(connect({ socket, servername: host }))
    })
    tunnel.end()
  })
}

type Answer = { readonly status: number; readonly challenge: string; readonly body: Record<string, unknown> }

async function get(path = SECRET, bearer: string | undefined = token): Promise<Answer> {
  const socket = await socketTo(HOST)
  if (typeof socket === 'number') throw new Error(`the tunnel was refused: ${socket}`)
  const headers = { host: HOST, connection: 'close', ...(bearer && { authorization: `Bearer ${bearer}` }) }
  return new Promise((resolve, reject) => {
    const sent = request({ createConnection: () => socket, path, headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const body = fieldsOf(JSON.parse(Buffer.concat(chunks).toString()))
      resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'] ?? '', body })
    })
    sent.once('error', reject)
    sent.end()
  })
}

const errorOf = ({ status, body }: Answer) => {
  const { code, innererror } = fieldsOf(body.error)
  return [status, code, fieldsOf(innererror).code]
}

describe('a vault', () => {
  test('says whom to ask for a token, and for what', async () => {
    const { challenge, ...answer } = await get(SECRET, '')
    expect(errorOf({ challenge, ...answer })).toEqual([401, 'Unauthorized', undefined])
    const tenant = sandbox.inputs['tenant-id']
    expect(challenge).toBe(`Bearer authorization="${sandbox.origin}/${tenant}", resource="https://vault.invalid"`)
  })

  test.each(['arm', 'graph'])('takes no token for %s', async (what) => {
    const audience = what === 'arm' ? sandbox.origin : sandbox.origin.replace('localhost', '127.0.0.1')
    const other = await accessToken(sandbox, signable(sandbox, 'deployer').clientId, audience)
    expect(errorOf(await get(SECRET, other))[0]).toBe(401)
  })

  test('has a host name that leads nowhere but through the tunnel, which knows no other', async () => {
    expect(await socketTo('other.vault.invalid')).toBe(502)
    expect(await socketTo('example.com')).toBe(502)
  })
})

describe('the right to read', () => {
  test('is none of Contributor and User Access Administrator, which the deployer has', async () => {
    const refused = await get()
    expect(errorOf(refused)).toEqual([403, 'Forbidden', 'ForbiddenByRbac'])
    const { message } = fieldsOf(refused.body.error)
    expect(message).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'")
    expect(String(message).toLowerCase()).toContain(`resource: '${vaultId.toLowerCase()}/secrets/apono-token'`)
  })

  test.each(['the secret', 'the vault', 'the resource group', 'the subscription'])(
    'comes from a role at %s',
    async (place) => {
      const group = vaultId.replace(/\/providers\/.*/, '')
      const scopes: Record<string, string> = {
        'the secret': `${vaultId}/secrets/apono-token`,
        'the vault': vaultId,
        'the resource group': group,
        'the subscription': group.replace(/\/resourceGroups\/.*/, ''),
      }
      const { objectId: principalId } = signable(sandbox, 'deployer')
      const id = sandbox.control.addRoleAssignment({
        scope: scopes[place] ?? '',
        roleDefinitionId: SECRETS_USER,
        principalId,
      })
      expect((await get()).status).toBe(200)
      sandbox.control.deleteResource(id)
      expect((await get()).status).toBe(403)
    },
  )
})

describe('a secret', () => {
  beforeAll(() => {
    const { objectId: principalId } = signable(sandbox, 'deployer')
    sandbox.control.addRoleAssignment({ scope: vaultId, roleDefinitionId: SECRETS_USER, principalId })
  })
  beforeEach(() => {
    sandbox.control.deleteSecret('acme-vault', 'one')
  })

  const set = (changes: object) =>
    sandbox.control.setSecret({ vault: 'acme-vault', name: 'one', value: 'first', ...changes })
  const ONE = '/secrets/one?api-version=2025-07-01'

  test('is given in its newest version, or in the one that is asked for', async () => {
    const first = new URL(set({}))
    const second = set({ value: 'second' })
    expect(await get(ONE)).toMatchObject({
      status: 200,
      body: { value: 'second', id: second, attributes: { enabled: true } },
    })
    expect(await get(`${first.pathname}?api-version=7.4`)).toMatchObject({ body: { value: 'first', id: first.href } })
    expect(errorOf(await get('/secrets/one/0123?api-version=7.4'))).toEqual([404, 'SecretNotFound', undefined])
  })

  test('is not there once it is deleted', async () => {
    set({})
    expect(sandbox.control.deleteSecret('acme-vault', 'ONE')).toBe(true)
    expect(errorOf(await get(ONE))).toEqual([404, 'SecretNotFound', undefined])
    expect(sandbox.control.deleteSecret('acme-vault', 'one')).toBe(false)
  })

  test('is refused while it is disabled, but given outside of its dates', async () => {
    set({ enabled: false })
    expect(errorOf(await get(ONE))).toEqual([403, 'Forbidden', 'SecretDisabled'])
    set({ exp: 1_577_836_800 })
    expect(await get(ONE)).toMatchObject({ status: 200, body: { attributes: { exp: 1_577_836_800 } } })
    set({ nbf: 4_733_510_400 })
    expect(await get(ONE)).toMatchObject({ status: 200, body: { attributes: { nbf: 4_733_510_400 } } })
  })

  test('is behind the firewall, which nobody passes', async () => {
    set({})
    sandbox.control.setVaultFirewall('acme-vault', false)
    expect(errorOf(await get(ONE))).toEqual([403, 'Forbidden', 'ForbiddenByFirewall'])
    sandbox.control.setVaultFirewall('acme-vault', true)
    expect((await get(ONE)).status).toBe(200)
  })

  test('can be set, deleted and closed off over the control surface too', async () => {
    const control = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${sandbox.origin}/_sandbox${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      })
      return response.status
    }
    expect(await control('POST', '/secrets', { vault: 'acme-vault', name: 'one', value: 'over HTTPS' })).toBe(201)
    expect(await get(ONE)).toMatchObject({ body: { value: 'over HTTPS' } })
    expect(await control('POST', '/secrets', { vault: 'nowhere', name: 'one', value: 'x' })).toBe(400)
    expect(await control('PUT', '/vaults/acme-vault/firewall', { open: false })).toBe(204)
    expect(await control('PUT', '/vaults/acme-vault/firewall', { open: true })).toBe(204)
    expect(await control('DELETE', '/vaults/acme-vault/secrets/one')).toBe(204)
    expect(await control('DELETE', '/vaults/acme-vault/secrets/one')).toBe(404)
  })
})
