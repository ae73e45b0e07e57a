import type { Progress } from '../engine/adapter.ts'
import type { Plan } from '../engine/plan.ts'
import { DeployError } from '../errors.ts'
import { field, text } from '../json.ts'
import type { AzureResource } from '../spec/resources.ts'
import { type Right, rightsFor } from '../spec/rights.ts'
import { type Asking, hasCode } from './asking.ts'
import { azureError, notRegistered } from './errors.ts'
import { grantGraphRole } from './graph.ts'
import { type Obstacles, refusalFor } from './obstacles.ts'
import { allows, parsePermissions } from './permissions.ts'
import { type Look, poll } from './polling.ts'

const NAMESPACE = 'Microsoft.ContainerInstance'
const UNREGISTERED = `The subscription is not registered for ${NAMESPACE}; apply registers it first.`
const UNSEEN =
  "Conditions on the roles of the workflow's identity, and deny assignments, cannot be seen in advance: Azure may still refuse a grant."

type Findings = { readonly missing: readonly DeployError[]; readonly unknown: readonly string[] }

/** Looks whether the workflow's identity may do what the plan says. Asks nothing when there is nothing to do. */
export async function preflight({ clients, inputs }: Asking, plan: Plan<AzureResource>): Promise<Obstacles> {
  const rights = rightsFor(plan, inputs)
  const createsGroup = plan.changes.some(({ action, kind }) => action === 'create' && kind === 'container-group')
  const [findings, unregistered] = await Promise.all([
    Promise.all(groupedByPlace(rights).map(look)),
    createsGroup ? isUnregistered() : false,
  ])
  const missing = findings.flatMap((finding) => finding.missing)
  const notes = [
    ...findings.flatMap(({ unknown }) => unknown),
    ...(rights.some(isGrant) ? [UNSEEN] : []),
    ...(unregistered ? [UNREGISTERED] : []),
  ]
  return { missing, refusal: refusalFor(missing), notes, unregistered }

  async function look([place, wanted]: readonly [string, readonly Right[]]): Promise<Findings> {
    try {
      const allowed = place === ENTRA ? await inEntra() : await at(place)
      return {
        missing: wanted.filter((right) => !allowed(right)).map((right) => missingRight(right, inputs.clientId)),
        unknown: [],
      }
    } catch {
      // Not being able to read one's own rights says nothing about them.
      return { missing: [], unknown: [`Whether the workflow's identity may change ${place} could not be found out.`] }
    }
  }

  async function at(scope: string): Promise<(right: Right) => boolean> {
    const path = `${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`
    const { body } = await clients.send(`${clients.resourceManager}${path}`)
    const permissions = parsePermissions(body)
    return (right) => right.in === 'azure' && allows(permissions, right.action)
  }

  async function inEntra(): Promise<(right: Right) => boolean> {
    const permissions = await clients.graph.permissions()
    return (right) => right.in === 'entra' && permissions.includes(right.permission)
  }

  async function isUnregistered(): Promise<boolean> {
    try {
      return (await registrationState({ clients, inputs })) !== 'Registered'
    } catch {
      return false
    }
  }
}

/**
 * Registers Container Instances in the subscription and waits until that is done.
 * @throws DeployError `provider-not-registered` when the workflow's identity may not.
 */
export async function register({ clients, inputs, polling, deadline }: Asking, progress: Progress): Promise<void> {
  progress(`Registering ${NAMESPACE} in the subscription`)
  try {
    await clients.send(providerUrl({ clients, inputs }, '/register'), 'POST')
    const look = async (): Promise<Look<true>> =>
      (await registrationState({ clients, inputs })) === 'Registered'
        ? { done: true, value: true }
        : { done: false, retryAfter: undefined }
    await poll(look, polling, deadline)
  } catch (error) {
    throw hasCode(error, 'AuthorizationFailed')
      ? notRegistered(inputs, error)
      : azureError(error, `register ${NAMESPACE}`, inputs)
  }
}

type Subscription = Pick<Asking, 'clients' | 'inputs'>

async function registrationState(subscription: Subscription): Promise<string | undefined> {
  const { body } = await subscription.clients.send(providerUrl(subscription))
  return text(field(body, 'registrationState'))
}

function providerUrl({ clients, inputs }: Subscription, verb = ''): string {
  return `${clients.resourceManager}/subscriptions/${inputs.subscriptionId}/providers/${NAMESPACE}${verb}?api-version=2022-09-01`
}

function isGrant(right: Right): boolean {
  return right.in === 'azure' && right.action.startsWith('Microsoft.Authorization/')
}

const ENTRA = 'the roles of Entra'

function groupedByPlace(rights: readonly Right[]): (readonly [string, readonly Right[]])[] {
  return [...Map.groupBy(rights, (right) => (right.in === 'entra' ? ENTRA : right.scope))]
}

function missingRight(right: Right, clientId: string): DeployError {
  if (right.in === 'entra') {
    return new DeployError(
      'permission-denied',
      `The workflow's identity lacks ${right.permission}, without which it cannot give the connector Directory Readers.`,
      {
        hint: grantGraphRole(clientId),
      },
    )
  }
  return new DeployError('permission-denied', `The workflow's identity lacks ${right.action} on ${right.scope}.`, {
    hint: [
      `"${right.role}" there is the smallest built-in role that has it (a new grant takes up to ten minutes to work):`,
      `  az role assignment create --assignee ${clientId} --role "${right.role}" --scope '${right.scope}'`,
    ].join('\n'),
  })
}
