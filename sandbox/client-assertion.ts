import { compactVerify, createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet } from 'jose'
import type { EntraProblem } from './entra-error.ts'
import * as problems from './entra-problems.ts'
import type { Application } from './world.ts'

/** The public keys of an issuer, or undefined when it cannot be reached. */
export type IssuerKeys = (issuer: string) => Promise<JSONWebKeySet | undefined>

type Claims = {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly from: number
  readonly until: number
}

/**
 * What is wrong with a client assertion, if anything: first whether the application trusts such an assertion at all, then
 * whether it is genuine, then whether it is of now. Issuer, subject and audience have to be equal to the letter:
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export async function assertionProblem(
  assertion: string,
  application: Application,
  keysOf: IssuerKeys,
  now: number,
): Promise<EntraProblem | undefined> {
  const claims = claimsOf(assertion)
  if (claims === undefined) return problems.malformedAssertion
  const untrusted = trustProblem(claims, application)
  if (untrusted !== undefined) return untrusted
  const keys = await keysOf(claims.issuer)
  if (keys === undefined) return problems.issuerKeysUnreachable
  if (!(await isSigned(assertion, keys))) return problems.wrongSignature
  if (now < claims.from || now >= claims.until) {
    return problems.notValidNow(instant(now), instant(claims.from), instant(claims.until))
  }
  return undefined
}

function claimsOf(assertion: string): Claims | undefined {
  try {
    const { iss, sub, aud, nbf, iat, exp } = decodeJwt(assertion)
    if (iss === undefined || sub === undefined || exp === undefined || typeof aud !== 'string') return undefined
    return { issuer: iss, subject: sub, audience: aud, from: (nbf ?? iat ?? 0) * 1000, until: exp * 1000 }
  } catch {
    return undefined
  }
}

function trustProblem({ issuer, subject, audience }: Claims, application: Application): EntraProblem | undefined {
  const credentials = application.federatedCredentials
  if (credentials.length === 0) return problems.noCredentials(application.clientId, application.displayName)
  const ofIssuer = credentials.filter((credential) => credential.issuer === issuer)
  if (ofIssuer.length === 0) return problems.noMatchingIssuer(issuer)
  const ofSubject = ofIssuer.filter((credential) => credential.subject === subject)
  if (ofSubject.length === 0) {
    const inAnyCasing = ofIssuer.some((credential) => credential.subject.toLowerCase() === subject.toLowerCase())
    return inAnyCasing ? problems.subjectCasing(subject) : problems.noMatchingSubject(subject)
  }
  const accepted = ofSubject.some((credential) => credential.audience === audience)
  return accepted ? undefined : problems.noMatchingAudience(audience)
}

async function isSigned(assertion: string, keys: JSONWebKeySet): Promise<boolean> {
  try {
    await compactVerify(assertion, createLocalJWKSet(keys), { algorithms: ['RS256'] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

/** With seven digits after the point, as .NET writes it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z')
}
