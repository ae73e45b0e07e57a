import type { Plan } from '../engine/plan.ts'
import type { ActualSet } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource } from './resources.ts'
import { namesOwnWorkspace, workspacesToKeep } from './workspace.ts'

/** What a reviewer has to know about the logs: they outlive the connector, unless somebody says otherwise. */
export function workspaceNotes(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>, inputs: Inputs): string[] {
  const kept = namesOwnWorkspace(inputs)
    ? []
    : workspacesToKeep(actual, inputs).map(
        ({ resource }) =>
          `The Log Analytics workspace "${resource.name}" is ours and no longer wanted. It stays, with its logs; \`delete-workspace: true\` deletes it.`,
      )
  const changes = plan.changes.filter(({ kind }) => kind === 'log-analytics-workspace')
  return [
    ...kept,
    ...changes.flatMap(({ action, name }) =>
      action === 'delete'
        ? [
            `The Log Analytics workspace "${name}" is deleted. Azure keeps it for 14 days, in which \`log-analytics: create\` brings it back with its logs.`,
          ]
        : [],
    ),
    ...changes.flatMap((change) =>
      'adopts' in change && change.adopts
        ? [`The Log Analytics workspace "${change.name}" carries no mark of this action: it is adopted and marked.`]
        : [],
    ),
  ]
}
