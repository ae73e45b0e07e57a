import type { Progress } from '../engine/adapter.ts'
import { DeployError } from '../errors.ts'
import { field, list, text } from '../json.ts'
import type { AzureClients } from './clients.ts'
import { isMissing } from './context.ts'
import { type Look, type Polling, poll } from './polling.ts'

type Wait = {
  readonly polling: Polling
  readonly deadline: AbortSignal
  readonly progress: Progress
  /** Looks at the thing itself now and then, since Azure may go on for half an hour where nothing can come of it. Throws to end the wait. */
  glance(): Promise<void>
}

/** Quick operations are over by then. */
const FIRST_GLANCE = 3

/**
 * Waits for a long-running operation of Container Instances. We poll it ourselves: the SDK's poller reports a failure without its
 * reason, which stands in `properties.events` and nowhere else (https://github.com/Azure/Azure-Landing-Zones/issues/2404).
 * @throws DeployError `provisioning-failed` with the events.
 */
export async function waitForOperation(
  clients: AzureClients,
  url: string,
  { polling, deadline, progress, glance }: Wait,
): Promise<void> {
  // The URL comes from a reply; our token goes to nobody but the ARM we signed in for.
  if (new URL(url).origin !== new URL(clients.resourceManager).origin) return
  const started = performance.now()
  let last = ''
  let lastEvent: string | undefined
  const look = async (attempt: number): Promise<Look<unknown>> => {
    const reply = await clients.send(url).catch((error: unknown) => notSeenYet(error, attempt))
    if (reply === undefined) return { done: false, retryAfter: undefined }
    const { body, retryAfter } = reply
    const status = text(field(body, 'status')) ?? 'unknown'
    const elapsed = `${Math.round((performance.now() - started) / 1000)} s`
    const event = eventsOf(body).at(-1)
    const news = event === undefined || event === lastEvent ? '' : `: ${event}`
    if (status !== last || news !== '') progress(`${status} (${elapsed})${news}`)
    last = status
    lastEvent = event
    if (isTerminal(status)) return { done: true, value: body }
    if (attempt >= FIRST_GLANCE) await glance()
    return { done: false, retryAfter }
  }
  const body = await poll(look, polling, deadline)
  if (last !== 'Succeeded') throw operationFailed(last, eventsOf(body), text(field(body, 'id')))
}

/** An operation that has just begun may not be known everywhere yet. @throws the error when it is another. */
function notSeenYet(error: unknown, attempt: number): undefined {
  if (!isMissing(error) || attempt >= LATEST_SIGHT) throw error
}

/** Looks, which take some seconds in all. */
const LATEST_SIGHT = 5

/** https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations#provisioningstate-values */
function isTerminal(status: string): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Canceled'
}

function eventsOf(body: unknown): string[] {
  return list(field(field(body, 'properties'), 'events')).map((event) =>
    [text(field(event, 'name')), text(field(event, 'message'))].filter((part) => part !== undefined).join(': '),
  )
}

function operationFailed(status: string, events: readonly string[], group: string | undefined): DeployError {
  const reason = events.length > 0 ? events.join(' ') : 'It gave no reason.'
  return new DeployError(
    'provisioning-failed',
    `Azure accepted the container group, but setting it up ended as ${status}. ${reason}`,
    {
      hint: [
        'A lack of capacity often passes: try again later. A new connector may go to another `location` too. Running again is safe.',
        ...(group === undefined
          ? []
          : [`What the group itself says:  az container show --ids '${group}' --query instanceView`]),
      ].join('\n'),
    },
  )
}
