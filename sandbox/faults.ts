import type { Call, Reply } from './protocol.ts'
import type { World } from './world.ts'

/** The events that a failed operation on a container group reports. */
export type OperationFailure = NonNullable<World['nextOperationFailure']>

/** What goes wrong with a request. */
export type FaultEffect =
  /** This reply instead of the service's; the service is not asked. */
  | ({ readonly kind: 'reply' } & Reply)
  /** A page as a proxy in between would show it; the service is not asked. */
  | { readonly kind: 'html'; readonly status: number }
  /** The connection ends without a reply, `before` or `after` the service did its work; `ms` later, when given. */
  | { readonly kind: 'drop'; readonly when: 'before' | 'after'; readonly ms?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The service's reply, of which the second half of the body never comes; or comes so many milliseconds later. */
  | { readonly kind: 'truncate' }
  | { readonly kind: 'slow-body'; readonly ms: number }
  /** The service's reply with half of its body, as if that were all: a proxy in between lost the rest. */
  | { readonly kind: 'half' }
  /**
   * What the service replied to the same GET before the last write: a copy that has not heard of it yet. Of what nobody asked
   * for before, it knows nothing.
   */
  | { readonly kind: 'stale' }
  /** The long-running operation that the request starts is accepted and then fails with these events. */
  | { readonly kind: 'failed-operation'; readonly events: OperationFailure }

export type Fault = {
  readonly name: string
  readonly method?: string
  /** A regular expression on the path, in any casing. */
  readonly path?: string
  /** Which of the matching requests, counted from 1 since the fault was injected; or every one of them. */
  readonly on: number | 'every'
  readonly effect: FaultEffect
}

/** A fault together with the number of requests that matched it so far, whether or not it was applied. */
export type FaultState = Fault & { readonly matched: number }

type Entry = { readonly fault: Fault; readonly pattern: RegExp; matched: number }

/** The faults injected into one sandbox. A name is unique: injecting it again starts anew. */
export class Faults {
  readonly #entries = new Map<string, Entry>()

  inject(fault: Fault): void {
    this.#entries.set(fault.name, { fault, pattern: new RegExp(fault.path ?? '', 'i'), matched: 0 })
  }

  remove(name: string): boolean {
    return this.#entries.delete(name)
  }

  clear(): void {
    this.#entries.clear()
  }

  list(): readonly FaultState[] {
    return [...this.#entries.values()].map(({ fault, matched }) => ({ ...fault, matched }))
  }

  /** Counts the call on every fault it matches, and gives the first that is due. */
  take(call: Pick<Call, 'method' | 'path'>): Fault | undefined {
    const matching = [...this.#entries.values()].filter((entry) => matches(entry, call))
    for (const entry of matching) entry.matched += 1
    return matching.find(({ fault, matched }) => fault.on === 'every' || fault.on === matched)?.fault
  }
}

/** The page of an `html` fault. */
export function htmlReply(status: number): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1><p>The proxy could not answer.</p></body></html>`,
  }
}

function matches({ fault, pattern }: Entry, call: Pick<Call, 'method' | 'path'>): boolean {
  return (fault.method ?? call.method).toUpperCase() === call.method.toUpperCase() && pattern.test(call.path)
}
