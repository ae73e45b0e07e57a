import type { ArmRoute } from '../arm-request.ts'
import { getWorkspace, listDeleted, listInResourceGroup, listInSubscription, sharedKeys } from './workspace-reads.ts'
import { deleteWorkspace, patchWorkspace, putWorkspace } from './workspace-writes.ts'

const namespace = 'Microsoft.OperationalInsights'
const type = `${namespace}/workspaces`
const subscription = '/subscriptions/{subscriptionId}'
const resourceGroup = `${subscription}/resourceGroups/{resourceGroupName}`
const workspace = `${resourceGroup}/providers/${type}/{name}`
const common = { apiVersions: ['2022-10-01'], namespace, level: 'resource-group' } as const

/** Log Analytics workspaces: what is needed to make, find, delete and bring back one, and to send logs to it. */
export const operationalInsightsRoutes: readonly ArmRoute[] = [
  { ...common, method: 'GET', path: workspace, action: `${type}/read`, handle: getWorkspace },
  { ...common, method: 'PUT', path: workspace, action: `${type}/write`, handle: putWorkspace },
  { ...common, method: 'PATCH', path: workspace, action: `${type}/write`, handle: patchWorkspace },
  { ...common, method: 'DELETE', path: workspace, action: `${type}/delete`, handle: deleteWorkspace },
  {
    ...common,
    apiVersions: ['2020-08-01'],
    method: 'POST',
    path: `${workspace}/sharedKeys`,
    scope: workspace,
    action: `${type}/sharedKeys/action`,
    handle: sharedKeys,
  },
  {
    ...common,
    method: 'GET',
    path: `${resourceGroup}/providers/${type}`,
    scope: resourceGroup,
    action: `${type}/read`,
    handle: listInResourceGroup,
  },
  {
    ...common,
    method: 'GET',
    path: `${resourceGroup}/providers/${namespace}/deletedWorkspaces`,
    scope: resourceGroup,
    action: `${namespace}/deletedWorkspaces/read`,
    handle: listDeleted,
  },
  {
    ...common,
    level: 'subscription',
    method: 'GET',
    path: `${subscription}/providers/${type}`,
    scope: subscription,
    action: `${type}/read`,
    handle: listInSubscription,
  },
]
