import { expect, test } from '@jest/globals'
import { type AzAnswer, type StandInAz, standInAz } from '../../stage/az.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'

const SECRET = 'Q8r~canary-of-a-client-secret.Zk3'
/** Without the permission id-token the runner sets neither. */
const NO_ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null }
const INPUTS = { auth: 'azure-cli', 'client-id': '' }

async function withAz(answer: AzAnswer, work: (az: StandInAz) => Promise<void>): Promise<void> {
  const az = await standInAz(answer)
  try {
    await work(az)
  } finally {
    await az.remove()
  }
}

/** As azure/login leaves it: az is signed in as the deployer. */
function signedIn({ sandbox, control }: Stage): AzAnswer {
  const clientId = sandbox.inputs['client-id'] ?? ''
  control.addClientSecret(clientId, SECRET)
  const tokenEndpoint = `${sandbox.origin}/${sandbox.inputs['tenant-id']}/oauth2/v2.0/token`
  return { does: 'sign-in', tokenEndpoint, clientId, secret: SECRET }
}

test('whoever az is signed in as does the work, and az is asked once for each audience', () =>
  onStage((stage) =>
    withAz(signedIn(stage), async (az) => {
      const circumstances = { env: { ...NO_ID_TOKEN, ...az.env }, debug: true }
      const inputs = { ...INPUTS, permissions: 'subscription' }
      const applied = await stage.run({ ...inputs, operation: 'apply' }, circumstances)
      expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
      expect(requestsTo(applied, /runner\/token/)).toEqual([])
      const subscription = `--subscription ${stage.sandbox.inputs['subscription-id']}`
      const calls = (await az.calls()).map((call) => call.join(' '))
      expect(calls).toHaveLength(2)
      expect(calls.every((call) => call.startsWith('account get-access-token') && call.includes(subscription))).toBe(
        true,
      )

      const again = await stage.run(inputs, circumstances)
      expect(again.outputs['has-changes']).toBe('false')
      expect(plainLog(again)).not.toContain('can leak')
    }),
  ))

test('a client id that is given has to be who is signed in', () =>
  onStage((stage) =>
    withAz(signedIn(stage), async (az) => {
      const { clientId } = stage.control.addApplication({ displayName: 'another' })
      const refused = await stage.run({ ...INPUTS, 'client-id': clientId, operation: 'apply' }, { env: az.env })
      const signed = stage.sandbox.inputs['client-id']
      expectFailure(refused, 'identity-mismatch', `signed in as the application ${signed}, and not as ${clientId}`)
      expect([writesOf(refused), requestsTo(refused, /\/subscriptions\//)]).toEqual([[], []])
      const right = await stage.run({ auth: 'azure-cli' }, { env: az.env })
      expect(right.outputs.outcome).toBe('pending')
    }),
  ))

type Failure = {
  readonly what: string
  readonly answer: AzAnswer
  readonly code: Parameters<typeof expectFailure>[1]
  readonly said: readonly string[]
}

const FAILURES: readonly Failure[] = [
  {
    what: 'az is not signed in',
    answer: { does: 'fail', errors: "ERROR: Please run 'az login' to setup account." },
    code: 'credential-unavailable',
    said: ['`az` is not signed in.', 'uses: azure/login@'],
  },
  {
    what: 'az knows another subscription only',
    answer: { does: 'fail', errors: "ERROR: Subscription 'x' not found. Check the spelling and casing and try again." },
    code: 'subscription-not-found',
    said: ['knows no subscription', 'az account list'],
  },
  {
    what: "GitHub's token that azure/login kept is too old for another audience",
    answer: {
      does: 'fail',
      errors: 'ERROR: AADSTS700024: Client assertion is not within its valid time range. Trace ID: x',
    },
    code: 'assertion-expired',
    said: ['right after it', 'AADSTS700024'],
  },
  {
    what: 'az fails in a way that nobody knows',
    answer: { does: 'fail', errors: 'ERROR: The command failed with an unexpected error.' },
    code: 'sign-in-failed',
    said: ['ERROR: The command failed with an unexpected error.'],
  },
  {
    what: 'az prints something else',
    answer: { does: 'print', output: 'Welcome to the Azure CLI!' },
    code: 'sign-in-failed',
    said: ['Signing in to Entra failed'],
  },
  {
    what: 'az prints a token that is none',
    answer: { does: 'print', output: JSON.stringify({ accessToken: 'opaque', expires_on: 4_102_444_800 }) },
    code: 'sign-in-failed',
    said: ['does not say which tenant and whom it is for'],
  },
]

test.each(FAILURES)('$what: it is told, with what mends it', ({ answer, code, said }) =>
  onStage((stage) =>
    withAz(answer, async (az) => {
      const refused = await stage.run({ ...INPUTS, operation: 'apply' }, { env: az.env })
      expectFailure(refused, code, ...said)
      expect(writesOf(refused)).toEqual([])
    }),
  ),
)

test('a runner without az is told so', () =>
  onStage(async (stage) => {
    // exec finds its shell without a PATH, and the shell finds no az.
    const refused = await stage.run(INPUTS, { env: { PATH: '/nowhere' } })
    expectFailure(refused, 'credential-unavailable', 'There is no `az` on this runner.')
  }))
