import { afterAll, afterEach, beforeAll, test } from '@jest/globals'
import fc from 'fast-check'
import { endpointsOf } from '../../src/azure/cloud.ts'
import { githubHost } from '../../src/host/github.ts'
import { createHttp } from '../../src/http.ts'
import { capturing } from '../stage/in-process.ts'
import { hostileText, spoilt } from './hostile.ts'
import { expectOutcome } from './outcome.ts'
import { openSession, type Session, signedIn } from './session.ts'

let session: Session

beforeAll(async () => {
  session = await openSession()
})
afterEach(() => session.undisturbed())
afterAll(() => session.close())

const RUNS = { numRuns: Number(process.env.FUZZ ?? 40) }

/** A sign-in of its own, with what GitHub gave, and the first question to Azure. */
async function signIn(assertion?: string): Promise<void> {
  const { inputs, patience, sandbox } = session
  const cloud = await endpointsOf(inputs.cloud, createHttp(patience))
  const host = githubHost({ ...sandbox.env })
  const nextAssertion = async () => assertion ?? (await host.idToken(cloud.federatedAudience, patience))
  const azure = await signedIn(session, nextAssertion)
  await azure.lookAround()
}

/** The host tells the runner what to mask. */
const quietly = (work: () => Promise<void>) => capturing(() => expectOutcome(work))

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
}

const CLAIMS = {
  sub: 'repo:acme/infrastructure:ref:refs/heads/main',
  iss: 'https://x',
  aud: 'api://AzureADTokenExchange',
  exp: 1,
}
const jwt = fc.oneof(
  hostileText.filter((text) => text.length < 5_000),
  fc.tuple(spoilt({ alg: 'RS256' }), spoilt(CLAIMS)).map(([head, claims]) => `${part(head)}.${part(claims)}.x`),
)

test(
  "a token of GitHub's of any form is refused with words of ours",
  () =>
    fc.assert(
      fc.asyncProperty(jwt, (assertion) => quietly(() => signIn(assertion)).then(() => undefined)),
      RUNS,
    ),
  300_000,
)

const REPLIES: readonly (readonly [what: string, method: string, path: string, good: unknown])[] = [
  ['what GitHub answers', 'GET', '/runner/token', { count: 3, value: 'a.b.c' }],
  [
    'a token of Entra',
    'POST',
    '/oauth2/',
    { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'a.b.c' },
  ],
  [
    "the tenant's description",
    'GET',
    '/openid-configuration',
    {
      token_endpoint: 'https://localhost:1/token',
      issuer: 'https://localhost:1',
      authorization_endpoint: 'https://localhost:1/a',
      jwks_uri: 'https://localhost:1/k',
    },
  ],
]

test.each(REPLIES)(
  '%s of any form is understood or refused',
  (_what, method, path, good) =>
    fc.assert(
      fc.asyncProperty(spoilt(good), async (body) => {
        session.reply(method, path, body)
        await quietly(() => signIn())
      }),
      RUNS,
    ),
  300_000,
)
