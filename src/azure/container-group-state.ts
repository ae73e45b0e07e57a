import type { ContainerGroup as ArmGroup } from '@azure/arm-containerinstance'
import type { Target } from '../engine/adapter.ts'
import type { Actual, Ownership } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { STARTED_AT } from '../spec/connector-state.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import { CONNECTOR_TAG, MANAGED_BY, MANAGED_BY_TAG } from '../spec/tags.ts'
import { connectorContainer, fromArm } from './container-group-arm.ts'
import { connectorIdIn } from './container-group-variables.ts'
import { HOLDER, holderIn } from './directory-role-holders.ts'
import { healthOf, windowOf } from './health.ts'
import { sightingOf } from './sighting.ts'
import { certain, understood } from './understood.ts'

/** A group as Azure has it, in our words. @param at when Azure showed it. @param since when it was last written, 0 if it was not. */
export function actualOf(
  group: ArmGroup,
  { address, name }: Target,
  inputs: Inputs,
  at: number,
  since = 0,
): Actual<ContainerGroup> {
  return understood('a container group', () => {
    const principalId = principalOf(group, inputs)
    const holder = holderIn(group)
    const properties = fromArm(group)
    const startedAt = startOf(group)
    return {
      resource: { kind: 'container-group', address, name, properties },
      armId: certain(group.id),
      ownership: ownershipOf(group, inputs.connectorId),
      health: healthOf(sightingOf(group, at), { window: windowOf(properties.livenessProbe), since }),
      attributes: {
        ...(principalId && { 'principal-id': certain(principalId) }),
        ...(holder && { [HOLDER]: certain(holder) }),
        ...(startedAt && { [STARTED_AT]: startedAt }),
        state: certain(group.instanceView?.state ?? 'Unknown'),
      },
    }
  })
}

/** The identity that the connector acts through: its own if it has one, else the first of the user-assigned ones as listed in the inputs. */
function principalOf({ identity }: ArmGroup, { identity: wanted }: Inputs): string | undefined {
  if (identity?.principalId !== undefined || wanted.type === 'SystemAssigned') return identity?.principalId
  const [first] = wanted.ids
  const assigned = Object.entries(identity?.userAssignedIdentities ?? {})
  return assigned.find(([id]) => id.toLowerCase() === first.toLowerCase())?.[1].principalId
}

function startOf(group: ArmGroup): string | undefined {
  const { state, startTime } = connectorContainer(group)?.instanceView?.currentState ?? {}
  const isTold = startTime !== undefined && !Number.isNaN(startTime.getTime())
  return state === 'Running' && isTold ? startTime.toISOString() : undefined
}

/** Ours by its tags; adoptable when it runs this connector without a mark; otherwise somebody else's. */
function ownershipOf(group: ArmGroup, connectorId: string): Ownership {
  const { [MANAGED_BY_TAG]: manager, [CONNECTOR_TAG]: owner } = group.tags ?? {}
  const running = connectorIdIn(connectorContainer(group)?.environmentVariables)
  if (manager === MANAGED_BY && owner === connectorId) return { by: 'us' }
  if (owner !== undefined && owner !== connectorId) {
    return { by: 'other', description: `its tags say that it is the connector "${owner}"` }
  }
  if (running === connectorId) return { by: 'nobody' }
  if (running === undefined) return { by: 'other', description: 'it does not run an Apono connector' }
  return { by: 'other', description: `it runs the connector "${running}"` }
}

/** A group that is as it should be and yet does not run. */
export function broken({ resource: { name }, armId }: Actual<ContainerGroup>, state: string): DeployError {
  const message = `The container group "${name}" is as it should be, but it does not run: it is ${state}.`
  return new DeployError('connector-unhealthy', message, { hint: whatItSays(armId) })
}

/** A group that neither settles down nor falls over. `state` completes "it is …". */
export function neverStable(
  { resource: { name }, armId }: Actual<ContainerGroup>,
  state: string,
  seconds: number,
): DeployError {
  const message = `The container group "${name}" did not run steadily within ${seconds} s: it is ${state}.`
  return new DeployError('connector-unhealthy', message, { hint: whatItSays(armId) })
}

function whatItSays(armId: string): string {
  return [
    'What it says about that (a wrong `apono-token` or `apono-url` is the usual reason):',
    `  az container logs --ids '${armId}'`,
  ].join('\n')
}

/** Somebody was here between plan and write. */
export function stale(name: string): DeployError {
  return new DeployError(
    'plan-changed',
    `The container group "${name}" was changed while this run was under way. It was left as it is.`,
    {
      hint: 'Run again for a plan of what is there now. A `concurrency` group in the workflow keeps two runs from meeting.',
    },
  )
}
