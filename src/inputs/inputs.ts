import { DeployError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { keyValues } from './key-values.ts'
import { type Grants, readGrants } from './permissions.ts'
import { InputReader, type Problem } from './reader.ts'
import { trueOrFalse } from './rule.ts'
import * as rule from './rules.ts'

/** Where Azure is: a cloud we know, or an ARM endpoint that describes its own. */
export type Cloud =
  | { readonly name: 'public' | 'usgovernment' | 'china' }
  | { readonly name: 'custom'; readonly url: string }

export type Operation = 'plan' | 'apply'

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
  'identity-type': 'SystemAssigned',
  'disable-locks': 'false',
  'constrain-roles': 'none',
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
      operation === 'apply' ? read.requiredSecret('apono-token', rule.token) : read.secret('apono-token', rule.token),
    connectorId,
    name: read.optional('name', rule.groupName) ?? read.derived('name', 'connector-id', connectorId, rule.groupName),
    connectorVersion: read.required('connector-version', rule.version),
    aponoUrl: read.required('apono-url', rule.hostName),
    cpu: read.required('cpu', rule.cpu),
    memory: read.required('memory', rule.memory),
    environment: read.optional('environment', keyValues(rule.environmentProblem)) ?? {},
    tags: read.optional('tags', keyValues(rule.tagProblem, rule.tagListProblems)) ?? {},
    ...(await readGrants(read)),
    timeout: read.required('timeout', rule.duration),
    summary: read.required('summary', trueOrFalse('summary')),
  }
  read.problems.push(...leaks(inputs))
  if (read.problems.length > 0 || !isComplete(inputs)) throw invalidInputs(read.problems)
  return inputs
}

/** An input with a problem is undefined until all of them are reported together. */
type Unchecked = { readonly [Name in keyof Inputs]: Inputs[Name] | undefined }
type MayBeUndefined = 'location' | 'aponoToken'

function isComplete(inputs: Unchecked): inputs is Inputs {
  const mayBeUndefined: Readonly<Record<MayBeUndefined, true>> = { location: true, aponoToken: true }
  return Object.entries(inputs).every(([name, value]) => value !== undefined || name in mayBeUndefined)
}

/** Tags and plain variables can be read by every Reader of the group. */
function leaks({ aponoToken, environment, tags }: Unchecked): Problem[] {
  if (aponoToken === undefined) return []
  return Object.entries({ environment, tags }).flatMap(([input, values]) =>
    Object.entries(values ?? {})
      .filter((entry) => entry.join('=').includes(aponoToken))
      .map(() => ({
        input,
        wrong: 'holds the Apono token.',
        allowed: 'values that everyone with Reader on the group may see',
        example: 'apono-token: ${{ secrets.APONO_TOKEN }}, and nowhere else',
      })),
  )
}

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
