import type { Progress, Target } from '../engine/adapter.ts'
import { diff } from '../engine/diff.ts'
import type { Actual } from '../engine/resource.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import type { groupReader, Seen } from './container-group-reader.ts'
import { broken } from './container-group-state.ts'
import { asking, type Context, isMissing } from './context.ts'
import { type Look, poll } from './polling.ts'
import { OUTAGE_PAUSES, retrying } from './retry.ts'
import { watch } from './watch.ts'

/** A write: what was there before it, if anything was, and when it was taken by Azure's clock; 0 for one that restarts nothing. */
type Write = { readonly before: ContainerGroup['properties'] | undefined; readonly since: number }

/** The ways of waiting until a group has taken in what was written, and shows how it fares with it. */
export function settling(context: Context, { look }: ReturnType<typeof groupReader>) {
  const { inputs, polling, patience, deadline } = context
  const ask = asking(inputs)

  /** Azure reads from copies, which may not have heard yet of what was just written. */
  const lookAgain = (target: Target, since: number, progress: Progress): Promise<Seen> =>
    retrying(() => look(target, since), { passing: isMissing, ...AWAITED, patience, progress })

  /** After half a minute of what was there before, it is taken as it is: whether its containers are new is told by their start. */
  async function readWritten(
    target: Target,
    { before, since }: Write,
    progress: Progress,
  ): Promise<Actual<ContainerGroup>> {
    let last: Actual<ContainerGroup> | undefined
    const attempt = async () => {
      const { actual } = await look(target, since)
      last = actual
      if (before !== undefined && isEqual(actual, before)) throw OLD
      return actual
    }
    const passing = (error: unknown) => error === OLD || isMissing(error)
    try {
      return await retrying(attempt, { passing, ...AWAITED, patience, progress })
    } catch (error) {
      if (error !== OLD || last === undefined) throw error
      return last
    }
  }

  /**
   * Waits until it is known whether a group works. @param since when it was written, 0 if it was not.
   * @throws DeployError `connector-unhealthy` when it does not, unless nobody wants to know.
   */
  async function settle(
    before: Actual<ContainerGroup>,
    progress: Progress,
    since = 0,
  ): Promise<Actual<ContainerGroup>> {
    const { resource, health } = before
    if (health.is === 'changing') progress(`Azure is still at work, it is ${health.detail}`)
    return ask(`wait for the container group "${resource.name}"`, async () => {
      const settled = await whenSettled(before, progress, since)
      if (inputs.wait === 'none') return settled
      const read = () => lookAgain(resource, since, progress)
      const proven =
        settled.health.is === 'unproven' ? await watch(settled, { read, inputs, polling, deadline, progress }) : settled
      if (proven.health.is === 'broken') throw broken(proven, proven.health.detail)
      return proven
    })
  }

  function whenSettled(before: Actual<ContainerGroup>, progress: Progress, since = 0): Promise<Actual<ContainerGroup>> {
    const glance = async (attempt: number): Promise<Look<Actual<ContainerGroup>>> => {
      const seen = attempt === 0 ? before : (await lookAgain(before.resource, since, progress)).actual
      return seen.health.is === 'changing' ? { done: false, retryAfter: undefined } : { done: true, value: seen }
    }
    return poll(glance, polling, deadline)
  }

  return { settle, whenSettled, readWritten }
}

const AWAITED = { awaited: 'Azure to show what was written', pauses: OUTAGE_PAUSES } as const

/** What is thrown for a read that is older than the write. */
const OLD = new Error('what was there before')

export function isEqual({ resource }: Actual<ContainerGroup>, properties: ContainerGroup['properties']): boolean {
  return diff(resource.properties, properties).length === 0
}
