import { isAborted } from '../ended.ts'
import type { Progress } from '../engine/adapter.ts'
import type { Plan } from '../engine/plan.ts'
import { DeployError } from '../errors.ts'
import { field, text } from '../json.ts'
import { type Obstacles, refusalFor } from '../spec/obstacles.ts'
import type { AzureResource } from '../spec/resources.ts'
import { grantHint, type Right, rightsFor, rightToRegister } from '../spec/rights.ts'
import { type Context, hasCode, isMissing } from './context.ts'
import { deletedWorkspace } from './deleted-workspaces.ts'
import { azureError, notRegistered } from './errors.ts'
import { grantGraphRole } from './graph.ts'
import { lookForLocks } from './locks.ts'
import { allows, parsePermissions } from './permissions.ts'
import { type Look, poll } from './polling.ts'
import { scopeNotFound } from './role-assignment-lists.ts'
import { lookAtSubnet } from './subnet.ts'

type Registration = 'yes' | 'no' | 'unknown'

const REGISTRATION = {
  yes: (namespace: string) => `The subscription is not registered for ${namespace}; apply registers it first.`,
  unknown: (namespace: string) =>
    `Whether the subscription is registered for ${namespace} could not be read. If it is not, apply says how to register it.`,
} as const
const UNSEEN =
  "Conditions on the roles of the workflow's identity, and deny assignments, cannot be seen in advance: Azure may still refuse a grant."

type Findings = { readonly missing: readonly DeployError[]; readonly unknown: readonly string[] }

/** Looks what stands in the way of a plan: rights of the workflow's identity that are missing, and locks. Asks nothing when there is nothing to do. */
export async function preflight(context: Context, plan: Plan<AzureResource>): Promise<Obstacles> {
  const [{ missing, notes, unregistered }, locks] = await Promise.all([
    lookAtRights(context, plan),
    lookForLocks(context, plan),
  ])
  return {
    missing: locks.refusal === undefined ? missing : [...missing, locks.refusal],
    refusal: refusalFor(missing, locks.refusal),
    notes: [...notes, ...locks.notes],
    unregistered,
  }
}

async function lookAtRights(context: Context, plan: Plan<AzureResource>): Promise<Omit<Obstacles, 'refusal'>> {
  const rights = rightsFor(plan, context.inputs)
  const [registrations, subnet, recovery, ofPlan] = await Promise.all([
    registrationsFor(context, plan),
    lookAtSubnet(context, plan),
    recoveryNotes(context, plan),
    lookAt(context, rights),
  ])
  const unregistered = registrations.flatMap(({ namespace, state }) => (state === 'no' ? [namespace] : []))
  const toRegister = unregistered.map((namespace) => rightToRegister(context.inputs, namespace))
  const findings = [...ofPlan, ...(await lookAt(context, toRegister))]
  const missing = [...findings.flatMap((finding) => finding.missing), ...subnet.missing]
  const notes = [
    ...findings.flatMap(({ unknown }) => unknown),
    ...subnet.unknown,
    ...recovery,
    ...(rights.some(isGrant) ? [UNSEEN] : []),
    ...registrations.flatMap(({ namespace, state }) =>
      state === 'yes' ? [] : [REGISTRATION[state === 'no' ? 'yes' : 'unknown'](namespace)],
    ),
  ]
  return { missing, notes, unregistered }
}

function lookAt(context: Context, rights: readonly Right[]): Promise<Findings[]> {
  return Promise.all(groupedByPlace(rights).map((place) => look(context, place)))
}

function registrationsFor(context: Context, plan: Plan<AzureResource>) {
  const states = namespacesIn(plan).map(async (namespace) => ({
    namespace,
    state: await registrationOf(context, namespace),
  }))
  return Promise.all(states)
}

/** Resource providers of what is created. */
function namespacesIn({ changes }: Plan<AzureResource>): string[] {
  const created = new Set(changes.flatMap(({ action, kind }) => (action === 'create' ? [kind] : [])))
  return Object.entries(NAMESPACES).flatMap(([kind, namespace]) => (created.has(kind) ? [namespace] : []))
}

const NAMESPACES = {
  'container-group': 'Microsoft.ContainerInstance',
  'log-analytics-workspace': 'Microsoft.OperationalInsights',
} as const

/** Says when a workspace that is to be created is one that was deleted lately. */
async function recoveryNotes(context: Context, { changes }: Plan<AzureResource>): Promise<string[]> {
  const created = changes.find(({ action, kind }) => action === 'create' && kind === 'log-analytics-workspace')
  if (created === undefined) return []
  try {
    const deleted = await deletedWorkspace(context)
    return deleted === undefined
      ? []
      : [
          `The Log Analytics workspace "${created.name}" was deleted less than 14 days ago in ${deleted.location}: it is brought back there, with its logs.`,
        ]
  } catch (error) {
    if (isAborted(error)) throw azureError(error, 'look for a deleted workspace', context.inputs)
    return ['Whether a deleted workspace of this name would come back with its logs could not be found out.']
  }
}

/** Not being able to read one's own rights says nothing about them; that there is no such place does. */
async function look(context: Context, [place, wanted]: readonly [string, readonly Right[]]): Promise<Findings> {
  const { clientId } = context.inputs
  try {
    const allowed = await allowedAt(context, place)
    const missing = wanted.filter((right) => !allowed(right)).map((right) => missingRight(right, clientId))
    // That a management group can be read says nothing about changing it.
    return { missing, unknown: missing.length === 0 && isManagementGroup(place) ? [unknownAt(place)] : [] }
  } catch (error) {
    if (error instanceof DeployError || isAborted(error))
      throw azureError(error, 'look up the rights of the workflow', context.inputs)
    if (isMissing(error)) return { missing: [scopeNotFound(place, error)], unknown: [] }
    return { missing: [], unknown: [unknownAt(place)] }
  }
}

async function allowedAt(context: Context, place: string): Promise<(right: Right) => boolean> {
  const { clients } = context
  if (place === ENTRA) {
    const permissions = await clients.graph.permissions()
    return (right) => right.in === 'entra' && permissions.includes(right.permission)
  }
  if (isManagementGroup(place)) return readableManagementGroup(context, place)
  const { body } = await clients.send(
    `${clients.resourceManager}${place}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
  )
  const permissions = parsePermissions(body)
  return (right) => right.in === 'azure' && allows(permissions, right.action)
}

/**
 * There is no permissions API for management groups; but what cannot even be read cannot be changed, whether it is the id or the
 * right that is wrong: Azure says the same of both.
 * @throws DeployError never: the finding is that nothing is allowed there.
 */
async function readableManagementGroup({ clients }: Context, scope: string): Promise<(right: Right) => boolean> {
  try {
    await clients.send(`${clients.resourceManager}${scope}?api-version=2021-04-01`)
    return () => true
  } catch (error) {
    if (hasCode(error, 'AuthorizationFailed', 'BadRequest') || isMissing(error)) return () => false
    throw error
  }
}

/** @returns whether the subscription is registered for a resource provider, as far as that can be read. */
async function registrationOf(context: Context, namespace: string): Promise<Registration> {
  try {
    return (await registrationState(context, namespace)) === 'Registered' ? 'yes' : 'no'
  } catch {
    return 'unknown'
  }
}

/**
 * Registers resource providers in the subscription and waits until that is done.
 * @throws DeployError `provider-not-registered` when the workflow's identity may not.
 */
export async function register(
  { clients, inputs, polling, deadline }: Context,
  namespaces: readonly string[],
  progress: Progress,
): Promise<void> {
  const registered = namespaces.map(async (namespace) => {
    progress(`Registering ${namespace} in the subscription`)
    try {
      await clients.send(providerUrl({ clients, inputs }, namespace, '/register'), 'POST')
      const look = async (): Promise<Look<true>> =>
        (await registrationState({ clients, inputs }, namespace)) === 'Registered'
          ? { done: true, value: true }
          : { done: false, retryAfter: undefined }
      await poll(look, polling, deadline)
    } catch (error) {
      throw hasCode(error, 'AuthorizationFailed')
        ? notRegistered(inputs, namespace, error)
        : azureError(error, `register ${namespace}`, inputs)
    }
  })
  await Promise.all(registered)
}

type Subscription = Pick<Context, 'clients' | 'inputs'>

async function registrationState(subscription: Subscription, namespace: string): Promise<string | undefined> {
  const { body } = await subscription.clients.send(providerUrl(subscription, namespace))
  return text(field(body, 'registrationState'))
}

function providerUrl({ clients, inputs }: Subscription, namespace: string, verb = ''): string {
  return `${clients.resourceManager}/subscriptions/${inputs.subscriptionId}/providers/${namespace}${verb}?api-version=2022-09-01`
}

function isGrant(right: Right): boolean {
  return right.in === 'azure' && right.action.startsWith('Microsoft.Authorization/')
}

const ENTRA = 'the roles of Entra'

function groupedByPlace(rights: readonly Right[]): (readonly [string, readonly Right[]])[] {
  return [...Map.groupBy(rights, (right) => (right.in === 'entra' ? ENTRA : right.scope))]
}

function unknownAt(place: string): string {
  return `Whether the workflow's identity may change ${place} could not be found out.`
}

function isManagementGroup(scope: string): boolean {
  return scope.startsWith('/providers/Microsoft.Management/managementGroups/')
}

function missingRight(right: Right, clientId: string): DeployError {
  if (right.in === 'entra') {
    const message = `The workflow's identity lacks ${right.permission}, without which it cannot change the connector's Directory Readers.`
    return new DeployError('permission-denied', message, { hint: grantGraphRole(clientId) })
  }
  if (right.action.endsWith('/register/action'))
    return notRegistered({ subscriptionId: right.scope.split('/').at(-1) ?? '' }, right.action.split('/')[0] ?? '')
  const hint = grantHint(clientId, right.action, right.scope)
  if (isManagementGroup(right.scope)) return unreadableManagementGroup(right.scope, hint)
  return new DeployError('permission-denied', `The workflow's identity lacks ${right.action} on ${right.scope}.`, {
    hint,
  })
}

function unreadableManagementGroup(scope: string, hint: string): DeployError {
  return new DeployError(
    'scope-not-found',
    `The management group ${scope} does not exist, or the workflow's identity may not read it.`,
    {
      hint: [
        '`management-group` takes the id, not the display name:',
        '  az account management-group list --query "[].{id:name, displayName:displayName}" --output table',
        `If the id is right: ${hint}`,
      ].join('\n'),
    },
  )
}
