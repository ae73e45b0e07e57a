import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ApplicationCertificate, newCertificate } from '../../stage/certificate.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, openStage, type Stage } from '../../stage.ts'

const SECRET = 'Q8r~canary-of-a-client-secret.Zk3'
const PASSWORD = 'canary-of-a-password-5Tg'
const WARNING = 'can leak and will expire. OpenID Connect needs none'
/** Without the permission id-token the runner sets neither. */
const NO_ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null }

let folder: string
let certificate: ApplicationCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-'))
  certificate = await newCertificate(PASSWORD)
  await Promise.all([
    writeFile(join(folder, 'plain.pem'), `${certificate.key}${certificate.certificate}`),
    writeFile(join(folder, 'locked.pem'), `${certificate.encryptedKey}${certificate.certificate}`),
    writeFile(join(folder, 'nothing.pem'), 'not a certificate\n'),
  ])
})
afterAll(() => rm(folder, { recursive: true }))

const clientIdOf = ({ sandbox }: Stage) => sandbox.inputs['client-id'] ?? ''

function withSecret(stage: Stage, secret = SECRET) {
  return { env: { ...NO_ID_TOKEN, AZURE_CLIENT_SECRET: secret, AZURE_CLIENT_ID: clientIdOf(stage) } }
}

test('a client secret signs in, for Azure and for Graph, with a warning and without any token of GitHub', () =>
  onStage(async (stage) => {
    stage.control.addClientSecret(clientIdOf(stage), SECRET)
    const inputs = { auth: 'environment', 'client-id': '', permissions: 'subscription' }
    const applied = await stage.run({ ...inputs, operation: 'apply' }, { ...withSecret(stage), debug: true })
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect(requestsTo(applied, /runner\/token/)).toEqual([])
    expect(plainLog(applied)).toContain(WARNING)
    expect(applied.summary).toContain(WARNING)
    const again = await stage.runInProcess({ ...inputs, operation: 'plan' }, withSecret(stage))
    expect(again.outputs['has-changes']).toBe('false')
  }))

test.each([
  { what: 'a certificate', file: 'plain.pem', env: {} },
  {
    what: 'a certificate whose key is locked',
    file: 'locked.pem',
    env: { AZURE_CLIENT_CERTIFICATE_PASSWORD: PASSWORD },
  },
  { what: 'a certificate with its chain', file: 'plain.pem', env: { AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'true' } },
])('$what signs in', ({ file, env }) =>
  onStage(async (stage) => {
    stage.control.addCertificate(clientIdOf(stage), certificate.certificate)
    const circumstances = { env: { ...NO_ID_TOKEN, ...env, AZURE_CLIENT_CERTIFICATE_PATH: join(folder, file) } }
    for (const run of [stage.run, stage.runInProcess]) {
      const planned = await run({ auth: 'environment' }, circumstances)
      expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'pending'])
      expect(plainLog(planned)).toContain(WARNING)
    }
  }),
)

type Refusal = {
  readonly what: string
  readonly prepare: (stage: Stage) => void
  readonly env: Readonly<Record<string, string>>
  readonly code: Parameters<typeof expectFailure>[1]
  readonly said: readonly string[]
}

const REFUSALS: readonly Refusal[] = [
  {
    what: 'a wrong secret',
    prepare: (stage) => stage.control.addClientSecret(clientIdOf(stage), 'another'),
    env: { AZURE_CLIENT_SECRET: SECRET },
    code: 'credential-refused',
    said: ['it is not one of its secrets', 'AADSTS7000215', 'az ad app credential reset'],
  },
  {
    what: 'a secret that has expired',
    prepare: (stage) => {
      stage.control.addClientSecret(clientIdOf(stage), SECRET, 1_000)
      stage.control.advanceClock(60_000)
    },
    env: { AZURE_CLIENT_SECRET: SECRET },
    code: 'credential-refused',
    said: ['it has expired', 'AADSTS7000222'],
  },
  {
    what: 'a certificate that was not uploaded',
    prepare: () => undefined,
    env: { AZURE_CLIENT_CERTIFICATE_PATH: 'plain.pem' },
    code: 'credential-refused',
    said: ['does not have the certificate that signed (thumbprint ', 'AADSTS700027', '--append --cert'],
  },
  {
    what: "a clock that is behind Entra's, by which the certificate's assertion is dated",
    prepare: (stage) => {
      stage.control.addCertificate(clientIdOf(stage), certificate.certificate)
      stage.control.advanceClock(20 * 60_000)
    },
    env: { AZURE_CLIENT_CERTIFICATE_PATH: 'plain.pem' },
    code: 'clock-skew',
    said: ["The runner's clock is 20 minutes behind Entra's.", 'AADSTS700024'],
  },
  {
    what: 'a file that is not there',
    prepare: () => undefined,
    env: { AZURE_CLIENT_CERTIFICATE_PATH: 'missing.pem' },
    code: 'credential-unavailable',
    said: ['missing.pem cannot be used', 'openssl pkcs12'],
  },
  {
    what: 'a file without a certificate',
    prepare: () => undefined,
    env: { AZURE_CLIENT_CERTIFICATE_PATH: 'nothing.pem' },
    code: 'credential-unavailable',
    said: ['nothing.pem cannot be used', 'PEM file'],
  },
  {
    what: 'a key that the password does not open',
    prepare: () => undefined,
    env: {
      AZURE_CLIENT_CERTIFICATE_PATH: 'locked.pem',
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'canary-of-another-password',
    },
    code: 'credential-unavailable',
    said: ['locked.pem cannot be used', 'AZURE_CLIENT_CERTIFICATE_PASSWORD opens it'],
  },
]

test.each(REFUSALS)('$what is told, with what mends it', ({ prepare, env, code, said }) =>
  onStage(async (stage) => {
    prepare(stage)
    const path = env.AZURE_CLIENT_CERTIFICATE_PATH
    const circumstances = { env: { ...env, ...(path && { AZURE_CLIENT_CERTIFICATE_PATH: join(folder, path) }) } }
    const refused = await stage.runInProcess({ auth: 'environment', operation: 'apply' }, circumstances)
    expectFailure(refused, code, ...said)
    expect(writesOf(refused)).toEqual([])
  }),
)

test('a tenant that does not exist is told for a secret too', async () => {
  const stage = await openStage()
  const inputs = { auth: 'environment', 'tenant-id': '00000000-0000-4000-8000-000000000000' }
  expectFailure(await stage.runInProcess(inputs, withSecret(stage)), 'tenant-not-found', 'There is no tenant')
  await stage.close()
})
