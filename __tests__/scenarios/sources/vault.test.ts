import { expect, jest, test } from '@jest/globals'
import { commandIn, expectFailure, flagOf } from '../../stage/failure.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../../stage/result.ts'
import { applicationNamed } from '../../stage/rights.ts'
import { onStage, type Stage, throughTunnel } from '../../stage.ts'

jest.setTimeout(180_000)

const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'
const VAULT = 'acme-vault'
const SECRET = `https://${VAULT}.vault.invalid/secrets/apono-token`
const FROM_VAULT = { 'apono-token': '', 'apono-token-secret': SECRET }

const vaultId = ({ sandbox: { inputs } }: Stage) =>
  `/subscriptions/${inputs['subscription-id']}/resourceGroups/${inputs['resource-group']}/providers/Microsoft.KeyVault/vaults/${VAULT}`

function grant(stage: Stage, scope = vaultId(stage)): void {
  const principalId = applicationNamed('deployer', stage).objectId
  stage.control.addRoleAssignment({ scope, roleDefinitionId: SECRETS_USER, principalId })
}

function setToken(stage: Stage, changes: Partial<Parameters<Stage['control']['setSecret']>[0]> = {}): string {
  const value = stage.sandbox.inputs['apono-token'] ?? ''
  return stage.control.setSecret({ vault: VAULT, name: 'apono-token', value, ...changes })
}

const runOn = (stage: Stage, inputs: Readonly<Record<string, string>>) =>
  stage.runInProcess({ ...FROM_VAULT, ...inputs }, { ...throughTunnel(stage), debug: true })

test('the token comes from the vault, is masked before all else, and is the same as one from a GitHub secret', () =>
  onStage(async (stage) => {
    grant(stage)
    const applied = await runOn(stage, { operation: 'apply' })
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    const token = stage.sandbox.inputs['apono-token'] ?? ''
    expect(applied.raw).toContain(`::add-mask::${token}`)
    const variables = stage.stored()?.properties.containers?.[0]?.properties?.environmentVariables ?? []
    expect(variables).toContainEqual({ name: 'APONO_TOKEN', secureValue: token })
    expect(requestsTo(applied, /^\/secrets\//).map(({ status }) => status)).toEqual([401, 200])
    for (const inputs of [FROM_VAULT, { 'apono-token': token }]) {
      const planned = await stage.runInProcess({ operation: 'plan', ...inputs }, throughTunnel(stage))
      expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'in-sync'])
    }
  }))

test('a rotation in the vault shows as a changed token on the next plan and drift run, and on no run that names a version', () =>
  onStage(async (stage) => {
    grant(stage)
    const version = setToken(stage)
    await runOn(stage, { operation: 'apply' })
    setToken(stage, { value: 'apono-connector-token-rotated-1' })
    for (const operation of ['plan', 'drift']) {
      const run = await runOn(stage, { operation })
      expect([run.exitCode, run.outputs.outcome, planLines(run)]).toEqual([
        0,
        'pending',
        ['~ token (sensitive value), changed'],
      ])
    }
    const pinned = await runOn(stage, { operation: 'plan', 'apono-token-secret': version })
    expect(pinned.outputs.outcome).toBe('in-sync')
  }))

test('without the role an apply does not begin, and the printed grant leads to success', () =>
  onStage(async (stage) => {
    const refused = await runOn(stage, { operation: 'apply' })
    expectFailure(refused, 'permission-denied', 'may not read the secret "apono-token"', 'Key Vault Secrets User')
    expect(writesOf(refused)).toEqual([])
    const command = commandIn(refused, 'az role assignment create')
    expect([flagOf(command, 'role'), flagOf(command, 'assignee')]).toEqual([
      'Key Vault Secrets User',
      stage.sandbox.inputs['client-id'],
    ])
    expect(flagOf(command, 'scope').toLowerCase()).toBe(vaultId(stage).toLowerCase())
    grant(stage, flagOf(command, 'scope'))
    expect((await runOn(stage, { operation: 'apply' })).exitCode).toBe(0)
  }))

test('an identity that may not read the token plans without it: nothing else is lost', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply' })
    stage.control.setGithub({ eventName: 'pull_request' })
    const planner = { 'client-id': applicationNamed('planner', stage).clientId }
    for (const operation of ['plan', 'drift']) {
      const planned = await runOn(stage, { operation, ...planner })
      expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'in-sync'])
      expect(plainLog(planned)).toContain('Whether the token changed was not compared.')
    }
  }))

const troubles: readonly {
  readonly what: string
  readonly code: 'secret-not-usable' | 'permission-denied'
  readonly said: readonly string[]
  readonly make: (stage: Stage) => unknown
}[] = [
  {
    what: 'a deleted secret',
    code: 'secret-not-usable',
    said: ['There is no secret "apono-token"', `az keyvault secret recover --vault-name ${VAULT} --name apono-token`],
    make: (stage) => stage.control.deleteSecret(VAULT, 'apono-token'),
  },
  {
    what: 'a disabled secret',
    code: 'secret-not-usable',
    said: ['is disabled', '--enabled true'],
    make: (stage) => setToken(stage, { enabled: false }),
  },
  {
    what: 'an expired secret',
    code: 'secret-not-usable',
    said: ['expired on 2020-01-01T00:00:00.000Z'],
    make: (stage) => setToken(stage, { exp: Date.UTC(2020, 0, 1) / 1000 }),
  },
  {
    what: 'a secret of the future',
    code: 'secret-not-usable',
    said: ['is not to be used before 2120-01-01T00:00:00.000Z'],
    make: (stage) => setToken(stage, { nbf: Date.UTC(2120, 0, 1) / 1000 }),
  },
  {
    what: 'a secret that is no token',
    code: 'secret-not-usable',
    said: ['holds no token of Apono'],
    make: (stage) => setToken(stage, { value: '{"token": "canary of a token"}' }),
  },
  {
    what: 'a firewall',
    code: 'permission-denied',
    said: [
      'firewall of acme-vault.vault.invalid',
      `az keyvault network-rule add --name ${VAULT} --ip-address 127.0.0.1`,
    ],
    make: (stage) => stage.control.setVaultFirewall(VAULT, false),
  },
]

test.each(troubles)('$what stops an apply before its first write, with what mends it', ({ make, code, said }) =>
  onStage(async (stage) => {
    grant(stage)
    make(stage)
    const refused = await runOn(stage, { operation: 'apply' })
    expectFailure(refused, code, ...said)
    expect(writesOf(refused)).toEqual([])
  }),
)

test.each([
  ['null', { nbf: null, exp: null }],
  ['no number', { nbf: 'soon', exp: 'late' }],
  ['out of all range', { nbf: 1e300, exp: 1e300 }],
])('a moment that is %s limits nothing', (_what, attributes) =>
  onStage(async (stage) => {
    const value = stage.sandbox.inputs['apono-token'] ?? ''
    const body = JSON.stringify({ value, id: `https://${VAULT}.vault.invalid/secrets/apono-token/1`, attributes })
    const effect = { kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body } as const
    grant(stage)
    stage.control.injectFault({ name: 'odd times', path: '^/secrets/', on: 2, effect })
    const applied = await runOn(stage, { operation: 'apply' })
    expect([applied.exitCode, applied.outputs['failure-message']]).toEqual([0, undefined])
  }),
)

test.each([
  'https://acme-vault.vault.azure.net',
  'https://evil.example.com',
  'https://acme-vault.vault.invalid.example.com',
  'https://a.b.vault.invalid',
])('no token goes to %s, which is no vault of this cloud', (origin) =>
  onStage(async (stage) => {
    grant(stage)
    const refused = await runOn(stage, { operation: 'plan', 'apono-token-secret': `${origin}/secrets/apono-token` })
    expectFailure(refused, 'invalid-inputs', new URL(origin).host, 'https://<vault>.vault.invalid')
    expect(requestsTo(refused, /oauth2/).filter(({ body }) => body.includes('vault'))).toEqual([])
  }),
)

test('a vault that is not there is told as such, after some tries', () =>
  onStage(async (stage) => {
    const inputs = {
      ...FROM_VAULT,
      operation: 'apply',
      'apono-token-secret': 'https://nowhere.vault.invalid/secrets/apono-token',
    }
    const refused = await stage.runInProcess(inputs, { ...throughTunnel(stage), pace: { second: 20 } })
    expectFailure(refused, 'unreachable', 'nowhere.vault.invalid')
  }))
