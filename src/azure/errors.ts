import { isRestError, type PipelineResponse, RestError } from '@azure/core-rest-pipeline'
import { isAborted, timedOut } from '../ended.ts'
import { asDeployError, DeployError, type ErrorCode, REACHABILITY_HINT } from '../errors.ts'
import { field, parseJson, text } from '../json.ts'
import { isDown } from '../mishap.ts'
import type { SignedIn } from './context.ts'
import { denied } from './denied.ts'
import { imageRefused } from './image-refused.ts'
import { type DenyingPolicy, deniedByPolicy, denyingPolicies } from './policies.ts'
import { DELEGATION_HINT, noCapacityHint, QUOTA_HINT } from './remedies.ts'
import { byStatus } from './unexplained.ts'

/** What a failure is about, for words and commands that can be pasted. */
export type Subject = Pick<
  SignedIn,
  'clientId' | 'tenantId' | 'subscriptionId' | 'resourceGroup' | 'name' | 'operation'
> &
  Partial<Pick<SignedIn, 'subnet' | 'image'>>

/** Azure's side of a refusal. */
export type Refusal = {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly correlationId: string | undefined
  readonly policies: readonly DenyingPolicy[]
}

export type Finding = { readonly code: ErrorCode; readonly message: string; readonly hint: string }
type Explain = (subject: Subject, refusal: Refusal) => Finding

/** With 409, of a container group: https://github.com/virtual-kubelet/virtual-kubelet/issues/592 */
const NO_CAPACITY = 'ServiceUnavailable'

/** What ARM's and Container Instances' codes mean for us. The texts of a code change; the codes do not. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  ResourceGroupNotFound: ({ resourceGroup, subscriptionId }, { message }) => ({
    code: 'resource-group-not-found',
    message: `There is no resource group "${quoted(message) ?? resourceGroup}" in the subscription ${subscriptionId}.`,
    hint: [
      'Check `resource-group` and `subscription-id`, or create it:',
      `  az group create --subscription ${subscriptionId} --name '${quoted(message) ?? resourceGroup}' --location <region>`,
    ].join('\n'),
  }),
  SubscriptionNotFound: noSubscription,
  InvalidSubscriptionId: noSubscription,
  ExpiredAuthenticationToken: tokenRefused,
  InvalidAuthenticationToken: tokenRefused,
  InvalidAuthenticationTokenTenant: ({ subscriptionId, tenantId }, { message }) => ({
    code: 'tenant-mismatch',
    message: `The subscription ${subscriptionId} does not belong to the tenant ${tenantId}. ${message}`,
    hint: 'Nothing was changed. Correct `subscription-id`, or set `tenant-id` to the tenant of the subscription and sign in there.',
  }),
  AuthorizationFailed: denied,
  LinkedAuthorizationFailed: denied,
  DenyAssignmentAuthorizationFailed: (_subject, { message }) => ({
    code: 'permission-denied',
    message: `A deny assignment forbids this. ${message}`,
    hint: 'Deny assignments come from deployment stacks and managed applications; their owner has to make room.',
  }),
  RoleAssignmentUpdateNotPermitted: (_subject, { message }) => ({
    code: 'azure-refused',
    message: `A grant of the same name exists for somebody else. ${message}`,
    hint: 'It is probably left from an identity that is gone. Find it and delete it, then run again:\n  az role assignment list --all --query "[?principalName==\'\']" --output table',
  }),
  RoleAssignmentLimitExceeded: (_subject, { message }) => ({
    code: 'quota-exceeded',
    message: `The scope takes no more role assignments. ${message}`,
    hint: 'Remove grants that nobody needs: https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits',
  }),
  PrincipalNotFound: (_subject, { message }) => ({
    code: 'azure-refused',
    message: `Azure still does not know the connector's new identity. ${message}`,
    hint: 'Entra takes its time to make a new identity known. Running again continues from what is there.',
  }),
  MissingSubscriptionRegistration: unregistered,
  InaccessibleImage: imageRefused,
  RegistryErrorResponse: (_subject, { message }) => ({
    code: 'image-not-accessible',
    message: `The image registry did not answer as it should. ${message}`,
    hint: 'This is mostly a passing fault of the registry. Run again in some minutes.',
  }),
  ContainerGroupQuotaReached: (_subject, { message }) => ({
    code: 'quota-exceeded',
    message: `The quota for container instances is used up. ${message}`,
    hint: QUOTA_HINT,
  }),
  [NO_CAPACITY]: (_subject, { message }) => ({
    code: 'no-capacity',
    message: `The region has no capacity for this container group now. ${message}`,
    hint: noCapacityHint(/location '([^']+)'/.exec(message)?.[1]),
  }),
  SubnetMissingRequiredDelegation: (_subject, { message }) => ({
    code: 'subnet-not-usable',
    message: `The subnet cannot hold container groups. ${message}`,
    hint: DELEGATION_HINT,
  }),
  LocationNotAvailableForResourceType: (_subject, { message }) => ({
    code: 'location-not-available',
    message,
    hint: 'Choose one of the listed regions as `location`.',
  }),
  RequestDisallowedByPolicy: (subject, { message, policies }) => deniedByPolicy(subject, message, policies),
  ScopeLocked: (_subject, { message }) => ({
    code: 'scope-locked',
    message: `A lock forbids this. ${message}`,
    hint: [
      'Remove the lock for the time of the run, or leave this as it is. Its id, and how to remove it:',
      `  az lock list --query "[?starts_with(id, '${/locked: '([^']+)'/.exec(message)?.[1] ?? ''}')].id" --output tsv`,
      '  az lock delete --ids <id>',
    ].join('\n'),
  }),
  ContainerGroupTransitioning: ({ name }) => ({
    code: 'group-busy',
    message: `Azure is still busy with an earlier change of "${name}".`,
    hint: 'Run again in a minute. A `concurrency` group in the workflow keeps two runs from meeting.',
  }),
  InvalidContainerGroupUpdate: ({ name }, { message }) => ({
    code: 'replace-refused',
    message: `Azure does not change "${name}" in place. ${message}`,
    hint: [
      'The group was left as it is. With your consent it is deleted and created again, and its grants move to the new identity:',
      '  allow-replace: true',
    ].join('\n'),
  }),
}

/** The name that Azure puts into quotes. */
function quoted(message: string): string | undefined {
  return /'([^']+)'/.exec(message)?.[1]
}

/** @returns whatever a call to Azure threw, as an error that says what to do. `doing` completes "Azure refused to …". */
export function azureError(error: unknown, doing: string, subject: Subject): DeployError {
  if (error instanceof DeployError) return error
  if (isAborted(error)) return timedOut(doing, error)
  // What did not come from the network is a defect of ours.
  if (!isRestError(error)) return asDeployError(error)
  const refusal = refusalOf(error)
  if (refusal === undefined) return unreachable(error)
  const finding = explanationOf(refusal, error)?.(subject, refusal) ?? byStatus(doing, refusal)
  const { code, message, hint } = finding
  return new DeployError(code, message, { hint, facts: refusalFacts(error, message), cause: error })
}

/** A service that is down uses the same codes for other things, and so do other services: they count where they are known from. */
function explanationOf({ status, code }: Refusal, { request }: RestError): Explain | undefined {
  if (isDown(status) || !Object.hasOwn(EXPLANATIONS, code)) return undefined
  const isOfGroup = /\/containerGroups\//i.test(request?.url ?? '')
  return code === NO_CAPACITY && !(status === 409 && isOfGroup) ? undefined : EXPLANATIONS[code]
}

/** What Azure's support asks for, and what Azure said where our own words do not hold it. Nothing for any other error. */
export function refusalFacts(error: unknown, told = ''): Readonly<Record<string, string>> {
  const refusal = refusalOf(error)
  if (refusal === undefined) return {}
  const { status, code, message, correlationId } = refusal
  return {
    'Azure error': `${status} ${code}`,
    ...(!told.includes(message) && { 'Azure says': message }),
    ...(correlationId && { 'correlation id': correlationId }),
  }
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
    message: text(field(body, 'message')) ?? error.message,
    correlationId: error.response?.headers.get('x-ms-correlation-request-id'),
    policies: denyingPolicies(body),
  }
}

/** Providers as people call them. */
const SERVICES: Readonly<Record<string, string>> = {
  'Microsoft.ContainerInstance': 'Azure Container Instances',
  'Microsoft.OperationalInsights': 'Log Analytics',
}

function unregistered(
  { subscriptionId }: Pick<Subject, 'subscriptionId'>,
  { message }: Pick<Refusal, 'message'>,
): Finding {
  const namespace = quoted(message) ?? 'Microsoft.ContainerInstance'
  return {
    code: 'provider-not-registered',
    message: `The subscription ${subscriptionId} is not registered for ${SERVICES[namespace] ?? namespace}.`,
    hint: [
      'Somebody with Contributor on the subscription registers it once (it takes a minute):',
      `  az provider register --subscription ${subscriptionId} --namespace ${namespace} --wait`,
    ].join('\n'),
  }
}

/** The same, found before Azure said it. */
export function notRegistered(
  subject: Pick<Subject, 'subscriptionId'>,
  namespace: string,
  cause?: unknown,
): DeployError {
  const { code, message, hint } = unregistered(subject, { message: `'${namespace}'` })
  return new DeployError(code, message, { hint, facts: refusalFacts(cause), cause })
}

/** A fresh token was tried by then. */
export function tokenRefused(_subject: unknown, { message }: Pick<Refusal, 'message'>): Finding {
  return {
    code: 'sign-in-failed',
    message: `A token that Entra gave just now was refused. ${message}`,
    hint: "Check that `tenant-id` is the tenant of the subscription, and that the runner's clock is right, then run again.",
  }
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

function unreachable(cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DeployError('unreachable', `Azure could not be reached: ${reason}`, {
    hint: REACHABILITY_HINT,
    cause,
  })
}
