import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { CLIENT_ID, deployErrorOf } from '../builders.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'

const SECRET = 'Q8r~canary-of-a-client-secret'
const WITHOUT_CLIENT: Raw = { ...NEEDED, 'client-id': '' }

async function authOf(raw: Raw, variables: Raw = {}) {
  return (await parse({ ...NEEDED, ...raw }, variables)).auth
}

describe('how to sign in', () => {
  test("is by GitHub's token unless told, which takes a client id", async () => {
    expect(await authOf({})).toEqual({ by: 'oidc', clientId: CLIENT_ID })
    expect(await complaint({ 'client-id': '' })).toMatch(/^One input is not right:\n- client-id: is empty/)
  })

  test.each(['azure-cli', 'managed-identity'])('may be %s, where a client id is not needed', async (auth) => {
    expect(await authOf({ auth })).toEqual({ by: auth, clientId: CLIENT_ID })
    expect(await authOf({ auth, 'client-id': '' })).toEqual({ by: auth, clientId: undefined })
    expect(await complaint({ auth, 'client-id': 'x' })).toContain('- client-id: does not have the right form.')
  })

  test('is nothing else', async () => {
    const message = await complaint({ auth: 'password', 'client-id': 'x' })
    expect(message).toContain('- auth: is none of the choices. Given: "password".')
    expect(message).toContain('    allowed: oidc, azure-cli, managed-identity, environment')
    expect(message).toContain('- client-id: does not have the right form.')
  })
})

describe('the environment', () => {
  const auth = 'environment'

  test('gives a secret, before a certificate', async () => {
    const variables = { AZURE_CLIENT_SECRET: SECRET, AZURE_CLIENT_CERTIFICATE_PATH: 'x.pem' }
    expect(await authOf({ auth }, variables)).toEqual({ by: 'client-secret', clientId: CLIENT_ID, secret: SECRET })
  })

  test.each([
    [{}, { password: undefined, sendsChain: false }],
    [{ AZURE_CLIENT_CERTIFICATE_PASSWORD: 'p' }, { password: 'p', sendsChain: false }],
    [{ AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'True' }, { password: undefined, sendsChain: true }],
    [{ AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '1' }, { password: undefined, sendsChain: true }],
  ])('gives a certificate, with %j', async (variables, more) => {
    const given = { AZURE_CLIENT_CERTIFICATE_PATH: 'x.pem', ...variables }
    expect(await authOf({ auth }, given)).toEqual({
      by: 'client-certificate',
      clientId: CLIENT_ID,
      path: 'x.pem',
      ...more,
    })
  })

  test('may give the client id, which the input goes before', async () => {
    const variables = { AZURE_CLIENT_SECRET: SECRET, AZURE_CLIENT_ID: '11111111-1111-4111-8111-111111111111' }
    expect((await parse({ ...WITHOUT_CLIENT, auth }, variables)).auth.clientId).toBe(variables.AZURE_CLIENT_ID)
    expect((await authOf({ auth }, variables)).clientId).toBe(CLIENT_ID)
  })

  test('that gives too little is told as a whole', async () => {
    const { message } = await deployErrorOf(() => parse({ ...WITHOUT_CLIENT, auth }))
    expect(message.match(/^- .*/gm)).toEqual([
      '- client-id: is empty. If it comes from `vars` or `secrets`, check that the name exists and is visible to this job.',
      '- auth: finds neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH in the environment of the step. Given: "environment".',
    ])
  })
})

test.each([
  ['environment', { AZURE_CLIENT_SECRET: SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD: 'p' }, [SECRET, 'p']],
  ['managed-identity', { IDENTITY_HEADER: 'h' }, ['h']],
  ['oidc', { AZURE_CLIENT_SECRET: SECRET }, []],
])('secrets of the environment that %s uses are masked', async (auth, variables: Raw, secrets) => {
  const masked: string[] = []
  await parseInputs({
    input: (name) => ({ ...NEEDED, auth })[name] ?? '',
    variable: (name) => variables[name] ?? '',
    mask: (secret) => masked.push(secret),
  })
  expect(masked).toEqual(secrets)
})
