import { isRestError, type PipelineResponse, RestError } from '@azure/core-rest-pipeline'
import { asDeployError, DeployError, type ErrorCode, REACHABILITY_HINT } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, list, parseJson, text } from '../json.ts'
import { isAborted, timedOut } from '../timeout.ts'

/** What a failure is about, for words and commands that can be pasted. */
export type Subject = Pick<Inputs, 'clientId' | 'tenantId' | 'subscriptionId' | 'resourceGroup' | 'name' | 'operation'>

/** Azure's side of a refusal. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly correlationId: string | undefined
}

type Finding = { readonly code: ErrorCode; readonly message: string; readonly hint: string }
type Explain = (subject: Subject, refusal: Refusal) => Finding

/** What ARM's and Container Instances' codes mean for us. The texts of a code change; the codes do not. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  ResourceGroupNotFound: ({ resourceGroup, subscriptionId }) => ({
    code: 'resource-group-not-found',
    message: `There is no resource group "${resourceGroup}" in the subscription ${subscriptionId}.`,
    hint: [
      'Check `resource-group` and `subscription-id`, or create it:',
      `  az group create --subscription ${subscriptionId} --name '${resourceGroup}' --location <region>`,
    ].join('\n'),
  }),
  SubscriptionNotFound: noSubscription,
  InvalidSubscriptionId: noSubscription,
  AuthorizationFailed: denied,
  LinkedAuthorizationFailed: denied,
  MissingSubscriptionRegistration: unregistered,
  InaccessibleImage: (_subject, { message }) => ({
    code: 'image-not-accessible',
    message: `Azure cannot pull the connector's image. ${message}`,
    hint: [
      'The Apono token is also the password of the registry: a wrong or revoked `apono-token` shows up here first. Copy it again from Apono (Connectors > Install Connector) into the secret.',
      'If the token is right, check that `connector-version` exists.',
    ].join('\n'),
  }),
  RegistryErrorResponse: (_subject, { message }) => ({
    code: 'image-not-accessible',
    message: `The image registry did not answer as it should. ${message}`,
    hint: 'This is mostly a passing fault of the registry. Run again in some minutes.',
  }),
  ContainerGroupQuotaReached: (_subject, { message }) => ({
    code: 'quota-exceeded',
    message: `The quota for container instances is used up. ${message}`,
    hint: 'Ask for more in the Azure portal (Quotas > Azure Container Instances), delete groups that are not needed, or choose another `location`.',
  }),
  ServiceUnavailable: (_subject, { message }) => ({
    code: 'no-capacity',
    message: `The region has no capacity for this container group now. ${message}`,
    hint: 'Try again later, choose another `location`, or ask for less `cpu` and `memory`.',
  }),
  LocationNotAvailableForResourceType: (_subject, { message }) => ({
    code: 'location-not-available',
    message,
    hint: 'Choose one of the listed regions as `location`.',
  }),
  RequestDisallowedByPolicy: (_subject, { message }) => ({
    code: 'policy-denied',
    message: `An Azure Policy forbids this. ${message}`,
    hint: 'Change the inputs so that the policy is met (often `tags` or `location`), or ask its owner for an exemption.',
  }),
  ScopeLocked: (_subject, { message }) => ({
    code: 'scope-locked',
    message: `A lock forbids this. ${message}`,
    hint: 'Remove the lock for the time of the run, or leave this group as it is:\n  az lock list --output table',
  }),
  ContainerGroupTransitioning: ({ name }) => ({
    code: 'group-busy',
    message: `Azure is still busy with an earlier change of "${name}".`,
    hint: 'Run again in a minute. A `concurrency` group in the workflow keeps two runs from meeting.',
  }),
  InvalidContainerGroupUpdate: ({ name, subscriptionId, resourceGroup }, { message }) => ({
    code: 'replace-refused',
    message: `Azure does not change "${name}" in place. ${message}`,
    hint: [
      'Nothing was changed. Delete the group and run again (its identity, and the roles given to it, are lost with it):',
      `  az container delete --subscription ${subscriptionId} --resource-group '${resourceGroup}' --name ${name} --yes`,
    ].join('\n'),
  }),
}

/** @returns whatever a call to Azure threw, as an error that says what to do. `doing` completes "Azure refused to …". */
export function azureError(error: unknown, doing: string, subject: Subject): DeployError {
  if (error instanceof DeployError) return error
  if (isAborted(error)) return timedOut(doing, error)
  // What did not come from the network is a defect of ours.
  if (!isRestError(error)) return asDeployError(error)
  const refusal = refusalOf(error)
  if (refusal === undefined) return unreachable(error)
  const explain = Object.hasOwn(EXPLANATIONS, refusal.code) ? EXPLANATIONS[refusal.code] : undefined
  const finding = explain?.(subject, refusal) ?? byStatus(doing, refusal)
  const facts = {
    'Azure error': `${refusal.status} ${refusal.code}`,
    ...(refusal.correlationId && { 'correlation id': refusal.correlationId }),
  }
  return new DeployError(finding.code, finding.message, { hint: finding.hint, facts, cause: error })
}

/** Is this Azure's answer that the thing itself, and not its surroundings, does not exist? */
export function isNotFound(error: unknown): boolean {
  return refusalOf(error)?.code === 'ResourceNotFound'
}

/** A reply of our own GETs that is no success, in the form the SDKs throw. */
export function restErrorOf(response: PipelineResponse): RestError {
  const { status: statusCode, request } = response
  return new RestError(`${request.method} answered ${statusCode}`, { statusCode, request, response })
}

export function refusalOf(error: unknown): Refusal | undefined {
  if (!isRestError(error) || error.statusCode === undefined) return undefined
  const body = field(parseJson(error.response?.bodyAsText), 'error')
  return {
    status: error.statusCode,
    code: text(field(body, 'code')) ?? error.code ?? 'no code',
    message: [text(field(body, 'message')) ?? error.message, ...policyNames(body)].join(' '),
    correlationId: error.response?.headers.get('x-ms-correlation-request-id'),
  }
}

/** The readable names of the policies that denied a request, which its message only gives as ids. */
function policyNames(body: unknown): string[] {
  const infos = list(field(body, 'additionalInfo')).map((entry) => field(entry, 'info'))
  const names = infos.flatMap((info) => text(field(info, 'policyAssignmentDisplayName')) ?? [])
  return names.length > 0 ? [`Policies: ${names.join(', ')}.`] : []
}

function denied({ clientId, subscriptionId, resourceGroup, operation }: Subject, { message }: Refusal): Finding {
  const { action, at } = /perform action '(?<action>[^']+)' over scope '(?<at>[^']+)'/.exec(message)?.groups ?? {}
  const isGrant = action?.startsWith('Microsoft.Authorization/roleAssignments/') === true
  const scope = isGrant
    ? (at ?? '').replace(/\/providers\/Microsoft\.Authorization\/.*$/i, '') || '/'
    : `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
  const role = isGrant
    ? 'Role Based Access Control Administrator'
    : operation === 'plan'
      ? 'Reader'
      : 'Azure Container Instances Contributor Role'
  const limited = message.includes('ABAC condition')
    ? ['The identity has such a role, but its condition forbids this grant.']
    : []
  return {
    code: 'permission-denied',
    message: `The workflow's identity may not ${action === undefined ? 'do this' : `perform ${action}`} at ${scope}.`,
    hint: [
      ...limited,
      `"${role}" there is enough for this (a new grant takes up to ten minutes to work):`,
      `  az role assignment create --assignee ${clientId} --role "${role}" --scope '${scope}'`,
    ].join('\n'),
  }
}

function unregistered({ subscriptionId }: Pick<Subject, 'subscriptionId'>): Finding {
  return {
    code: 'provider-not-registered',
    message: `The subscription ${subscriptionId} is not registered for Azure Container Instances.`,
    hint: [
      'Somebody with Contributor on the subscription registers it once (it takes a minute):',
      `  az provider register --subscription ${subscriptionId} --namespace Microsoft.ContainerInstance --wait`,
    ].join('\n'),
  }
}

/** The same, found before Azure said it. */
export function notRegistered(subject: Pick<Subject, 'subscriptionId'>, cause: unknown): DeployError {
  const { code, message, hint } = unregistered(subject)
  return new DeployError(code, message, { hint, cause })
}

function noSubscription({ clientId, subscriptionId, tenantId }: Subject): Finding {
  return {
    code: 'subscription-not-found',
    message: `The workflow's identity sees no subscription ${subscriptionId} in the tenant ${tenantId}.`,
    hint: [
      'Either the id is wrong or of another tenant, or the identity holds no role there (Azure says the same in both cases):',
      `  az role assignment list --all --assignee ${clientId} --subscription ${subscriptionId} --output table`,
    ].join('\n'),
  }
}

function byStatus(doing: string, { status, code, message }: Refusal): Finding {
  if (status === 429) {
    return {
      code: 'throttled',
      message: `Azure takes no more requests from this identity for now: ${message}`,
      hint: 'Run again in some minutes, and keep workflows that use the same identity from running all at once.',
    }
  }
  return {
    code: 'azure-refused',
    message: `Azure refused to ${doing}, with a code that this action does not know (${code}): ${message}`,
    hint: "The message is Azure's own. If it says nothing to you, give the correlation id to Azure support.",
  }
}

function unreachable(cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DeployError('unreachable', `Azure could not be reached: ${reason}`, {
    hint: REACHABILITY_HINT,
    cause,
  })
}
