import { grantKey, mainGrants } from '../spec/desired-grants.ts'
import { knownRoleId } from '../spec/roles.ts'
import type { Inputs } from './inputs.ts'
import { networkMisfits } from './network-fit.ts'
import type { Problem, Unchecked } from './reader.ts'
import { apiToken } from './rules.ts'

/** What is wrong with inputs that are right alone, but do not fit together. */
export function misfits(inputs: Unchecked<Inputs>): Problem[] {
  return [
    ...leaks(inputs),
    ...collisions(inputs),
    ...longNames(inputs),
    ...unaskable(inputs),
    ...unapprovable(inputs),
    ...networkMisfits(inputs),
  ]
}

/** One grant of a role at a scope: a second would replace the first, and with it the limits that were put on it. */
function collisions({ extraRoleAssignments = [], permissions, subscriptionId }: Unchecked<Inputs>): Problem[] {
  if (permissions === undefined || subscriptionId === undefined) return []
  const taken = new Set(mainGrants({ permissions, subscriptionId }).map(({ role, scope }) => grantKey(role, scope)))
  return extraRoleAssignments.flatMap(({ role, scope }, index) => {
    const key = grantKey(knownRoleId(role) ?? role, scope)
    if (!taken.has(key)) {
      taken.add(key)
      return []
    }
    const wrong = `has an entry ${index + 1} that grants "${role}" where it is granted already.`
    return [
      {
        input: 'extra-role-assignments',
        wrong,
        allowed: 'grants that `permissions` does not make, each once',
        example: 'other roles, or other scopes',
      },
    ]
  })
}

/** Tags and plain variables can be read by every Reader of the group. */
function leaks({ aponoToken, aponoApiToken, environment, tags, image }: Unchecked<Inputs>): Problem[] {
  const password = image?.pull.by === 'password' ? image.pull.password : undefined
  const secrets = [
    {
      what: 'a token of Apono',
      known: [aponoToken, aponoApiToken],
      example: 'apono-token: ${{ secrets.APONO_TOKEN }}',
    },
    {
      what: 'the password of the registry',
      known: [password],
      example: 'registry-password: ${{ secrets.REGISTRY_PASSWORD }}',
    },
  ]
  return Object.entries({ environment, tags }).flatMap(([input, values]) =>
    secrets
      .filter(({ known }) => Object.entries(values ?? {}).some((entry) => holds(entry.join('='), known)))
      .map(({ what, example }) => ({
        input,
        wrong: `holds ${what}.`,
        allowed: 'values that everyone with Reader on the group may see',
        example: `${example}, and nowhere else`,
      })),
  )
}

function holds(text: string, secrets: readonly (string | undefined)[]): boolean {
  return secrets.some((secret) => secret !== undefined && text.includes(secret))
}

/** Only Apono knows whether a connector is connected. A plan waits for nothing, and needs no token. */
function unaskable({ operation, wait, aponoApiToken }: Unchecked<Inputs>): Problem[] {
  if (wait !== 'connected' || aponoApiToken !== undefined || (operation !== 'apply' && operation !== 'drift')) return []
  const wrong = 'is needed with `wait: connected`: only Apono knows whether the connector is connected.'
  return [{ input: 'apono-api-token', wrong, allowed: apiToken.allowed, example: apiToken.example }]
}

/** What a drift run takes back follows from what it finds, so nobody can have approved it. */
function unapprovable({ operation, expectedPlan }: Unchecked<Inputs>): Problem[] {
  if (operation !== 'drift' || expectedPlan === undefined) return []
  const wrong = 'is set, but a drift run makes its plan of what it finds: it cannot be held to one.'
  return [{ input: 'expected-plan', wrong, allowed: 'nothing, for a drift run', example: 'operation: apply' }]
}

/** The last replica has the longest name. */
function longNames({ name, replicas }: Unchecked<Inputs>): Problem[] {
  const last = name === undefined || replicas === undefined || replicas === 1 ? undefined : `${name}-${replicas}`
  if (last === undefined || last.length <= LONGEST_NAME) return []
  const wrong = `is too long: the last of ${replicas} replicas would be called "${last}".`
  return [
    {
      input: 'name',
      wrong,
      allowed: `up to ${LONGEST_NAME} characters with the number of the replica`,
      example: 'name: apono-connector',
    },
  ]
}

const LONGEST_NAME = 63
