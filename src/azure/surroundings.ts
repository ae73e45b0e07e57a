import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, text } from '../json.ts'
import type { Surroundings } from '../spec/desired.ts'
import { unknownRoles } from '../spec/desired-grants.ts'
import { canonicalGuid } from '../spec/guid.ts'
import { refuseZones } from '../spec/zones.ts'
import { shortRegion } from './container-group-arm.ts'
import { asking, bare, type Context, isMissing } from './context.ts'
import { refusalFacts } from './errors.ts'
import { imageRegistry } from './image-registry.ts'
import { listed } from './understood.ts'
import { existingCustomerId } from './workspace-key.ts'

/** All that Azure can tell of the surroundings, with what could not be found out as sentences. */
export type Around = Omit<Surroundings, 'tokenFingerprint' | 'secureFingerprints' | 'registryFingerprint'> & {
  readonly notes: readonly string[]
}

/** What the plan needs to know besides the group itself, asked side by side. Nothing is asked that the inputs tell. */
export async function lookAround({ clients, inputs }: Context): Promise<Around> {
  const ask = asking(inputs)
  const url = (path: string, version: string) => `${clients.resourceManager}${path}?api-version=${version}`

  async function location(): Promise<string> {
    if (inputs.location !== undefined) return inputs.location
    const path = `/subscriptions/${inputs.subscriptionId}/resourcegroups/${encodeURIComponent(inputs.resourceGroup)}`
    const { body } = await ask(`read the resource group "${inputs.resourceGroup}"`, () =>
      clients.send(url(path, '2022-09-01')),
    )
    return shortRegion(text(field(body, 'location')) ?? '')
  }

  /** Identities are read before the group exists, so that grants can come first and a wrong id is found before anything is written. */
  async function firstPrincipal(): Promise<string | null> {
    if (inputs.identity.type === 'SystemAssigned') return null
    const principals = await Promise.all(inputs.identity.ids.map(principalOfIdentity))
    return principals[0] ?? null
  }

  async function principalOfIdentity(id: string): Promise<string | null> {
    try {
      const { body } = await clients.send(url(id, '2023-01-31'))
      const properties = field(body, 'properties')
      if (text(field(properties, 'tenantId'))?.toLowerCase() !== inputs.tenantId) throw identityElsewhere(id, inputs)
      return text(field(properties, 'principalId')) ?? null
    } catch (error) {
      throw isMissing(error) ? identityMissing(id, error) : ask.failure(error, `read the identity ${id}`)
    }
  }

  async function roles(): Promise<Surroundings['roles']> {
    const scope = `/subscriptions/${inputs.subscriptionId}`
    const found = unknownRoles(inputs).map(async (name) => [name, await roleId(scope, name)] as const)
    return new Map(await Promise.all(found))
  }

  async function roleId(scope: string, name: string): Promise<string> {
    if (canonicalGuid(name) !== undefined) return checkedRoleId(scope, name)
    const filter = `roleName eq '${name.replaceAll("'", "''")}'`
    return ask(`look up the role "${name}"`, async () => {
      const roles = await listed('a list of roles', clients.authorization.roleDefinitions.list(bare(scope), { filter }))
      const [id] = roles.flatMap((role) => text(field(role, 'name')) ?? [])
      if (id === undefined) throw unknownRole(name, inputs)
      return id.toLowerCase()
    })
  }

  async function checkedRoleId(scope: string, id: string): Promise<string> {
    try {
      await clients.authorization.roleDefinitions.get(bare(scope), id)
      return id
    } catch (error) {
      throw isMissing(error) ? unknownRole(id, inputs) : ask.failure(error, `look up the role ${id}`)
    }
  }

  // To destroy takes none of it, and what is gone already must not stand in the way.
  if (inputs.operation === 'destroy') return NOTHING
  const [where, first, which, registry, customerId] = await Promise.all([
    location(),
    firstPrincipal(),
    roles(),
    imageRegistry({ clients, inputs }),
    existingCustomerId({ clients, inputs }),
  ])
  refuseZones(where, inputs.zones)
  return {
    location: where,
    principal: inputs.identity.type === 'UserAssigned' ? first : null,
    roles: which,
    pull: first === null || registry.id === undefined ? null : { registry: registry.id, principal: first },
    customerId,
    notes: registry.notes,
  }
}

const NOTHING: Around = { location: '', principal: null, roles: new Map(), pull: null, customerId: null, notes: [] }

function unknownRole(name: string, { subscriptionId }: Inputs): DeployError {
  return new DeployError('role-not-found', `There is no role "${name}" in the subscription ${subscriptionId}.`, {
    hint: [
      'Check the spelling in `constrain-roles` and `extra-role-assignments`, or give the GUID of the role. All roles by name:',
      `  az role definition list --subscription ${subscriptionId} --query "[].roleName" --output tsv`,
    ].join('\n'),
  })
}

function identityMissing(id: string, cause: unknown): DeployError {
  return new DeployError(
    'identity-not-usable',
    `There is no identity ${id}, as far as the workflow's identity can see.`,
    {
      hint: [
        'Correct `identity-ids`; the ids of all identities:',
        '  az identity list --query "[].id" --output tsv',
      ].join('\n'),
      facts: refusalFacts(cause),
      cause,
    },
  )
}

function identityElsewhere(id: string, { tenantId }: Inputs): DeployError {
  return new DeployError('identity-not-usable', `The identity ${id} is not of the tenant ${tenantId}.`, {
    hint: 'A connector can only have identities of its own tenant. Correct `identity-ids`, or `tenant-id`.',
  })
}
