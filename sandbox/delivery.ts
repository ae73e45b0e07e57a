import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from './clock.ts'
import { type Fault, type Faults, htmlReply } from './faults.ts'
import { type Call, Refusal, type Reply } from './protocol.ts'
import type { LogEntry, RequestLog } from './request-log.ts'
import type { Answer } from './routes.ts'
import type { Deliver } from './server.ts'
import { staleReply } from './stale-reply.ts'
import { halfOf, type WireReply, wireReply } from './wire-reply.ts'
import type { World } from './world.ts'

/** What happens on the connection of a request in the end. */
export type Delivery =
  | { readonly kind: 'whole' | 'truncated'; readonly reply: WireReply }
  | { readonly kind: 'slow'; readonly reply: WireReply; readonly ms: number }
  | { readonly kind: 'dropped' }

/** Milliseconds that every request takes before its service is asked. Settable while the sandbox runs. */
export type Latency = { ms: number }

export type DeliveryParts = {
  readonly clock: Clock
  readonly faults: Faults
  readonly latency: Latency
  readonly log: RequestLog
  /** Where a `failed-operation` fault leaves its mark for the services. */
  readonly world: Pick<World, 'nextOperationFailure'>
}

type Outcome =
  | { readonly kind: 'whole' | 'truncated' | 'half'; readonly reply: Reply }
  | { readonly kind: 'slow'; readonly reply: Reply; readonly ms: number }
  | { readonly kind: 'dropped' }

/** The way of every request to a service: log it, wait, spoil it if a fault says so, answer. */
export function delivery(answer: Answer, parts: DeliveryParts): Deliver {
  return async (call, closing) => {
    const entry = parts.log.begin(call)
    if (parts.latency.ms > 0) await pause(parts.latency.ms, undefined, { signal: closing })
    const fault = parts.faults.take(call)
    entry.fault = fault?.name ?? null
    const outcome = await outcomeOf(call, fault, guarded(answer, entry), parts, closing)
    return recorded(outcome, entry, parts)
  }
}

/** The way of requests to the control surface: at once, unspoilt and not logged. */
export function plainDelivery(answer: Answer, clock: Clock): Deliver {
  const reply = guarded(answer)
  return async (call) => ({ kind: 'whole', reply: wireReply(await reply(call), clock.now()) })
}

async function outcomeOf(
  call: Call,
  fault: Fault | undefined,
  answer: Answer,
  parts: DeliveryParts,
  closing: AbortSignal,
): Promise<Outcome> {
  const effect = fault?.effect
  switch (effect?.kind) {
    case undefined:
      break
    case 'reply':
      return { kind: 'whole', reply: effect }
    case 'html':
      return { kind: 'whole', reply: htmlReply(effect.status) }
    case 'drop':
      if (effect.when === 'after') await answer(call)
      if (effect.ms !== undefined) await pause(effect.ms, undefined, { signal: closing })
      return { kind: 'dropped' }
    case 'truncate':
      return { kind: 'truncated', reply: await answer(call) }
    case 'half':
      return { kind: 'half', reply: await answer(call) }
    case 'slow-body':
      return { kind: 'slow', reply: await answer(call), ms: effect.ms }
    case 'stale':
      return { kind: 'whole', reply: staleReply(parts.log.entries(), call) ?? (await answer(call)) }
    case 'delay':
      await pause(effect.ms, undefined, { signal: closing })
      break
    case 'failed-operation':
      parts.world.nextOperationFailure = effect.events
      break
    default:
      return effect satisfies never
  }
  return { kind: 'whole', reply: await answer(call) }
}

/** A refusal is an answer. Anything else that is thrown is a bug of the sandbox, and says so wherever one may look. */
function guarded(answer: Answer, entry?: LogEntry): Answer {
  return async (call) => {
    try {
      return await answer(call)
    } catch (error) {
      if (error instanceof Refusal) return error.reply
      const bug = error instanceof Error ? (error.stack ?? error.message) : String(error)
      if (entry !== undefined) entry.bug = bug
      process.stderr.write(`SandboxBug in ${call.method} ${call.path}: ${bug}\n`)
      const message = `The sandbox failed, not the service: ${bug}`
      return { status: 500, body: { error: { code: 'SandboxBug', message } } }
    }
  }
}

/** The request has ended once its reply is ready: whatever the client sends having read it starts later than that. */
function recorded(outcome: Outcome, entry: LogEntry, { log, clock }: DeliveryParts): Delivery {
  entry.ended = log.elapsed()
  if (outcome.kind === 'dropped') return outcome
  const reply = wireReply(outcome.reply, clock.now())
  entry.status = reply.status
  entry.replyHeaders = reply.headers
  entry.replyBody = reply.text
  if (outcome.kind === 'slow') return { kind: 'slow', reply, ms: outcome.ms }
  return outcome.kind === 'half' ? { kind: 'whole', reply: halfOf(reply) } : { kind: outcome.kind, reply }
}
