import type { Pipeline, PipelinePolicy } from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { RESEND } from '../resend.ts'

/** Gives tokens, and keeps them for as long as they last. */
export type Credential = TokenCredential & {
  /** A token in place of one that was refused. */
  renew(refused: string, scope: string, claims: string | undefined): ReturnType<TokenCredential['getToken']>
}

/**
 * Puts our token on every request. One that is refused as used up, as may happen in the middle of a long run, is replaced once.
 * Replies name addresses to go on with; our token goes to nobody but the service we signed in for.
 */
export function authenticated(pipeline: Pipeline, credential: Credential, scope: string, service: string): Pipeline {
  // Ahead of sending again, since to sign in has tries and waits of its own.
  pipeline.addPolicy(authenticating(credential, scope, service), { phase: 'Retry', beforePolicies: [RESEND] })
  return pipeline
}

function authenticating(credential: Credential, scope: string, service: string): PipelinePolicy {
  const { origin } = new URL(service)
  return {
    name: 'authenticate',
    async sendRequest(request, next) {
      const { host, origin: asked } = new URL(request.url)
      if (asked !== origin) throw new Error(`a reply of ${new URL(service).host} led to another host: ${host}`)
      const token = (await credential.getToken(scope))?.token ?? ''
      request.headers.set('authorization', `Bearer ${token}`)
      const response = await next(request)
      if (response.status !== 401) return response
      const renewed = await credential.renew(token, scope, claimsIn(response.headers.get('www-authenticate')))
      request.headers.set('authorization', `Bearer ${renewed?.token ?? ''}`)
      return next(request)
    },
  }
}

/** What a service wants of the next token: https://learn.microsoft.com/entra/identity-platform/claims-challenge */
function claimsIn(challenge = ''): string | undefined {
  const encoded = /\bclaims="([^"]+)"/.exec(challenge)?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8')
}
