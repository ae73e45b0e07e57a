import type { Adapter, Observation, Progress, Rules, Target } from '../engine/adapter.ts'
import type { Actual, ActualSet } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { Workspace } from '../spec/resources.ts'
import { ownWorkspaceId, WORKSPACE_ADDRESS, workspaceName } from '../spec/workspace.ts'
import { asking, type Context, hasCode, isMissing } from './context.ts'
import { deletedWorkspace, WORKSPACE_VERSION } from './deleted-workspaces.ts'
import { actualOf, toArm, toArmPatch } from './log-analytics-workspace-arm.ts'
import { type Look, poll } from './polling.ts'

/** All of it changes in place; where it is does not change at all, and is not compared. */
export const workspaceRules: Rules = { impactOf: () => 'none', knownAfterApply: ['customer-id'] }

/** A handful of requests at two fixed versions: the SDK for them would make the bundle 109 kB larger, and wait for nothing that we do not. */
export function workspaceAdapter(context: Context): Adapter<Workspace> {
  const { clients, inputs, polling, deadline } = context
  const ask = asking(inputs)
  const url = `${clients.resourceManager}${ownWorkspaceId(inputs)}?api-version=${WORKSPACE_VERSION}`
  const name = workspaceName(inputs)

  async function readIfThere(location?: string): Promise<Actual<Workspace> | undefined> {
    try {
      const { body } = await clients.send(url)
      return actualOf(body, { address: WORKSPACE_ADDRESS, name, location }, inputs.connectorId)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<Workspace>> {
    const wanted = sought.find(isWorkspace)
    if (wanted === undefined && !inputs.deleteWorkspace && !isInUse(known)) return { actual: new Map(), unread: [] }
    try {
      const found = await readIfThere(wanted?.properties.location)
      // Somebody else's is in the way of one that is wanted; otherwise it is none of our business.
      const isTold = found !== undefined && (wanted !== undefined || found.ownership.by === 'us')
      return { actual: new Map(isTold ? [[WORKSPACE_ADDRESS, found]] : []), unread: [] }
    } catch (error) {
      if (!hasCode(error, 'AuthorizationFailed')) throw ask.failure(error, `read the workspace "${name}"`)
      return { actual: new Map(), unread: [unreadable(name)] }
    }
  }

  async function settled(location: string, progress: Progress): Promise<Actual<Workspace>> {
    const look = async (attempt: number): Promise<Look<Actual<Workspace>>> => {
      const seen = await readIfThere(location)
      if (attempt === 0 && seen?.health.is === 'changing')
        progress(`Azure is still at work, it is ${seen.health.detail}`)
      // A list or a copy may lag behind the write.
      return seen === undefined || seen.health.is === 'changing'
        ? { done: false, retryAfter: undefined }
        : { done: true, value: seen }
    }
    const workspace = await poll(look, polling, deadline)
    if (workspace.health.is === 'broken') throw notMade(workspace, workspace.health.detail)
    return workspace
  }

  return {
    rules: workspaceRules,
    observe,
    create: (after, progress) =>
      ask(`create the workspace "${name}"`, async () => {
        const { location } = after.properties
        const deleted = await deletedWorkspace(context)
        if (deleted !== undefined) progress('bringing it back, with its logs')
        await clients.send(url, 'PUT', toArm({ ...after.properties, location: deleted?.location ?? location }))
        return settled(location, progress)
      }),
    update: (_before, after, _paths, progress) =>
      ask(`change the workspace "${name}"`, async () => {
        const { location, ...rest } = after.properties
        await clients.send(url, 'PATCH', toArmPatch(rest))
        return settled(location, progress)
      }),
    delete: () =>
      ask(`delete the workspace "${name}"`, async () => {
        try {
          await clients.send(url, 'DELETE')
        } catch (error) {
          if (!isMissing(error)) throw error
        }
        const look = async (): Promise<Look<true>> =>
          (await readIfThere()) === undefined ? { done: true, value: true } : { done: false, retryAfter: undefined }
        await poll(look, polling, deadline)
      }),
    settle: async (before, progress) =>
      before.health.is === 'ready'
        ? before
        : ask(`wait for the workspace "${name}"`, () => settled(before.resource.properties.location, progress)),
  }
}

/** A group of ours that logs to somewhere may log to a workspace of ours. */
function isInUse(known: ActualSet): boolean {
  return [...known.values()].some(
    ({ resource: { properties }, ownership }) => ownership.by === 'us' && (properties.logAnalytics ?? null) !== null,
  )
}

function isWorkspace(target: Target): target is Workspace {
  return 'kind' in target && target.kind === 'log-analytics-workspace'
}

function unreadable(name: string): string {
  return `Whether there is a Log Analytics workspace "${name}" could not be read (no Microsoft.OperationalInsights/workspaces/read). The plan takes it that there is none.`
}

function notMade({ resource: { name }, armId }: Actual<Workspace>, state: string): DeployError {
  return new DeployError('provisioning-failed', `Setting up the Log Analytics workspace "${name}" ended as ${state}.`, {
    hint: `Delete it and run again:\n  az monitor log-analytics workspace delete --ids '${armId}' --force`,
  })
}
