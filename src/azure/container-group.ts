import type { Adapter, Impact, Observation, Progress, Rules, Target } from '../engine/adapter.ts'
import { diff } from '../engine/diff.ts'
import type { Actual } from '../engine/resource.ts'
import { sentTags } from '../spec/desired-container-group.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import { type Asking, asking, hasCode } from './asking.ts'
import { toArm } from './container-group-arm.ts'
import { actualOf, broken } from './container-group-state.ts'
import { isNotFound } from './errors.ts'
import { waitForOperation } from './operation.ts'
import { type Look, poll } from './polling.ts'

/** What Azure changes in place, and at what price: https://learn.microsoft.com/azure/container-instances/container-instances-update */
const IN_PLACE: Readonly<Record<string, Impact>> = {
  tags: 'none',
  image: 'restart',
  environment: 'restart',
  token: 'restart',
  registry: 'restart',
  livenessProbe: 'restart',
  // A write starts what was stopped and sets up again what failed.
  state: 'restart',
}

/** Whatever is not known to change in place is planned as a replace: refusing in the plan beats failing in the middle. */
export const containerGroupRules: Rules = {
  impactOf: ([first = '']) => (Object.hasOwn(IN_PLACE, first) ? IN_PLACE[first] : undefined) ?? 'replace',
  knownAfterApply: ['principal-id'],
}

export function containerGroupAdapter({ clients, inputs, polling, deadline }: Asking): Adapter<ContainerGroup> {
  const { containerGroups } = clients.containerInstance
  const { resourceGroup } = inputs
  const ask = asking(inputs)
  const read = async (target: Target) => actualOf(await containerGroups.get(resourceGroup, target.name), target, inputs)

  async function observe(sought: readonly Target[]): Promise<Observation<ContainerGroup>> {
    const found = await Promise.all(
      sought.map((target) => ask(`read the container group "${target.name}"`, () => readIfThere(target))),
    )
    const groups = found.filter((group) => group !== undefined)
    return { actual: new Map(groups.map((group) => [group.resource.address, group])), unread: [] }
  }

  async function readIfThere(target: Target): Promise<Actual<ContainerGroup> | undefined> {
    try {
      return await read(target)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async function put(after: ContainerGroup, progress: Progress): Promise<Actual<ContainerGroup>> {
    return ask(`set up the container group "${after.name}"`, async () => {
      try {
        const operation = await startPut(after)
        if (operation !== undefined) await waitForOperation(clients, operation, { polling, deadline, progress })
      } catch (error) {
        // Another run's change, or our own PUT whose answer got lost on the way: the SDK sent it again and met itself.
        if (!hasCode(error, 'ContainerGroupTransitioning')) throw error
        progress('Azure is busy with an earlier change')
        const settled = await whenSettled(await read(after))
        if (diff(settled.resource.properties, after.properties).length > 0) return put(after, progress)
      }
      return settle(await read(after), progress)
    })
  }

  /** Sends the PUT and hands back where its operation can be watched. */
  async function startPut({ name, properties }: ContainerGroup): Promise<string | undefined> {
    let operation: string | undefined
    const onResponse = (response: { headers: { get(name: string): string | undefined } }) => {
      operation ??= response.headers.get('azure-asyncoperation')
    }
    const body = toArm(properties, inputs.aponoToken ?? '')
    try {
      await containerGroups.beginCreateOrUpdate(resourceGroup, name, body, { onResponse })
    } catch (error) {
      // The SDK polls once by itself; when that finds a failed operation, its reason is still to be read.
      if (operation === undefined) throw error
    }
    return operation
  }

  async function settle(before: Actual<ContainerGroup>, progress: Progress): Promise<Actual<ContainerGroup>> {
    const { resource, condition } = before
    if (condition.is === 'changing') progress(`Azure is still at work, it is ${condition.detail}`)
    const settled = await ask(`wait for the container group "${resource.name}"`, () => whenSettled(before))
    if (settled.condition.is === 'broken') throw broken(settled, settled.condition.detail)
    return settled
  }

  function whenSettled(before: Actual<ContainerGroup>): Promise<Actual<ContainerGroup>> {
    const look = async (attempt: number): Promise<Look<Actual<ContainerGroup>>> => {
      const seen = attempt === 0 ? before : await read(before.resource)
      return seen.condition.is === 'changing' ? { done: false, retryAfter: undefined } : { done: true, value: seen }
    }
    return poll(look, polling, deadline)
  }

  return {
    rules: containerGroupRules,
    observe,
    create: put,
    settle,
    async update(_before, after, paths, progress) {
      if (!paths.every(([first]) => first === 'tags')) return put(after, progress)
      return ask(`tag the container group "${after.name}"`, async () => {
        await containerGroups.update(resourceGroup, after.name, { tags: sentTags(after.properties) })
        return read(after)
      })
    },
    delete: ({ resource }) =>
      ask(`delete the container group "${resource.name}"`, async () => {
        await containerGroups.beginDelete(resourceGroup, resource.name)
        const look = async (): Promise<Look<true>> =>
          (await readIfThere(resource)) === undefined
            ? { done: true, value: true }
            : { done: false, retryAfter: undefined }
        await poll(look, polling, deadline)
      }),
  }
}
