import type { ResourceGroupRequest, SubscriptionRequest } from '../arm-request.ts'
import type { Reply } from '../protocol.ts'
import { insideOf, recoverable, requireWorkspace, workspaceBody, workspacesBelow } from './workspace.ts'

export function getWorkspace(request: ResourceGroupRequest): Reply {
  return { status: 200, body: workspaceBody(request.world, requireWorkspace(request)) }
}

export function listInResourceGroup({ world, resourceGroup }: ResourceGroupRequest): Reply {
  const value = workspacesBelow(world, resourceGroup.id).map((record) => workspaceBody(world, record))
  return { status: 200, body: { value } }
}

export function listInSubscription({ world, subscription }: SubscriptionRequest): Reply {
  const value = workspacesBelow(world, `/subscriptions/${subscription.subscriptionId}`)
  return { status: 200, body: { value: value.map((record) => workspaceBody(world, record)) } }
}

export function listDeleted({ world, resourceGroup }: ResourceGroupRequest): Reply {
  const below = `${resourceGroup.id.toLowerCase()}/`
  const ids = [...world.deletedWorkspaces.keys()].filter((id) => id.startsWith(below))
  const value = ids.flatMap((id) => recoverable(world, id) ?? []).map((record) => workspaceBody(world, record))
  return { status: 200, body: { value } }
}

/** They are handed out whether or not they work. */
export function sharedKeys(request: ResourceGroupRequest): Reply {
  return { status: 200, body: insideOf(requireWorkspace(request)).sharedKeys }
}
