import type { ContainerGroup as ArmGroup } from '@azure/arm-containerinstance'
import type { Adapter, Impact, Progress, Rules, Target } from '../engine/adapter.ts'
import type { Actual, Condition, Ownership } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs.ts'
import { sentTags } from '../spec/desired.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import { CONNECTOR_TAG, MANAGED_BY, MANAGED_BY_TAG } from '../spec/tags.ts'
import type { AzureClients } from './clients.ts'
import { connectorContainer, connectorIdIn, fromArm, toArm } from './container-group-arm.ts'
import { azureError, isNotFound } from './errors.ts'
import { waitForOperation } from './operation.ts'
import { type Look, type Polling, poll } from './polling.ts'

/** What Azure changes in place, and at what price: https://learn.microsoft.com/azure/container-instances/container-instances-update */
const IN_PLACE: Readonly<Record<string, Impact>> = {
  tags: 'none',
  image: 'restart',
  environment: 'restart',
  token: 'restart',
  registry: 'restart',
  livenessProbe: 'restart',
}

/** Whatever is not known to change in place is planned as a replace: refusing in the plan beats failing in the middle. */
export const containerGroupRules: Rules = {
  impactOf: ([first = '']) => IN_PLACE[first] ?? 'replace',
  knownAfterApply: ['principal-id'],
}

type Surroundings = {
  readonly inputs: Inputs
  readonly polling: Polling
  readonly deadline: AbortSignal
}

export function containerGroupAdapter(
  clients: AzureClients,
  { inputs, polling, deadline }: Surroundings,
): Adapter<ContainerGroup> {
  const { containerGroups } = clients.containerInstance
  const { resourceGroup } = inputs
  const asked = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      throw azureError(error, doing, inputs)
    }
  }
  const read = (name: string) => containerGroups.get(resourceGroup, name)

  async function observe(target: Target): Promise<Actual<ContainerGroup> | undefined> {
    return asked(`read the container group "${target.name}"`, async () => {
      try {
        return actualOf(await read(target.name), target, inputs.connectorId)
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    })
  }

  async function put(after: ContainerGroup, progress: Progress): Promise<Actual<ContainerGroup>> {
    return asked(`set up the container group "${after.name}"`, async () => {
      const operation = await startPut(after)
      if (operation !== undefined) await waitForOperation(clients, operation, { polling, deadline, progress })
      return settle(actualOf(await read(after.name), after, inputs.connectorId), progress)
    })
  }

  async function settle(before: Actual<ContainerGroup>, progress: Progress): Promise<Actual<ContainerGroup>> {
    const { name } = before.resource
    return asked(`wait for the container group "${name}"`, async () => {
      if (before.condition.is === 'changing') progress(`Azure is still at work, it is ${before.condition.detail}`)
      let current: Actual<ContainerGroup> | undefined = before
      const look = async (): Promise<Look<Actual<ContainerGroup>>> => {
        const seen = current ?? actualOf(await read(name), before.resource, inputs.connectorId)
        current = undefined
        return seen.condition.is === 'changing' ? { done: false, retryAfter: undefined } : { done: true, value: seen }
      }
      const settled = await poll(look, polling, deadline)
      if (settled.condition.is === 'broken') throw broken(settled, settled.condition.detail)
      return settled
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

  return {
    rules: containerGroupRules,
    observe,
    create: put,
    settle,
    async update(after, paths, progress) {
      if (!paths.every(([first]) => first === 'tags')) return put(after, progress)
      return asked(`tag the container group "${after.name}"`, async () => {
        await containerGroups.update(resourceGroup, after.name, { tags: sentTags(after.properties) })
        return actualOf(await read(after.name), after, inputs.connectorId)
      })
    },
  }
}

function actualOf(group: ArmGroup, { address, name }: Target, connectorId: string): Actual<ContainerGroup> {
  const principalId = group.identity?.principalId
  return {
    resource: { kind: 'container-group', address, name, properties: fromArm(group) },
    armId: group.id ?? '',
    ownership: ownershipOf(group, connectorId),
    condition: conditionOf(group),
    attributes: { ...(principalId && { 'principal-id': principalId }), state: group.instanceView?.state ?? 'Unknown' },
  }
}

/** Ours by its tags; adoptable when it runs this connector without a mark; otherwise somebody else's. */
function ownershipOf(group: ArmGroup, connectorId: string): Ownership {
  const { [MANAGED_BY_TAG]: manager, [CONNECTOR_TAG]: owner } = group.tags ?? {}
  const running = connectorIdIn(connectorContainer(group)?.environmentVariables)
  if (manager === MANAGED_BY && owner === connectorId) return { by: 'us' }
  if (owner !== undefined && owner !== connectorId)
    return { by: 'other', description: `its tags say that it is the connector "${owner}"` }
  if (running === connectorId) return { by: 'nobody' }
  if (running === undefined) return { by: 'other', description: 'it does not run an Apono connector' }
  return { by: 'other', description: `it runs the connector "${running}"` }
}

/** Depend on the end states only: https://learn.microsoft.com/azure/container-instances/container-state */
function conditionOf({ provisioningState = 'Succeeded', instanceView }: ArmGroup): Condition {
  if (provisioningState === 'Failed' || provisioningState === 'Unhealthy')
    return { is: 'broken', detail: provisioningState }
  if (provisioningState !== 'Succeeded') return { is: 'changing', detail: provisioningState }
  const state = instanceView?.state ?? 'Running'
  return ENDED.includes(state) ? { is: 'broken', detail: state } : { is: 'ready' }
}

/** A connector never ends by itself, so these mean that it does not run. */
const ENDED: readonly string[] = ['Stopped', 'Succeeded', 'Failed', 'Terminated']

function broken({ resource: { name }, armId }: Actual<ContainerGroup>, state: string): DeployError {
  return new DeployError(
    'provisioning-failed',
    `The container group "${name}" is as it should be, but it does not run: it is ${state}.`,
    {
      hint: [
        'Somebody may have stopped it; start it, or look at what it says:',
        `  az container start --ids '${armId}'`,
        `  az container logs --ids '${armId}'`,
        `If it cannot be started, delete it and run again:  az container delete --ids '${armId}' --yes`,
      ].join('\n'),
    },
  )
}
