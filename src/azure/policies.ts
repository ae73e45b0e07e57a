import { field, list, parseJson, text } from '../json.ts'
import type { Finding, Subject } from './errors.ts'

/** An assignment of an Azure Policy that denied a request. */
export type DenyingPolicy = { readonly id: string; readonly displayName: string }

/**
 * The assignments that a refusal names: in `additionalInfo`, or as JSON in the message where that is all there is.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy
 */
export function denyingPolicies(body: unknown): DenyingPolicy[] {
  const identifiers = /Policy identifiers: '(\[.*\])'/s.exec(text(field(body, 'message')) ?? '')?.[1]
  const infos = list(field(body, 'additionalInfo')).map((entry) => field(entry, 'info'))
  const named = infos.map((info) => ({
    id: text(field(info, 'policyAssignmentId')) ?? '',
    displayName: text(field(info, 'policyAssignmentDisplayName')) ?? text(field(info, 'policyAssignmentName')) ?? '',
  }))
  const written = list(parseJson(identifiers)).map((entry) => {
    const assignment = field(entry, 'policyAssignment')
    return { id: text(field(assignment, 'id')) ?? '', displayName: text(field(assignment, 'name')) ?? '' }
  })
  const best = named.some(({ id }) => id !== '') ? named : [...written, ...named]
  const known = best.filter(({ id, displayName }) => id !== '' || displayName !== '')
  return [...new Map(known.map((policy) => [policy.id.toLowerCase() || policy.displayName, policy])).values()]
}

/** A refusal by policy: which assignments, how to read them, and how their owner makes an exemption. */
export function deniedByPolicy(
  { subscriptionId, resourceGroup, name }: Subject,
  message: string,
  policies: readonly DenyingPolicy[],
): Finding {
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
  const assignments = policies.filter(({ id }) => id !== '')
  const show = assignments.map(({ id }) => `  az policy assignment show ${placeOf(id)}`)
  const exempt = assignments.map(
    ({ id }) =>
      `  az policy exemption create --name '${name}' --policy-assignment '${id}' --exemption-category Waiver --scope '${scope}'`,
  )
  return {
    code: 'policy-denied',
    message: [`An Azure Policy forbids this. ${message}`, ...namesOf(policies)].join(' '),
    hint: [
      'Change the inputs so that the policy is met (often `tags` or `location`), or ask its owner for an exemption.',
      ...(show.length === 0 ? [] : ['What it asks for:', ...show, 'An exemption for this resource group:', ...exempt]),
    ].join('\n'),
  }
}

function namesOf(policies: readonly DenyingPolicy[]): string[] {
  const names = policies.map(({ id, displayName }) =>
    id === '' || displayName === '' ? id || displayName : `${displayName} (${id})`,
  )
  return names.length === 0 ? [] : [`Policies: ${names.join(', ')}.`]
}

function placeOf(id: string): string {
  const at = id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/policyassignments/')
  return `--name '${id.split('/').at(-1)}' --scope '${id.slice(0, at)}'`
}
