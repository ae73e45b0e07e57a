import { armClient, jobToken, redeem, type SignIn } from '../../../specs/arm-client.ts'
import { fieldsOf } from '../../../specs/json.ts'
import type { Session } from '../../../specs/sandbox-session.ts'

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown }
/** Brings the session's sandbox to answer with one error. */
export type Provocation = (session: Session) => Promise<Reply>

/** An id that nothing has. */
export const nobody = '99999999-9999-4999-8999-999999999999'
export const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

/** Sends a request below the session's subscription. */
export async function arm(session: Session, method: string, path: string, body?: unknown): Promise<Reply> {
  const answer = await session.send(method, `/subscriptions/${session.subscriptionId}${path}`, body)
  return { status: answer.exchange.status, headers: answer.headers, body: answer.exchange.replyBody }
}

/** Trades a token of the job, with something changed. */
export async function signIn(session: Session, changes: Partial<SignIn>): Promise<Reply> {
  return redeem({ ...session.signIn, ...changes }, await jobToken(session.signIn))
}

/** An application in the role, signed in. */
export async function signedInWithRole(
  session: Session,
  roleDefinitionId: string,
  condition?: string,
): Promise<Session['send']> {
  const { control } = session.sandbox
  const { clientId, objectId } = control.addApplication({ displayName: 'limited' })
  control.addFederatedCredential(clientId)
  control.addRoleAssignment({
    scope: `/subscriptions/${session.subscriptionId}`,
    roleDefinitionId,
    principalId: objectId,
    ...(condition === undefined ? {} : { condition }),
  })
  const { body } = await signIn(session, { clientId })
  return armClient(session.signIn.origin, String(fieldsOf(body).access_token))
}
