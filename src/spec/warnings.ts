import type { Change, Plan } from '../engine/plan.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { isPrivateElsewhere } from './image.ts'
import { type AzureResource, EXPOSED_TOKEN } from './resources.ts'
import { versionWarnings } from './version-warnings.ts'

/** What a reviewer must not miss, in sentences: a risk that is there, or that the plan brings. */
export function warningsOn(plan: Plan<AzureResource>): string[] {
  return plan.changes.flatMap((change) => [
    ...exposure(change),
    ...versionWarnings(change),
    ...unreachableRegistry(change),
    ...zoneInSubnet(change),
  ])
}

/** The same of how the run signs in. */
export function signInWarnings({ auth }: Pick<Inputs, 'auth'>): string[] {
  if (auth.by !== 'client-secret' && auth.by !== 'client-certificate') return []
  const what = auth.by === 'client-secret' ? 'client secret' : 'certificate'
  return [
    `The run signs in with a ${what} that is stored somewhere, can leak and will expire. OpenID Connect needs none: auth: oidc, with a federated credential.`,
  ]
}

function exposure(change: Change<AzureResource>): string[] {
  const exposed = 'properties' in change && change.properties.some(({ before }) => before === EXPOSED_TOKEN)
  return exposed
    ? [
        `The token of "${change.name}" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.`,
      ]
    : []
}

/** Not refused: the documents leave open what counts as a private registry, and there are such installs. */
function unreachableRegistry(change: Change<AzureResource>): string[] {
  const group = settingUp(change)
  if (group?.network.subnet == null || !isPrivateElsewhere(group)) return []
  const { server } = group.registry ?? {}
  return [
    `"${change.name}" is to live in a subnet, from where Azure does not support pulling from private registries other than its own: it may not get its image from ${server}. Mirror the image (\`read -rs PASSWORD && printf %s "$PASSWORD" | az acr import --name <registry> --source ${group.image} --username <user> --password @-\`, which asks for the password and shows it to nobody: Apono's user is "apono", and its password is the connector's token), and name the copy in \`image\`.`,
  ]
}

/** https://learn.microsoft.com/azure/reliability/migrate-container-instances#considerations says so; newer pages no longer do. */
function zoneInSubnet(change: Change<AzureResource>): string[] {
  const group = settingUp(change)
  if (group?.network.subnet == null || group.zones === null) return []
  return [
    `"${change.name}" is to stand in zone ${group.zones.join(', ')} and in a subnet. Azure's documents differ on whether it takes both; it may refuse.`,
  ]
}

function settingUp(change: Change<AzureResource>) {
  const after = change.action === 'create' || change.action === 'replace' ? change.after : undefined
  return after?.kind === 'container-group' ? after.properties : undefined
}
