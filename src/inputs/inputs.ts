import { DeployError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Adopt } from '../spec/adoption.ts'
import { grantKey, mainGrants } from '../spec/desired-grants.ts'
import { knownRoleId } from '../spec/roles.ts'
import { keyValues } from './key-values.ts'
import { type Grants, readGrants } from './permissions.ts'
import { InputReader, type Problem } from './reader.ts'
import { trueOrFalse } from './rule.ts'
import * as rule from './rules.ts'

/** Where Azure is: a cloud we know, or an ARM endpoint that describes its own. */
export type Cloud =
  | { readonly name: 'public' | 'usgovernment' | 'china' }
  | { readonly name: 'custom'; readonly url: string }

export type Operation = 'plan' | 'apply' | 'drift' | 'destroy'

/** Everything the user asked for, parsed and complete. Nothing deeper reads raw inputs. */
export type Inputs = Grants & {
  readonly operation: Operation
  readonly clientId: string
  readonly tenantId: string
  readonly subscriptionId: string
  readonly cloud: Cloud
  readonly resourceGroup: string
  /** Azure's short form, `westeurope`; undefined means the resource group's. */
  readonly location: string | undefined
  /** Secret: the connector's token, which is the registry password too. Undefined only for a plan. */
  readonly aponoToken: string | undefined
  readonly connectorId: string
  /** Name of the container group. */
  readonly name: string
  /** What the user set, rather than left to its default: a group found under another name or with another size may then stay so. */
  readonly given: { readonly name: boolean; readonly cpu: boolean; readonly memory: boolean }
  readonly adopt: Adopt
  /** How many container groups run the connector side by side. */
  readonly replicas: number
  /** With the leading v: `v1.7.8`. */
  readonly connectorVersion: string
  /** Host only, as the connector expects it. */
  readonly aponoUrl: string
  /** Cores. */
  readonly cpu: number
  /** GB. */
  readonly memory: number
  readonly environment: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Secret: reads what Apono knows of the connector. Not the connector's token. */
  readonly aponoApiToken: string | undefined
  readonly aponoApiUrl: string
  /** Destroy although integrations still use the connector. */
  readonly force: boolean
  /** Consent to plans that delete something and create it again. */
  readonly allowReplace: boolean
  /** Fingerprint of the plan that was approved, or the path of its file. */
  readonly expectedPlan: string | undefined
  /** For drift: is it a failure of the run, and is it taken back at once? */
  readonly failOnDrift: boolean
  readonly autoRepair: boolean
  /** Seconds that the whole run may take. */
  readonly timeout: number
  readonly summary: boolean
}

/** What an input means when it is not set. action.yml says the same, so that the runner shows it; a test holds the two together. */
export const DEFAULTS = {
  operation: 'plan',
  cloud: 'public',
  'connector-id': 'apono-connector',
  'connector-version': 'v1.7.8',
  'apono-url': 'api.apono.io',
  cpu: '1',
  memory: '2',
  replicas: '1',
  adopt: 'true',
  'identity-type': 'SystemAssigned',
  'disable-locks': 'false',
  'constrain-roles': 'none',
  'apono-api-url': 'https://api.apono.io',
  force: 'false',
  'allow-replace': 'false',
  'fail-on-drift': 'true',
  'auto-repair': 'false',
  timeout: '20m',
  summary: 'true',
} as const

/** @throws DeployError `invalid-inputs` that names every problem at once. */
export async function parseInputs(host: Pick<Host, 'input' | 'mask'>): Promise<Inputs> {
  const read = new InputReader(host, DEFAULTS)
  const operation = read.required('operation', rule.operation)
  const connectorId = read.required('connector-id', rule.connectorId)
  const inputs: Unchecked = {
    operation,
    clientId: read.required('client-id', rule.guid('client-id: ${{ vars.AZURE_CLIENT_ID }}')),
    tenantId: read.required('tenant-id', rule.guid('tenant-id: ${{ vars.AZURE_TENANT_ID }}')),
    subscriptionId: read.required('subscription-id', rule.guid('subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}')),
    cloud: read.required('cloud', rule.cloud),
    resourceGroup: read.required('resource-group', rule.resourceGroup),
    location: read.optional('location', rule.location),
    aponoToken:
      operation === 'apply' || (operation === 'drift' && host.input('auto-repair').trim() === 'true')
        ? read.requiredSecret('apono-token', rule.token)
        : read.secret('apono-token', rule.token),
    connectorId,
    name: read.optional('name', rule.groupName) ?? read.derived('name', 'connector-id', connectorId, rule.groupName),
    given: {
      name: read.isSet('name'),
      cpu: read.isSet('cpu', DEFAULTS.cpu),
      memory: read.isSet('memory', DEFAULTS.memory),
    },
    adopt: read.required('adopt', rule.adopt),
    replicas: read.required('replicas', rule.replicas),
    connectorVersion: read.required('connector-version', rule.version),
    aponoUrl: read.required('apono-url', rule.hostName),
    cpu: read.required('cpu', rule.cpu),
    memory: read.required('memory', rule.memory),
    environment: read.optional('environment', keyValues(rule.environmentProblem)) ?? {},
    tags: read.optional('tags', keyValues(rule.tagProblem, rule.tagListProblems)) ?? {},
    ...(await readGrants(read, operation)),
    aponoApiToken: read.secret('apono-api-token', rule.apiToken),
    aponoApiUrl: read.required('apono-api-url', rule.apiUrl),
    force: read.required('force', trueOrFalse('force')),
    allowReplace: read.required('allow-replace', trueOrFalse('allow-replace')),
    expectedPlan: read.optional('expected-plan', rule.expectedPlan),
    failOnDrift: read.required('fail-on-drift', trueOrFalse('fail-on-drift')),
    autoRepair: read.required('auto-repair', trueOrFalse('auto-repair')),
    timeout: read.required('timeout', rule.duration),
    summary: read.required('summary', trueOrFalse('summary')),
  }
  if (operation === 'destroy') read.confirm('confirm', connectorId)
  read.problems.push(...leaks(inputs), ...collisions(inputs), ...longNames(inputs))
  if (read.problems.length > 0 || !isComplete(inputs)) throw invalidInputs(read.problems)
  return inputs
}

/** An input with a problem is undefined until all of them are reported together. */
type Unchecked = { readonly [Name in keyof Inputs]: Inputs[Name] | undefined }
type MayBeUndefined = 'location' | 'aponoToken' | 'aponoApiToken' | 'expectedPlan'

function isComplete(inputs: Unchecked): inputs is Inputs {
  const mayBeUndefined: Readonly<Record<MayBeUndefined, true>> = {
    location: true,
    aponoToken: true,
    aponoApiToken: true,
    expectedPlan: true,
  }
  return Object.entries(inputs).every(([name, value]) => value !== undefined || name in mayBeUndefined)
}

/** One grant of a role at a scope: a second would replace the first, and with it the limits that were put on it. */
function collisions({ extraRoleAssignments = [], permissions, subscriptionId }: Unchecked): Problem[] {
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
function leaks({ aponoToken, aponoApiToken, environment, tags }: Unchecked): Problem[] {
  const secrets = [aponoToken, aponoApiToken].filter((secret) => secret !== undefined)
  const holders = Object.entries({ environment, tags }).filter(([, values]) =>
    Object.entries(values ?? {}).some((entry) => secrets.some((secret) => entry.join('=').includes(secret))),
  )
  return holders.map(([input]) => ({
    input,
    wrong: 'holds a token of Apono.',
    allowed: 'values that everyone with Reader on the group may see',
    example: 'apono-token: ${{ secrets.APONO_TOKEN }}, and nowhere else',
  }))
}

/** The last replica has the longest name. */
function longNames({ name, replicas }: Unchecked): Problem[] {
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

function invalidInputs(problems: readonly Problem[]): DeployError {
  const count = problems.length === 1 ? 'One input is' : `${problems.length} inputs are`
  const lines = problems.flatMap(({ input, given, wrong, allowed, example }) => [
    `- ${input}: ${wrong}${given === undefined ? '' : ` Given: ${given}.`}`,
    `    allowed: ${allowed}`,
    `    example: ${example}`,
  ])
  return new DeployError('invalid-inputs', [`${count} not right:`, ...lines].join('\n'), {
    hint: 'Correct the `with:` block of the step; nothing was sent to Azure. Every input is described in the README.',
  })
}
