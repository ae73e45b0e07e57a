import { DEFAULTS } from './defaults.ts'
import { keyValues } from './key-values.ts'
import type { InputReader, Unchecked } from './reader.ts'
import * as rule from './rules.ts'

/** What runs: the connector itself. */
export type Connector = {
  /** Secret: the connector's token, which is the registry password too. Undefined only for a plan. */
  readonly aponoToken: string | undefined
  readonly connectorId: string
  /** Name of the container group. */
  readonly name: string
  /** What the user set, rather than left to its default: a group found under another name or with another size may then stay so. */
  readonly given: { readonly name: boolean; readonly cpu: boolean; readonly memory: boolean }
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
}

/** @param connectorId read before the others, since they lean on it. @param writes does this run write the connector's token? */
export function readConnector(
  read: InputReader,
  connectorId: string | undefined,
  writes: boolean,
): Unchecked<Connector> {
  return {
    aponoToken: writes ? read.requiredSecret('apono-token', rule.token) : read.secret('apono-token', rule.token),
    connectorId,
    name: read.optional('name', rule.groupName) ?? read.derived('name', 'connector-id', connectorId, rule.groupName),
    given: {
      name: read.isSet('name'),
      cpu: read.isSet('cpu', DEFAULTS.cpu),
      memory: read.isSet('memory', DEFAULTS.memory),
    },
    replicas: read.required('replicas', rule.replicas),
    connectorVersion: read.required('connector-version', rule.version),
    aponoUrl: read.required('apono-url', rule.hostName),
    cpu: read.required('cpu', rule.cpu),
    memory: read.required('memory', rule.memory),
    environment: read.optional('environment', keyValues(rule.environmentProblem)) ?? {},
    tags: read.optional('tags', keyValues(rule.tagProblem, rule.tagListProblems)) ?? {},
  }
}
