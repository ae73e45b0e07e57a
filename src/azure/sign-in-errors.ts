import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import { isAborted, timedOut } from '../ended.ts'
import { DeployError } from '../errors.ts'
import { field, parseJson, text } from '../json.ts'
import { type Attempt, type Claims, ENTRA_FINDINGS } from './entra-findings.ts'
import type { Finding } from './errors.ts'

/** @returns what went wrong while signing in, with the fix for what Entra said. */
export function signInError(error: unknown, attempt: Attempt): DeployError {
  if (error instanceof DeployError) return error
  if (isAborted(error)) return timedOut('sign in to Entra', error)
  const message = error instanceof Error ? error.message : String(error)
  const number = /AADSTS(\d+)/.exec(message)?.[1]
  const known = number !== undefined && Object.hasOwn(ENTRA_FINDINGS, number) ? ENTRA_FINDINGS[number] : undefined
  const { code, message: wrong, hint } = known?.(attempt, message) ?? unknownFailure(number, message)
  const facts = {
    ...claimFacts(attempt.claims),
    ...(number !== undefined && { 'Entra error': `AADSTS${number}` }),
    ...traceFacts(message),
  }
  return new DeployError(code, wrong, { hint, facts, cause: error })
}

/** Entra, or what stands before it, takes no requests for now. */
export function overloaded({ status }: { readonly status: number }): DeployError {
  const code = status === 429 ? 'throttled' : 'unreachable'
  return new DeployError(code, `Entra answered ${status} again and again while the workflow signed in.`, {
    hint: 'Run again in some minutes. Whether Entra is well: https://azure.status.microsoft',
  })
}

/**
 * MSAL asks a login host that it does not know for the tenant's description first, and drops what Entra says about that.
 * @returns a policy that listens, and what makes the reason out of MSAL's error.
 */
export function listening(): { readonly policy: PipelinePolicy; reasonOf(error: unknown): unknown } {
  let said: string | undefined
  return {
    policy: {
      name: 'listen',
      async sendRequest(request, next) {
        const response = await next(request)
        said = text(field(parseJson(response.bodyAsText), 'error_description')) ?? said
        return response
      },
    },
    reasonOf(error) {
      const message = error instanceof Error ? error.message : String(error)
      const isDropped = message.includes('endpoints_resolution_error') && said !== undefined
      return isDropped ? new Error(said, { cause: error }) : error
    },
  }
}

function unknownFailure(number: string | undefined, message: string): Finding {
  const reason =
    number === undefined ? `: ${message}` : ` for a reason that this action does not know (AADSTS${number})`
  return {
    code: 'sign-in-failed',
    message: `Signing in to Entra failed${reason}.`,
    hint:
      number === undefined
        ? 'Check that the runner can reach the login host of `cloud`, then run again with step debug logging for the details.'
        : `Microsoft explains the number at https://login.microsoftonline.com/error?code=${number}`,
  }
}

function claimFacts(claims: Claims | undefined): Record<string, string> {
  return claims === undefined ? {} : { subject: claims.subject, issuer: claims.issuer, audience: claims.audience }
}

function traceFacts(message: string): Record<string, string> {
  const find = (name: string) => new RegExp(`${name}: ([0-9a-f-]{36})`, 'i').exec(message)?.[1]
  const [trace, correlation] = [find('Trace ID'), find('Correlation ID')]
  return { ...(trace && { 'trace id': trace }), ...(correlation && { 'correlation id': correlation }) }
}
