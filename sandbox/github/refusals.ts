import { type Json, Refusal } from '../protocol.ts'

/** GitHub's form of an error: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function refused(
  status: number,
  message: string,
  more: { readonly errors?: Json; readonly headers?: Record<string, string> } = {},
): Refusal {
  const { errors, headers } = more
  const body = {
    message,
    ...(errors !== undefined && { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  }
  return new Refusal({ status, body, ...(headers !== undefined && { headers }) })
}

export function notFound(): Refusal {
  return refused(404, 'Not Found')
}

export function invalid(
  ...errors: readonly {
    readonly resource: string
    readonly field: string
    readonly code: string
    readonly message?: string
  }[]
): Refusal {
  return refused(422, 'Validation Failed', { errors })
}
