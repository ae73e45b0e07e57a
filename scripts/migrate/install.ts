import { field, list, parseJson, text } from '../../src/json.ts'
import { othersIn } from './others.ts'

/** A variable of the connector; `value` is undefined for a secure one. */
export type Variable = { readonly name: string; readonly value: string | undefined }

/** Container groups that run one connector, as far as inputs can say it: what they share, told of the first. */
export type Install = {
  readonly id: string
  readonly name: string
  readonly location: string
  readonly tenantId: string | undefined
  readonly principalId: string | undefined
  readonly identity: { readonly type: string; readonly ids: readonly string[] }
  readonly tags: Readonly<Record<string, string>>
  readonly zones: readonly string[]
  readonly image: string
  readonly cpu: number | undefined
  readonly memory: number | undefined
  /** Without the token. */
  readonly variables: readonly Variable[]
  /** The token, where Azure shows it: so that nothing that holds it is printed. */
  readonly readableToken: string | undefined
  readonly replicas: number
  readonly registry: { readonly server: string; readonly username: string | undefined } | undefined
  /** Resource ids of subnets; empty for a group that only calls out. */
  readonly subnets: readonly string[]
  readonly nameServers: readonly string[]
  /** Customer id of the workspace it logs to. */
  readonly workspace: string | undefined
  /** What no input can say, in sentences. */
  readonly others: readonly string[]
}

/**
 * Reads a container group or a list of them, in the shape of az (flat, `memoryInGb`) or of Azure's API (with `properties`, `memoryInGB`).
 * Of a list, what runs no connector is passed over.
 * @throws Error that says what it is instead. Never with a part of the text, which may hold the token.
 */
export function parseInstall(json: string): Install {
  const parsed = parseJson(json)
  if (parsed === undefined) throw new Error('this is no JSON. az prints it with --output json.')
  const all = Array.isArray(parsed) ? parsed : [parsed]
  const groups = all.length === 1 ? all : all.filter(runsConnector)
  const [first, ...others] = groups.map(installOf).sort((one, other) => (one.name < other.name ? -1 : 1))
  if (first === undefined) throw new Error('no group of this list runs an Apono connector.')
  const ids = [...new Set([first, ...others].map(connectorIdOf))]
  if (ids.length > 1) throw new Error(`these are ${ids.length} connectors (${ids.join(', ')}). Give the groups of one.`)
  return others.length === 0 ? first : withReplicas(first, others)
}

/** Replicas differ in name and zone alone; in what else they differ, the plan follows the first. */
function withReplicas(first: Install, others: readonly Install[]): Install {
  const same = ({ image, cpu, memory, variables, subnets }: Install) =>
    JSON.stringify([image, cpu, memory, variables, subnets])
  const differing = others.filter((other) => same(other) !== same(first)).map(({ name }) => `"${name}"`)
  return {
    ...first,
    replicas: others.length + 1,
    zones: [...new Set([first, ...others].flatMap(({ zones }) => zones))],
    others: [
      ...first.others,
      ...(differing.length === 0
        ? []
        : [
            `Not all groups are alike: ${differing.join(', ')} would become as "${first.name}" is. The plan shows what changes.`,
          ]),
    ],
  }
}

export function connectorIdOf({ variables }: Install): string {
  return variables.find(({ name }) => name === 'APONO_CONNECTOR_ID')?.value ?? ''
}

function runsConnector(group: unknown): boolean {
  return list(flat(group).containers).some((container) => isConnector(flat(container)))
}

function isConnector(container: Fields): boolean {
  return variablesOf(container).some(({ name }) => name === 'APONO_CONNECTOR_ID')
}

function installOf(given: unknown): Install {
  const group = flat(given)
  const containers = list(group.containers).map(flat)
  const container = containers.find(isConnector)
  if (containers.length === 0) throw new Error('this is no container group: it has no containers.')
  if (container === undefined)
    throw new Error('no container of this group has the variable APONO_CONNECTOR_ID: it runs no Apono connector.')

  const requests = field(container.resources, 'requests')
  const all = variablesOf(container)
  const identities = Object(field(group.identity, 'userAssignedIdentities'))
  const credential = list(group.imageRegistryCredentials)[0]
  return {
    id: text(group.id) ?? '',
    name: text(group.name) ?? '',
    location: (text(group.location) ?? '').replaceAll(' ', '').toLowerCase(),
    tenantId: text(field(group.identity, 'tenantId')),
    principalId: text(field(group.identity, 'principalId')) ?? text(field(Object.values(identities)[0], 'principalId')),
    identity: {
      type: text(field(group.identity, 'type')) ?? 'None',
      ids: pullingFirst(Object.keys(identities), text(field(credential, 'identity'))),
    },
    tags: texts(group.tags),
    zones: list(group.zones).map(String),
    image: text(container.image) ?? '',
    cpu: number(field(requests, 'cpu')),
    memory: number(field(requests, 'memoryInGB')) ?? number(field(requests, 'memoryInGb')),
    variables: all.filter(({ name }) => name !== 'APONO_TOKEN'),
    readableToken: all.find(({ name }) => name === 'APONO_TOKEN')?.value,
    replicas: 1,
    registry:
      credential === undefined
        ? undefined
        : { server: text(field(credential, 'server')) ?? '', username: text(field(credential, 'username')) },
    subnets: list(group.subnetIds).flatMap((subnet) => text(field(subnet, 'id')) ?? []),
    nameServers: list(field(group.dnsConfig, 'nameServers')).map(String),
    workspace: text(field(field(group.diagnostics, 'logAnalytics'), 'workspaceId')),
    others: othersIn(group, container, containers.length),
  }
}

/** The first identity pulls the image, whichever came first so far. */
function pullingFirst(ids: readonly string[], pulling: string | undefined): string[] {
  const isPulling = (id: string) => id.toLowerCase() === pulling?.toLowerCase()
  return [...ids.filter(isPulling), ...ids.filter((id) => !isPulling(id))]
}

type Fields = Readonly<Record<string, unknown>>

/** What stands below `properties` in Azure's API stands beside the rest in az. */
function flat(value: unknown): Fields {
  return { ...Object(value), ...Object(field(value, 'properties')) }
}

function variablesOf(container: Fields): Variable[] {
  return list(container.environmentVariables).map((variable) => {
    const value = field(variable, 'value')
    return { name: text(field(variable, 'name')) ?? '', value: typeof value === 'string' ? value : undefined }
  })
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(value)).map(([name, each]) => [name, String(each)]))
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
