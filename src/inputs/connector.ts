import { DEFAULTS } from './defaults.ts'
import { keyValues, type ParseYaml } from './key-values.ts'
import type { InputReader, Unchecked } from './reader.ts'
import * as rule from './rules.ts'
import { parserFor } from './yaml-text.ts'

/** A secret in an Azure Key Vault; without a version, its newest. */
export type VaultSecret = {
  /** `acme.vault.azure.net`, in lower case. */
  readonly host: string
  readonly name: string
  readonly version: string | undefined
}

/** What runs: the connector itself. */
export type Connector = {
  /** Secret: the connector's token, which is the registry password too. */
  readonly aponoToken: string | undefined
  /** Where in a Key Vault that token is, in place of the token. */
  readonly aponoTokenSecret: VaultSecret | undefined
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
  readonly tags: Readonly<Record<string, string>>
}

const tagsRule = (parseYaml: ParseYaml) =>
  keyValues({ parseYaml, problemOf: rule.tagProblem, listProblems: rule.tagListProblems })

const ONE_OF_TWO = {
  allowed: 'one of apono-token and apono-token-secret',
  example: 'apono-token: ${{ secrets.APONO_TOKEN }}',
}

/** What writes the token needs one of the two; nothing takes both. */
function readToken(read: InputReader, writes: boolean): Unchecked<Pick<Connector, 'aponoToken' | 'aponoTokenSecret'>> {
  const aponoTokenSecret = read.optional('apono-token-secret', rule.vaultSecret)
  const isSecretSet = read.isSet('apono-token-secret')
  const aponoToken =
    writes && !isSecretSet ? read.requiredSecret('apono-token', rule.token) : read.secret('apono-token', rule.token)
  if (isSecretSet && read.isSet('apono-token'))
    read.problems.push({ input: 'apono-token-secret', wrong: 'is set beside apono-token.', ...ONE_OF_TWO })
  return { aponoToken, aponoTokenSecret }
}

/** @param connectorId read before the others, since they lean on it. @param writes does this run write the connector's token? */
export async function readConnector(
  read: InputReader,
  connectorId: string | undefined,
  writes: boolean,
): Promise<Unchecked<Connector>> {
  return {
    ...readToken(read, writes),
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
    tags: read.optional('tags', tagsRule(await parserFor(read, 'tags'))) ?? {},
  }
}
