import { isJsonObject } from './json-shape.ts'
import { type Json, type JsonObject, Refusal } from './protocol.ts'
import { contains } from './scopes.ts'
import type { World } from './world.ts'

/** An assignment of a policy with the effect deny. What it does not name it does not look at. */
export type NewPolicy = {
  readonly scope: string
  readonly name: string
  readonly displayName: string
  /** A tag that has to be on every resource. */
  readonly requiredTag?: string
  /** Regions, in lower case and without blanks. */
  readonly allowedLocations?: readonly string[]
}

const TYPE = 'Microsoft.Authorization/policyAssignments'

/** Assigns a policy without asking whether anyone may; answers the id of the assignment. */
export function addPolicy(world: World, { scope, name, displayName, ...rule }: NewPolicy): string {
  const id = `${scope}/providers/${TYPE}/${name}`
  const parameters = { requiredTag: rule.requiredTag ?? null, allowedLocations: rule.allowedLocations ?? null }
  world.resources.set(id.toLowerCase(), { id, body: { properties: { displayName, parameters }, id, type: TYPE, name } })
  return id
}

/** Refuses a resource, as it was sent, that a policy over it denies. */
export function refuseByPolicy(world: World, id: string, method: string, text: string): void {
  const sent = objectIn(text)
  if (sent === undefined) return
  const [denying] = [...world.resources.values()]
    .filter(({ body }) => body.type === TYPE)
    .filter((policy) => contains(world, scopeOf(policy.id), id) && denies(parametersOf(policy.body), sent, method))
  if (denying !== undefined) throw disallowed(id, denying.body)
}

function denies({ requiredTag, allowedLocations }: JsonObject, sent: JsonObject, method: string): boolean {
  const tags = isJsonObject(sent.tags ?? null) ? sent.tags : {}
  if (typeof requiredTag === 'string' && !Object.hasOwn(Object(tags), requiredTag)) return true
  const location = String(sent.location ?? '')
    .toLowerCase()
    .replaceAll(' ', '')
  return method === 'PUT' && Array.isArray(allowedLocations) && !allowedLocations.includes(location)
}

/** The form of https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-policy-requestdisallowedbypolicy */
function disallowed(id: string, { id: assignmentId = null, name = null, properties = null }: JsonObject): Refusal {
  const target = id.split('/').at(-1) ?? ''
  const displayName = isJsonObject(properties) ? (properties.displayName ?? null) : null
  const definitionId = `/providers/Microsoft.Authorization/policyDefinitions/${name}`
  const identifiers = [
    {
      policyAssignment: { name: displayName, id: assignmentId },
      policyDefinition: { name: displayName, id: definitionId },
    },
  ]
  const info = {
    policyDefinitionDisplayName: displayName,
    policyDefinitionId: definitionId,
    policyDefinitionName: name,
    policyDefinitionEffect: 'deny',
    policyAssignmentId: assignmentId,
    policyAssignmentName: name,
    policyAssignmentDisplayName: displayName,
    policyAssignmentScope: scopeOf(String(assignmentId)),
  }
  const message = `Resource '${target}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`
  const additionalInfo = [{ type: 'PolicyViolation', info }]
  return new Refusal({
    status: 403,
    headers: { 'x-ms-failure-cause': 'gateway' },
    body: { error: { code: 'RequestDisallowedByPolicy', target, message, additionalInfo } },
  })
}

function scopeOf(assignmentId: string): string {
  return assignmentId.replace(/\/providers\/Microsoft\.Authorization\/policyAssignments\/[^/]+$/i, '')
}

function parametersOf({ properties = null }: JsonObject): JsonObject {
  const parameters: Json = isJsonObject(properties) ? (properties.parameters ?? null) : null
  return isJsonObject(parameters) ? parameters : {}
}

/** What is no JSON is for the service to refuse. */
function objectIn(text: string): JsonObject | undefined {
  try {
    const body: Json = JSON.parse(text)
    return isJsonObject(body) ? body : undefined
  } catch {
    return undefined
  }
}
