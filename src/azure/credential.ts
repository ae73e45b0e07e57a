import type { AccessToken, TokenCredential } from '@azure/identity'
import { timedOut } from '../ended.ts'
import { DeployError } from '../errors.ts'
import type { Credential } from './authenticate.ts'

type Request = Parameters<TokenCredential['getToken']>

/** The tokens of one audience. */
type Slot = {
  readonly source: TokenCredential
  kept: AccessToken | null
  /** Why there never was one. Signing in has tries of its own, so whoever asks next, or asked ahead, need not try again. */
  failure: { readonly error: unknown } | undefined
  pending: Promise<AccessToken | null> | undefined
}

/**
 * Tokens by audience: asked for once at a time, looked at by `accept` before anybody uses them, and kept in memory while they are
 * fresh. Every audience has a source of its own, so that two exchanges at once do not meet.
 */
export function credentialFrom(
  newSource: () => TokenCredential,
  accept: (token: string) => void,
  deadline: AbortSignal,
): Credential {
  const slots = new Map<string, Slot>()

  async function exchange(source: TokenCredential, request: Request): Promise<AccessToken | null> {
    const token = await before(deadline, source.getToken(...request))
    if (token !== null) {
      refuseOddities(token.token)
      accept(token.token)
    }
    return token
  }

  async function getToken(...request: Request): Promise<AccessToken | null> {
    const audience = [request[0]].flat().join(' ')
    const slot = slots.get(audience) ?? { source: newSource(), kept: null, failure: undefined, pending: undefined }
    slots.set(audience, slot)
    if (isFresh(slot.kept) && request[1]?.claims === undefined) return slot.kept
    if (slot.failure !== undefined) throw slot.failure.error
    slot.pending ??= exchange(slot.source, request)
      .catch((error: unknown) => {
        if (slot.kept === null) slot.failure = { error }
        throw error
      })
      .finally(() => {
        slot.pending = undefined
      })
    slot.kept = await slot.pending
    return slot.kept
  }

  return {
    getToken,
    /** Who comes late gets the token that others have brought about. */
    renew(refused, scope, claims) {
      // A source keeps tokens too, the refused one among them.
      if (slots.get(scope)?.kept?.token === refused) slots.delete(scope)
      return getToken(scope, claims === undefined ? {} : { claims })
    },
  }
}

/** The SDKs pass on whatever came. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
function refuseOddities(token: unknown): void {
  if (typeof token === 'string' && /^[\w.~+/-]+=*$/.test(token)) return
  throw new DeployError('sign-in-failed', 'What came back from signing in is no access token.', {
    hint: 'Check that nothing stands between the runner and the login host of `cloud` that answers in its place, then run again.',
  })
}

const FIVE_MINUTES = 5 * 60 * 1000

function isFresh(token: AccessToken | null): token is AccessToken {
  return token !== null && token.expiresOnTimestamp - Date.now() > FIVE_MINUTES
}

/** Not every way to sign in can be ended in the middle; nobody waits for it longer than the run lasts. */
async function before<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = () => reject(timedOut('sign in to Entra', deadline.reason))
  if (deadline.aborted) end()
  deadline.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([work, ended])
  } finally {
    deadline.removeEventListener('abort', end)
  }
}
