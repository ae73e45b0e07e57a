import { isRestError } from '@azure/core-rest-pipeline'
import type { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Patience } from '../patience.ts'
import type { Secrets } from '../spec/secrets.ts'
import type { AzureClients } from './clients.ts'
import { azureError, refusalOf } from './errors.ts'
import type { Polling } from './polling.ts'

/** The inputs, and who turned out to be signed in: a client id, or a person's object id. Commands to paste take either. */
export type SignedIn = Inputs & { readonly clientId: string }

/** What every adapter needs to ask Azure anything. */
export type Context = {
  readonly clients: AzureClients
  readonly inputs: SignedIn
  /** What only a write needs to know. */
  secrets(): Promise<Secrets>
  readonly polling: Polling
  readonly patience: Patience
  /** Of the patience. */
  readonly deadline: AbortSignal
  /** Scopes at which this run has granted something: such a right takes minutes to work. */
  readonly granted: Set<string>
  /** Hides a secret that Azure handed out, before anything else happens to it. */
  mask(secret: string): void
}

type Ask = {
  <T>(doing: string, call: () => Promise<T>): Promise<T>
  failure(error: unknown, doing: string): DeployError
}

/** Runs calls to Azure so that whatever they throw says what was tried and what to do. `doing` completes "Azure refused to …". */
export function asking(inputs: SignedIn): Ask {
  const failure = (error: unknown, doing: string) => azureError(error, doing, inputs)
  const ask = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      throw failure(error, doing)
    }
  }
  return Object.assign(ask, { failure })
}

/** Is this a refusal of Azure's with one of these codes? */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isRestError(error) && codes.includes(refusalOf(error)?.code ?? '')
}

/** The SDK of Microsoft.Authorization puts the slash in front of an id itself. */
export function bare(id: string): string {
  return id.replace(/^\/+/, '')
}

/** Is this Azure's word that something does not exist, whatever it was? */
export function isMissing(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 404
}
