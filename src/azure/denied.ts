import { grantHint } from '../spec/rights.ts'
import type { Finding, Refusal, Subject } from './errors.ts'

const VERBS = { plan: 'read', drift: 'read', apply: 'write', destroy: 'delete' } as const

/** A refusal for want of a right: which, where, and what gives it. */
export function denied({ clientId, subscriptionId, resourceGroup, operation }: Subject, { message }: Refusal): Finding {
  const { action, scope } = deniedAction(message) ?? {
    action: `Microsoft.ContainerInstance/containerGroups/${VERBS[operation]}`,
    scope: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
  }
  if (message.includes('ABAC condition')) {
    return {
      code: 'permission-denied',
      message: `The workflow's identity may not perform ${action} at ${scope}.`,
      hint:
        'It may hold a role for this whose condition forbids it here: look at the conditions on its own roles, or ask who set them.\n' +
        grantHint(clientId, action, scope),
    }
  }
  return {
    code: 'permission-denied',
    message: `The workflow's identity may not perform ${action} at ${scope}.`,
    hint: grantHint(clientId, neededFor(operation, action), scope),
  }
}

/** Who may not even read is told at once what the whole run takes. */
function neededFor(operation: Subject['operation'], action: string): string {
  return operation === 'plan' || operation === 'drift'
    ? action
    : action.replace(/^(Microsoft\.ContainerInstance\/.*)\/read$/i, '$1/write')
}

/** What was denied, and where, as ARM words it: on the thing itself, or on another that it is linked with. */
function deniedAction(message: string): { readonly action: string; readonly scope: string } | undefined {
  const linked = /perform action '([^']+)' on the linked scope\(s\) '([^']+)'/.exec(message)
  const [, action, place] = linked ?? /perform action '([^']+)' (?:over|on) scope '([^']+)'/.exec(message) ?? []
  if (action === undefined || place === undefined) return undefined
  // A role is given at the thing that has grants, or at the resource group of what does not exist yet.
  const scope = place
    .replace(/\/providers\/Microsoft\.Authorization\/.*$/i, '')
    .replace(/\/providers\/Microsoft\.ContainerInstance\/.*$/i, '')
    .replace(/^(.*)\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i, (workspace, group: string) =>
      action.endsWith('/write') ? group : workspace,
    )
  return { action, scope: scope || '/' }
}
