import { addressed, type Exchange } from './exchange.ts'

export type Answer = { readonly exchange: Exchange; readonly headers: Headers }

/** Sends one request as it is; an address without an origin goes to the client's own. */
export type Send = (method: string, url: string, body?: unknown) => Promise<Answer>

/** The least client there is: no retries, no polling, nothing that could hide what the service says. */
export function armClient(origin: string, token: string): Send {
  return async (method, url, body) => {
    const response = await fetch(new URL(url, origin), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await response.text()
    const replyBody: unknown = text === '' ? undefined : JSON.parse(text)
    const exchange = { method, ...addressed(url), requestBody: body, status: response.status, replyBody }
    return { exchange, headers: response.headers }
  }
}

export type SignIn = {
  readonly origin: string
  /** The runner's two variables for OIDC tokens. */
  readonly requestUrl: string
  readonly requestToken: string
  readonly tenantId: string
  readonly clientId: string
  readonly audience?: string
}

/** GitHub's token of the job, for Entra. */
export async function jobToken({
  requestUrl,
  requestToken,
  audience = 'api://AzureADTokenExchange',
}: SignIn): Promise<string> {
  const url = `${requestUrl}&audience=${encodeURIComponent(audience)}`
  const response = await fetch(url, { headers: { authorization: `Bearer ${requestToken}` } })
  const { value } = JSON.parse(await response.text())
  return String(value)
}

/** Entra's reply to the job that presents an assertion. */
export async function redeem(
  signIn: SignIn,
  assertion: string,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const response = await fetch(`${signIn.origin}/${signIn.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: signIn.clientId,
      scope: `${signIn.origin}/.default`,
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}
