import { field, list, text } from '../json.ts'
import { conditionFor, LONGEST_CONDITION } from '../spec/condition.ts'
import { canonicalGuid } from '../spec/guid.ts'
import type { ExtraGrant, RoleConstraint } from './permissions.ts'
import type { Rule } from './reader.ts'
import { broken, choice, items, pattern } from './rule.ts'

export const permissions = choice(['none', 'subscription', 'management-group'], 'permissions: subscription')

/** Ids of management groups: https://learn.microsoft.com/azure/governance/management-groups/create-management-group-portal */
export const managementGroup = pattern(
  'the id of a management group, not its display name: 1 to 90 letters, digits, hyphens, underscores, periods or parentheses',
  'management-group: mg-platform',
  /^[\p{L}\p{N}_().-]{1,90}$/u,
)

const IDENTITY_TYPES = {
  SystemAssigned: 'SystemAssigned',
  UserAssigned: 'UserAssigned',
  both: 'SystemAssigned, UserAssigned',
} as const

type IdentityType = (typeof IDENTITY_TYPES)[keyof typeof IDENTITY_TYPES]

export const identityType: Rule<IdentityType> = {
  allowed: 'SystemAssigned, UserAssigned, both',
  example: 'identity-type: UserAssigned',
  parse: (given) =>
    Object.entries(IDENTITY_TYPES).find(([name]) => name === given)?.[1] ?? broken('is none of the choices.'),
}

const IDENTITY_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i

export const identityIds: Rule<readonly string[]> = {
  allowed: 'resource ids of user-assigned identities, one per line',
  example:
    'identity-ids: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ManagedIdentity/userAssignedIdentities/<name>',
  parse(given) {
    const ids = items(given)
    if (ids.length === 0) return broken('holds nothing.')
    const wrong = ids
      .filter((id) => !IDENTITY_ID.test(id))
      .map((id) => `has ${JSON.stringify(id)}, which is no such id.`)
    return wrong.length > 0 ? { wrong } : [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()]
  },
}

export const constrainRoles: Rule<RoleConstraint> = {
  allowed: 'none, privileged, or role names or GUIDs, one per line',
  example: '|\n        Reader\n        Key Vault Secrets User',
  parse(given) {
    if (given === 'none' || given === 'privileged') return given
    const roles = items(given)
    if (roles.length === 0) return broken('holds nothing.')
    if (roles.some((role) => /\p{Cc}/u.test(role))) return broken('has control characters.')
    const mixed = roles.find((role) => role === 'none' || role === 'privileged')
    if (mixed !== undefined) return broken(`has "${mixed}" among roles; it stands alone.`)
    // Every role takes as much room as its GUID will, whatever it is called.
    const length = conditionFor({ to: 'only', roles: roles.map(() => '0'.repeat(36)) })?.length ?? 0
    return length <= LONGEST_CONDITION
      ? roles
      : broken(
          `has ${roles.length} roles; their condition would be ${length} characters long, and Azure takes ${LONGEST_CONDITION}.`,
        )
  },
}

/** What names of resources are made of; no sign that means something in a URL or a shell. */
const NAME = '(?!\\.{1,2}(?:/|$))[\\p{L}\\p{N}_().-]+'
const SCOPE = new RegExp(
  `^/(subscriptions/[0-9a-f-]{36}(/resourceGroups/${NAME}(/providers/${NAME}(/${NAME}/${NAME})+)?)?|providers/Microsoft\\.Management/managementGroups/${NAME})$`,
  'iu',
)

const GRANTS_ALLOWED = 'a YAML list of role (name or GUID) and scope (an Azure resource id)'
const GRANTS_EXAMPLE =
  '|\n        - role: Key Vault Secrets User\n          scope: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>'

export function extraRoleAssignments(parseYaml: (text: string) => unknown): Rule<readonly ExtraGrant[]> {
  return {
    allowed: GRANTS_ALLOWED,
    example: GRANTS_EXAMPLE,
    verbatim: true,
    parse(given) {
      const parsed = yamlList(given, parseYaml)
      if (!Array.isArray(parsed)) return broken('is not a YAML list.')
      const grants = list(parsed).map(grantOf)
      const wrong = grants.flatMap((grant, index) => (grant === undefined ? [entryProblem(parsed[index], index)] : []))
      return wrong.length > 0 ? { wrong } : grants.filter((grant) => grant !== undefined)
    },
  }
}

function yamlList(given: string, parseYaml: (text: string) => unknown): unknown {
  try {
    return parseYaml(given)
  } catch {
    return undefined
  }
}

function grantOf(entry: unknown): ExtraGrant | undefined {
  const [role, scope] = [text(field(entry, 'role')), text(field(entry, 'scope'))?.replace(/\/$/, '')]
  if (role === undefined || scope === undefined || Object.keys(Object(entry)).length !== 2 || !SCOPE.test(scope))
    return undefined
  if (!/^(?=.*\S)[^\p{Cc}]+$/u.test(role)) return undefined
  return { role: canonicalGuid(role) ?? role.trim(), scope }
}

function entryProblem(entry: unknown, index: number): string {
  const place = `has an entry ${index + 1} `
  const [role, scope] = [text(field(entry, 'role')), text(field(entry, 'scope'))?.replace(/\/$/, '')]
  if (role === undefined || !/\S/.test(role)) return `${place}without a role.`
  if (/\p{Cc}/u.test(role)) return `${place}whose role has control characters.`
  if (scope === undefined) return `${place}without a scope.`
  if (!SCOPE.test(scope))
    return `${place}whose scope ${JSON.stringify(scope)} is no id of a subscription, resource group, resource or management group.`
  return `${place}with more than role and scope.`
}
