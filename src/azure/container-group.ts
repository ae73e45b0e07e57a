import type { Adapter, Impact, Progress, Rules, Target } from '../engine/adapter.ts'
import type { Actual } from '../engine/resource.ts'
import { sentTags } from '../spec/desired-container-group.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import { PROVISIONING_FAILED, toArm } from './container-group-arm.ts'
import { groupReader } from './container-group-reader.ts'
import { broken, stale } from './container-group-state.ts'
import { asking, type Context, hasCode } from './context.ts'
import { pullTrouble } from './health.ts'
import { waitForOperation } from './operation.ts'
import { type Look, poll } from './polling.ts'
import { retrying } from './retry.ts'
import { isEqual, settling } from './settling.ts'
import { sentAt } from './sighting.ts'
import { workspaceKey } from './workspace-key.ts'

/** What Azure changes in place, and at what price: https://learn.microsoft.com/azure/container-instances/container-instances-update */
const IN_PLACE: Readonly<Record<string, Impact>> = {
  tags: 'none',
  lastApplied: 'none',
  image: 'restart',
  environment: 'restart',
  token: 'restart',
  registry: 'restart',
  registryPassword: 'restart',
  livenessProbe: 'restart',
}

/**
 * Whatever is not known to change in place is planned as a replace: asking in the plan beats failing in the middle. A write starts
 * what was stopped and sets up again what failed to; a group that came to an end takes no write any more.
 */
export const containerGroupRules: Rules = {
  impactOf: ({ path: [first = ''], before }) => {
    if (first === 'state') return before === 'Stopped' || before === PROVISIONING_FAILED ? 'restart' : 'replace'
    return (Object.hasOwn(IN_PLACE, first) ? IN_PLACE[first] : undefined) ?? 'replace'
  },
  knownAfterApply: ['principal-id'],
}

/** At least ten seconds: https://learn.microsoft.com/troubleshoot/azure/azure-container-instances/configuration-setup/container-group-transitioning-state */
const BUSY_PAUSES = [10, 10, 15, 20, 30, 60]

/** A new right takes up to ten minutes to work, mostly one or two: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
const PULL_PAUSES = [5, 10, 15, 30, 60, 60, 120]

export function containerGroupAdapter(context: Context): Adapter<ContainerGroup> {
  const { clients, inputs, polling, patience, deadline, granted } = context
  const { containerGroups } = clients.containerInstance
  const { resourceGroup } = inputs
  const ask = asking(inputs)
  const reader = groupReader({ clients, inputs })
  const { observe, look, readIfThere } = reader
  const { settle, whenSettled, readWritten } = settling(context, reader)

  /** @param before what it takes the place of, where something is there. */
  async function put(
    before: ContainerGroup['properties'] | undefined,
    after: ContainerGroup,
    progress: Progress,
  ): Promise<Actual<ContainerGroup>> {
    let tried = false
    let since = 0
    const attempt = async () => {
      if (tried && (await isAsWanted(after, progress))) return
      tried = true
      const { operation, at } = await startPut(after)
      since = at
      const glance = async () => {
        if (inputs.wait !== 'none') await refuseUnpullable(after, at)
      }
      if (operation !== undefined) await waitForOperation(clients, operation, { polling, deadline, progress, glance })
    }
    return ask(`set up the container group "${after.name}"`, async () => {
      // Another run's change, or our own PUT whose answer got lost on the way: the SDK sent it again and met itself.
      const passing = (error: unknown) => hasCode(error, 'ContainerGroupTransitioning')
      const unbusied = () =>
        retrying(attempt, {
          passing,
          awaited: 'an earlier change of the group to end',
          pauses: BUSY_PAUSES,
          patience,
          progress,
        })
      await retrying(unbusied, {
        passing: (error) => granted.size > 0 && pullsByIdentity(after) && hasCode(error, 'InaccessibleImage'),
        awaited: 'the new right to pull the image to work',
        pauses: PULL_PAUSES,
        patience,
        progress,
      })
      return settle(await readWritten(after, { before, since }, progress), progress, since)
    })
  }

  async function isAsWanted(after: ContainerGroup, progress: Progress): Promise<boolean> {
    const there = await readIfThere(after)
    if (there === undefined) return false
    return isEqual(await whenSettled(there, progress), after.properties)
  }

  /** What the body of a PUT takes besides the token. The key is read anew each time, since nobody else keeps it. */
  async function secretsFor({ logAnalytics }: ContainerGroup['properties']) {
    const registryPassword = inputs.image?.pull.by === 'password' ? inputs.image.pull.password : undefined
    return { registryPassword, workspaceKey: logAnalytics === null ? undefined : await workspaceKey(context) }
  }

  /** Azure tries to pull an image for half an hour before it gives up. Whatever else a glance meets is no reason to end the wait. */
  async function refuseUnpullable(target: Target, since: number): Promise<void> {
    const seen = await look(target, since).catch(() => undefined)
    if (seen === undefined) return
    const trouble = pullTrouble(seen.sighting, since)
    if (trouble !== undefined) throw broken(seen.actual, trouble)
  }

  /** Sends the PUT and hands back where its operation can be watched, and when it began by Azure's clock. */
  async function startPut({ name, properties }: ContainerGroup): Promise<Begun> {
    let begun: Begun | undefined
    const onResponse = ({ status, headers }: FirstReply) => {
      if (status >= 400) return
      begun = { operation: headers.get('azure-asyncoperation'), at: sentAt(headers.get('date')) }
      // The SDK would go on to poll and to read the group, wherever the reply leads, which tells nothing that we do not ask for.
      throw ENOUGH
    }
    const body = toArm(properties, { ...(await context.secrets()), ...(await secretsFor(properties)) })
    try {
      await containerGroups.beginCreateOrUpdate(resourceGroup, name, body, { onResponse })
    } catch (error) {
      if (error !== ENOUGH) throw error
    }
    if (begun === undefined) throw new Error('the SDK told of no reply')
    return begun
  }

  /**
   * A plan is as old as the minute it took to read it. Should somebody have been here since, it is not carried out.
   * @returns the group, when another run has done already what this one was about to do.
   * @throws DeployError `plan-changed`, before the write.
   */
  async function doneAlready(
    planned: ContainerGroup['properties'] | undefined,
    after: ContainerGroup,
  ): Promise<Actual<ContainerGroup> | undefined> {
    const now = await ask(`read the container group "${after.name}"`, () => readIfThere(after))
    if (now !== undefined && isEqual(now, after.properties)) return now
    const isAsPlanned = now === undefined ? planned === undefined : planned !== undefined && isEqual(now, planned)
    if (!isAsPlanned) throw stale(after.name)
    return undefined
  }

  return {
    rules: containerGroupRules,
    observe,
    async create(after, progress) {
      const there = await doneAlready(undefined, after)
      return there === undefined ? put(undefined, after, progress) : settle(there, progress)
    },
    settle,
    async update(before, after, paths, progress) {
      const there = await doneAlready(before.resource.properties, after)
      if (there !== undefined) return settle(there, progress)
      if (!paths.every(([first]) => first === 'tags' || first === 'lastApplied'))
        return put(before.resource.properties, after, progress)
      return ask(`tag the container group "${after.name}"`, async () => {
        await containerGroups.update(resourceGroup, after.name, { tags: sentTags(after.properties) })
        return settle(await readWritten(after, { before: before.resource.properties, since: 0 }, progress), progress)
      })
    },
    delete: (planned) =>
      ask(`delete the container group "${planned.resource.name}"`, async () => {
        const { resource } = planned
        const now = await readIfThere(resource)
        if (now !== undefined && !isSame(now, planned)) throw stale(resource.name)
        await containerGroups.beginDelete(resourceGroup, resource.name)
        const look = async (): Promise<Look<true>> =>
          (await readIfThere(resource)) === undefined
            ? { done: true, value: true }
            : { done: false, retryAfter: undefined }
        await poll(look, polling, deadline)
      }),
  }
}

/** The group that a plan was about, and not one that took its place or was changed. Whether it runs may differ: what crashes does both. */
function isSame(
  now: Actual<ContainerGroup>,
  { resource: { properties }, attributes }: Actual<ContainerGroup>,
): boolean {
  const { state } = now.resource.properties
  return now.attributes['principal-id'] === attributes['principal-id'] && isEqual(now, { ...properties, state })
}

function pullsByIdentity({ properties: { registry } }: ContainerGroup): boolean {
  return registry !== null && 'identity' in registry
}

/** An operation under way; without an address there is none to wait for. `at`: milliseconds by Azure's clock. */
type FirstReply = { readonly status: number; readonly headers: { get(name: string): string | undefined } }

/** Not an error, but the way out of the SDK once the first reply is there. */
const ENOUGH = new Error('enough')

type Begun = { readonly operation: string | undefined; readonly at: number }
