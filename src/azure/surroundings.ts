import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, text } from '../json.ts'
import type { Surroundings } from '../spec/desired.ts'
import { unknownRoles } from '../spec/desired-grants.ts'
import { type Asking, asking, bare } from './asking.ts'
import { shortRegion } from './container-group-arm.ts'

/** What the plan needs to know besides the group itself, asked side by side. Nothing is asked that the inputs tell. */
export async function lookAround({ clients, inputs }: Asking): Promise<Omit<Surroundings, 'tokenFingerprint'>> {
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

  /** The identity is read before the group exists, so that its grants can come first. */
  async function principal(): Promise<string | null> {
    if (inputs.identity.type !== 'UserAssigned') return null
    const [id] = inputs.identity.ids
    const { body } = await ask(`read the identity ${id}`, () => clients.send(url(id, '2023-01-31')))
    const properties = field(body, 'properties')
    if (text(field(properties, 'tenantId')) !== inputs.tenantId) throw identityElsewhere(id, inputs)
    return text(field(properties, 'principalId')) ?? null
  }

  async function roles(): Promise<Surroundings['roles']> {
    const scope = `/subscriptions/${inputs.subscriptionId}`
    const found = unknownRoles(inputs).map(async (name) => [name, await roleId(scope, name)] as const)
    return new Map(await Promise.all(found))
  }

  async function roleId(scope: string, name: string): Promise<string> {
    const filter = `roleName eq '${name.replaceAll("'", "''")}'`
    return ask(`look up the role "${name}"`, async () => {
      for await (const role of clients.authorization.roleDefinitions.list(bare(scope), { filter })) {
        if (role.name !== undefined) return role.name.toLowerCase()
      }
      throw unknownRole(name, inputs)
    })
  }

  const [where, who, which] = await Promise.all([location(), principal(), roles()])
  return { location: where, principal: who, roles: which }
}

function unknownRole(name: string, { subscriptionId }: Inputs): DeployError {
  return new DeployError('role-not-found', `There is no role "${name}" in the subscription ${subscriptionId}.`, {
    hint: [
      'Check the spelling in `constrain-roles` and `extra-role-assignments`, or give the GUID of the role. All roles by name:',
      `  az role definition list --subscription ${subscriptionId} --query "[].roleName" --output tsv`,
    ].join('\n'),
  })
}

function identityElsewhere(id: string, { tenantId }: Inputs): DeployError {
  return new DeployError('identity-not-usable', `The identity ${id} is not of the tenant ${tenantId}.`, {
    hint: 'A connector can only have identities of its own tenant. Correct `identity-ids`, or `tenant-id`.',
  })
}
