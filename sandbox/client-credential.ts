import { createHash, X509Certificate } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importX509 } from 'jose'
import { instant } from './client-assertion.ts'
import type { EntraProblem } from './entra-error.ts'
import * as problems from './entra-problems.ts'
import type { Application } from './world.ts'

/** MSAL rounds the time from which an assertion is valid, which may be the next second; with Entra it works. */
const ROUNDING_MS = 1_000

/** What is wrong with a client secret, if anything. */
export function secretProblem(secret: string, application: Application, now: number): EntraProblem | undefined {
  const found = application.clientSecrets.find((each) => each.secret === secret)
  if (found === undefined) return problems.wrongSecret(application.clientId)
  return now < found.expires ? undefined : problems.expiredSecret(application.clientId)
}

/** An assertion that an application makes for itself, and does not bring from elsewhere. */
export function isOwnAssertion(assertion: string, clientId: string): boolean {
  try {
    return decodeJwt(assertion).iss?.toLowerCase() === clientId.toLowerCase()
  } catch {
    return false
  }
}

/**
 * What is wrong with an assertion that an application signed with its certificate, if anything:
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export async function certificateProblem(
  assertion: string,
  { clientId, certificates }: Application,
  tokenEndpoint: string,
  now: number,
): Promise<EntraProblem | undefined> {
  const thumbprint = thumbprintOf(assertion)
  const certificate = certificates.find((each) => thumbprints(each).includes(thumbprint ?? ''))
  if (certificate === undefined) return problems.unknownCertificate(thumbprint ?? '')
  if (!(await isSignedWith(certificate, assertion))) return problems.wrongSignature
  const { sub, aud, nbf = 0, exp = 0 } = decodeJwt(assertion)
  if (sub !== clientId) return problems.foreignAssertion(clientId)
  if (aud !== tokenEndpoint) return problems.assertionForOthers(String(aud))
  if (now < nbf * 1000 - ROUNDING_MS || now >= exp * 1000)
    return problems.notValidNow(instant(now), instant(nbf * 1000), instant(exp * 1000))
  return undefined
}

function thumbprintOf(assertion: string): string | undefined {
  const header = decodeProtectedHeader(assertion)
  const sha256 = header['x5t#S256']
  return typeof sha256 === 'string' ? sha256 : header.x5t
}

/** By SHA-1 and by SHA-256, as both are taken. */
function thumbprints(certificate: string): readonly string[] {
  const { raw } = new X509Certificate(certificate)
  return ['sha1', 'sha256'].map((hash) => createHash(hash).update(raw).digest('base64url'))
}

async function isSignedWith(certificate: string, assertion: string): Promise<boolean> {
  const algorithm = decodeProtectedHeader(assertion).alg ?? ''
  if (algorithm !== 'RS256' && algorithm !== 'PS256') return false
  try {
    await compactVerify(assertion, await importX509(certificate, algorithm))
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
