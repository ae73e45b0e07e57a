import { type AccessTokens, audienceOf } from './access-token.ts'
import { gatewayError } from './arm-error.ts'
import { header } from './arm-request.ts'
import type { Call } from './protocol.ts'
import type { Caller, World } from './world.ts'

/** Who calls, by the bearer token; 401 in ARM's words for any other than a token for ARM. */
export async function authenticate(world: World, tokens: AccessTokens, call: Call): Promise<Caller> {
  const audiences = [world.origin, 'https://management.azure.com', 'https://management.core.windows.net']
  const authorization = header(call, 'authorization')
  const verification = await tokens.verify(authorization, audiences)
  if (verification.ok) return verification.caller
  switch (verification.problem) {
    case 'missing':
      throw unauthenticated(
        world,
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing.",
      )
    case 'malformed':
      throw unauthenticated(world, 'InvalidAuthenticationToken', 'The access token is invalid.')
    case 'expired':
      throw unauthenticated(
        world,
        'ExpiredAuthenticationToken',
        `The access token expiry UTC time is earlier than current UTC time '${world.clock.iso()}'.`,
      )
    case 'audience': {
      const sent = audienceOf(authorization?.split(' ').at(-1) ?? '') ?? ''
      const allowed = audiences.flatMap((audience) => [`'${audience}/'`, `'${audience}'`]).join(',')
      throw unauthenticated(
        world,
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for wrong audience or resource '${sent}'. It should exactly match with one of the allowed audiences ${allowed}.`,
      )
    }
  }
}

function unauthenticated(world: World, code: string, message: string) {
  const authority = `${world.origin}/${world.tenants[0]?.tenantId ?? 'common'}`
  const challenge = `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${message}"`
  return gatewayError(401, code, message, { headers: { 'WWW-Authenticate': challenge } })
}
