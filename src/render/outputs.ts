import type { Outcome } from '../engine/apply.ts'
import { countOf, hasChanges, type Plan } from '../engine/plan.ts'
import type { Actual } from '../engine/resource.ts'
import type { DeployError } from '../errors.ts'
import { CONNECTORS_PAGE } from '../spec/connector.ts'
import { type ConnectorState, type ConnectorStatus, versionIn } from '../spec/connector-state.ts'
import { type Drift, isDrifted } from '../spec/drift.ts'

/** Every output, as action.yml declares them. */
export const OUTPUTS = [
  'principal-id',
  'container-group-id',
  'log-analytics-workspace-id',
  'role-assignment-ids',
  'connector-id',
  'connector-url',
  'connector-status',
  'connector-version',
  'portal-url',
  'has-changes',
  'to-create',
  'to-update',
  'to-replace',
  'to-delete',
  'drift-detected',
  'outcome',
  'failure-reason',
  'plan-json',
  'plan-fingerprint',
  'comment-url',
  'issue-url',
] as const

export type Outputs = { readonly [Name in (typeof OUTPUTS)[number]]?: string }

/** How a run ended, in one word for later steps. */
export type RunOutcome = 'in-sync' | 'pending' | 'drifted' | 'applied' | 'failed' | 'offline'

/** Outputs that follow from a plan and what became of it. */
export function planOutputs(
  plan: Plan,
  fingerprint: string,
  outcomes: readonly Outcome[],
  drift: Drift | undefined,
  error?: DeployError,
): Outputs {
  return {
    'has-changes': String(hasChanges(plan)),
    'to-create': String(countOf(plan, 'create')),
    'to-update': String(countOf(plan, 'update')),
    'to-replace': String(countOf(plan, 'replace')),
    'to-delete': String(countOf(plan, 'delete')),
    'plan-fingerprint': fingerprint,
    ...(drift && { 'drift-detected': String(isDrifted(drift)) }),
    outcome: outcomeOf(plan, outcomes, drift, error),
    'failure-reason': error?.code ?? '',
  }
}

/** Outputs of what exists at the end of the run. @param existingWorkspace id of the one that the inputs name. */
export function connectorOutputs(
  connectorId: string,
  existing: readonly Actual[],
  principal: string | null,
  portalUrl: (armId: string) => string,
  connector?: ConnectorState,
  existingWorkspace?: string,
): Outputs {
  const grants = existing.filter(({ resource }) => resource.kind === 'role-assignment')
  const group = existing.find(({ resource }) => resource.kind === 'container-group')
  const workspaceId =
    existing.find(({ resource }) => resource.kind === 'log-analytics-workspace')?.armId ?? existingWorkspace
  const principalId = group?.attributes['principal-id'] ?? principal
  const known = {
    'connector-id': connectorId,
    'connector-url': CONNECTORS_PAGE,
    ...(principalId && { 'principal-id': principalId }),
    ...(workspaceId && { 'log-analytics-workspace-id': workspaceId }),
    'role-assignment-ids': JSON.stringify(grants.map(({ armId }) => armId).sort()),
  }
  if (group === undefined) return { ...known, ...(connector && { 'connector-status': connector.status }) }
  const version = connector?.version ?? versionIn(String(group.resource.properties.image))
  return {
    ...known,
    'connector-status': connector?.status ?? statusOf(group),
    ...(version && { 'connector-version': version }),
    'container-group-id': group.armId,
    'portal-url': portalUrl(group.armId),
  }
}

/** What one look at Azure tells, where nobody looked longer. */
function statusOf({ resource, health }: Actual): ConnectorStatus {
  if (health.is === 'broken' || resource.properties.state !== 'Running') return 'unhealthy'
  return health.is === 'ready' ? 'running' : 'unknown'
}

/** Drift is no failure of the run, even where it makes the step red. */
function outcomeOf(
  plan: Plan,
  outcomes: readonly Outcome[],
  drift: Drift | undefined,
  error: DeployError | undefined,
): RunOutcome {
  if (error !== undefined && error.code !== 'drifted') return 'failed'
  if (drift !== undefined && isDrifted(drift)) return 'drifted'
  if (!hasChanges(plan)) return 'in-sync'
  return outcomes.length > 0 ? 'applied' : 'pending'
}
