import { type Json, Refusal } from './protocol.ts'

type ErrorExtras = {
  readonly details?: readonly Json[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An error in the envelope ARM and its providers share. Throw what it returns. */
export function armError(status: number, code: string, message: string, extras: ErrorExtras = {}): Refusal {
  const details = extras.details === undefined ? {} : { details: extras.details }
  return new Refusal({ status, headers: extras.headers ?? {}, body: { error: { code, message, ...details } } })
}

/** The same for what ARM itself refuses, before any provider has seen the request. */
export function gatewayError(status: number, code: string, message: string, extras: ErrorExtras = {}): Refusal {
  return armError(status, code, message, {
    ...extras,
    headers: { 'x-ms-failure-cause': 'gateway', ...extras.headers },
  })
}
