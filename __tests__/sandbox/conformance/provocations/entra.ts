import { generateKeyPair, SignJWT } from 'jose'
import { jobToken, redeem } from '../../../specs/arm-client.ts'
import type { Session } from '../../../specs/sandbox-session.ts'
import { nobody, type Provocation, signIn } from './provocation.ts'

/** An assertion made up by somebody who is not GitHub. */
async function forged(session: Session, claims: { iss?: string; sub?: string; aud?: string }): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  const genuine = {
    iss: `${session.signIn.origin}/github`,
    sub: 'repo:acme/infrastructure:ref:refs/heads/main',
    aud: 'api://AzureADTokenExchange',
  }
  return new SignJWT({ ...genuine, ...claims })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('5m')
    .sign(privateKey)
}

/** Errors of a sign-in. */
export const entraProvocations: Readonly<Record<string, Provocation>> = {
  AADSTS700213: async (session) =>
    redeem(session.signIn, await forged(session, { sub: 'repo:acme/other:pull_request' })),
  AADSTS700211: async (session) => redeem(session.signIn, await forged(session, { iss: 'https://token.example' })),
  AADSTS700212: async (session) =>
    redeem(session.signIn, await forged(session, { aud: 'api://AzureADTokenExchangeChina' })),
  AADSTS70025: async (session) => {
    const { clientId } = session.sandbox.control.addApplication({ displayName: 'bare' })
    return signIn(session, { clientId })
  },
  AADSTS700016: (session) => signIn(session, { clientId: nobody }),
  AADSTS90002: (session) => signIn(session, { tenantId: nobody }),
  AADSTS900023: (session) => signIn(session, { tenantId: 'not-a-tenant' }),
  AADSTS700024: async (session) => {
    const assertion = await jobToken(session.signIn)
    session.sandbox.control.advanceClock(301_000)
    return redeem(session.signIn, assertion)
  },
  AADSTS700027: async (session) => redeem(session.signIn, await forged(session, {})),
  AADSTS900612: async (session) => {
    const issuer = 'https://unreachable.example'
    session.sandbox.control.addFederatedCredential(session.signIn.clientId, { issuer })
    return redeem(session.signIn, await forged(session, { iss: issuer }))
  },
}
