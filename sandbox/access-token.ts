import { decodeJwt, errors, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import type { Clock } from './clock.ts'
import { keySetOf } from './key-set.ts'
import type { Random } from './random.ts'
import type { KeyPair } from './signing-keys.ts'
import type { Caller } from './world.ts'

/** Entra announces 3599 for a token that lives 3600: the second lost on the way is taken off. */
export const accessTokenSeconds = 3600

export type Verification =
  | { readonly ok: true; readonly caller: Caller; readonly roles: readonly string[] }
  | {
      readonly ok: false
      readonly problem: 'missing' | 'malformed' | 'expired' | 'audience'
      readonly detail: string
    }

type Parts = { readonly clock: Clock; readonly random: Random }

/**
 * Mints and verifies the tokens that the sandbox's Entra gives for ARM and Graph. Keys are fresh for each sandbox, so a
 * token of one is worth nothing in another.
 */
export class AccessTokens {
  readonly #keys: KeyPair
  readonly #keyId: string
  readonly #clock: Clock
  readonly #random: Random

  constructor(keys: KeyPair, { clock, random }: Parts) {
    this.#keys = keys
    this.#clock = clock
    this.#random = random
    this.#keyId = random.guid().replaceAll('-', '')
  }

  /** What `/discovery/v2.0/keys` shows. */
  publicKeys(): Promise<JSONWebKeySet> {
    return keySetOf(this.#keys.publicKey, this.#keyId)
  }

  /**
   * A token of an application for itself. ARM and Graph get the version 1.0 form, whichever endpoint was asked:
   * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
   */
  async mint(caller: Caller, audience: string, roles: readonly string[] = [], proof: '1' | '2' = '2'): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000)
    const issuer = `https://sts.windows.net/${caller.tenantId}/`
    return new SignJWT({
      aud: audience,
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + accessTokenSeconds,
      appid: caller.clientId,
      // How the client proved itself; 1 stands for a secret, 2 for a certificate or an assertion.
      appidacr: proof,
      idp: issuer,
      idtyp: 'app',
      oid: caller.objectId,
      // Entra leaves the claim out when the application was given no app roles.
      ...(roles.length > 0 ? { roles } : {}),
      sub: caller.objectId,
      tid: caller.tenantId,
      uti: this.#random.guid(),
      ver: '1.0',
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: this.#keyId })
      .sign(this.#keys.privateKey)
  }

  /** Judges an `Authorization` header. Audiences are compared without a slash at the end, as ARM takes both forms. */
  async verify(authorizationHeader: string | undefined, audiences: readonly string[]): Promise<Verification> {
    if (authorizationHeader === undefined || authorizationHeader === '') {
      return { ok: false, problem: 'missing', detail: 'The request has no Authorization header.' }
    }
    const token = /^Bearer +(\S+)$/i.exec(authorizationHeader)?.[1]
    if (token === undefined) {
      return {
        ok: false,
        problem: 'malformed',
        detail: 'The Authorization header is not of the form "Bearer <token>".',
      }
    }
    return this.#verifyToken(token, audiences)
  }

  async #verifyToken(token: string, audiences: readonly string[]): Promise<Verification> {
    try {
      const currentDate = new Date(this.#clock.now())
      const { payload } = await jwtVerify(token, this.#keys.publicKey, { algorithms: ['RS256'], currentDate })
      const audience = String(payload.aud)
      if (!audiences.map(withoutSlash).includes(withoutSlash(audience))) {
        return { ok: false, problem: 'audience', detail: `The token is for '${audience}'.` }
      }
      const { tid, appid, oid, roles } = payload
      const caller = { tenantId: String(tid), clientId: String(appid), objectId: String(oid) }
      return { ok: true, caller, roles: Array.isArray(roles) ? roles.map(String) : [] }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, problem: 'expired', detail: error.message }
      if (error instanceof errors.JOSEError) return { ok: false, problem: 'malformed', detail: error.message }
      throw error
    }
  }
}

/** The audience a bearer token names, read without trusting it; undefined when it is not a JWT. */
export function audienceOf(token: string): string | undefined {
  try {
    const { aud } = decodeJwt(token)
    return Array.isArray(aud) ? aud.join(' ') : aud
  } catch {
    return undefined
  }
}

function withoutSlash(audience: string): string {
  return audience.replace(/\/+$/, '')
}
