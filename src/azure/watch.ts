import type { Progress } from '../engine/adapter.ts'
import type { Actual } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import type { Seen } from './container-group-reader.ts'
import { neverStable } from './container-group-state.ts'
import { windowOf } from './health.ts'
import { type Look, type Polling, poll } from './polling.ts'

type Watch = {
  readonly read: () => Promise<Seen>
  readonly inputs: Pick<Inputs, 'waitTimeout'>
  readonly polling: Polling
  readonly deadline: AbortSignal
  readonly progress: Progress
}

/**
 * Watches a group that has just begun to run until it has done so for long enough, or shows that it does not.
 * @throws DeployError `connector-unhealthy` when it is neither within `wait-timeout`, or within the window where that is longer.
 */
export function watch(
  before: Actual<ContainerGroup>,
  { read, inputs, polling, deadline, progress }: Watch,
): Promise<Actual<ContainerGroup>> {
  const window = windowOf(before.resource.properties.livenessProbe)
  // Whoever waits for less than it takes to prove anything would wait in vain.
  const limit = Math.max(inputs.waitTimeout * 1000, window)
  progress(`it is watched until it has run for ${window / 1000} s without a mishap`)
  let begun: number | undefined
  let last = ''
  const look = async (attempt: number): Promise<Look<Actual<ContainerGroup>>> => {
    if (attempt === 0) return { done: false, retryAfter: undefined }
    const { actual, sighting } = await read()
    begun ??= sighting.at
    if (actual.health.is === 'ready' || actual.health.is === 'broken') return { done: true, value: actual }
    if (sighting.at - begun >= limit) throw neverStable(before, actual.health.detail, limit / 1000)
    if (actual.health.detail !== last) progress(`it is ${actual.health.detail}`)
    last = actual.health.detail
    return { done: false, retryAfter: undefined }
  }
  return poll(look, polling, deadline)
}
