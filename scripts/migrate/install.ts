import { field, list, parseJson, text } from '../../src/json.ts'
import { othersIn } from './others.ts'

/** A variable of the connector; `value` is undefined for a secure one. */
export type Variable = { readonly name: string; readonly value: string | undefined }

/** A container group that runs a connector, as far as inputs can say it. Holds no secret but readable variables. */
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
  readonly hasReadableToken: boolean
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
 * Reads a container group, in the shape of az (flat, `memoryInGb`) or of Azure's API (with `properties`, `memoryInGB`).
 * @throws Error that says what it is instead. Never with a part of the text, which may hold the token.
 */
export function parseInstall(json: string): Install {
  const parsed = parseJson(json)
  if (parsed === undefined) throw new Error('this is no JSON. az prints it with --output json.')
  const group = flat(Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed)
  const containers = list(group.containers).map(flat)
  const container = containers.find((each) => variablesOf(each).some(({ name }) => name === 'APONO_CONNECTOR_ID'))
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
      ids: Object.keys(identities),
    },
    tags: texts(group.tags),
    zones: list(group.zones).map(String),
    image: text(container.image) ?? '',
    cpu: number(field(requests, 'cpu')),
    memory: number(field(requests, 'memoryInGB')) ?? number(field(requests, 'memoryInGb')),
    variables: all.filter(({ name }) => name !== 'APONO_TOKEN'),
    hasReadableToken: all.some(({ name, value }) => name === 'APONO_TOKEN' && value !== undefined),
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
