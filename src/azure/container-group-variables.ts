import type { EnvironmentVariable } from '@azure/arm-containerinstance'
import { canonicalJson } from '../engine/canonical.ts'
import { isSensitive, sensitive, type Value } from '../engine/resource.ts'
import { parseJson } from '../json.ts'
import { type ContainerGroupProperties, EXPOSED_TOKEN } from '../spec/resources.ts'
import type { Secrets } from '../spec/secrets.ts'
import { readSecureRecord } from '../spec/secure-fingerprints.ts'

/** The variables of a PUT, but for the token. */
export function variablesOf(
  { environment }: ContainerGroupProperties,
  secrets: Secrets['environment'],
): EnvironmentVariable[] {
  return Object.entries(environment).map(([name, value]) => {
    if (isSensitive(value)) return { name, secureValue: secrets[name] ?? '' }
    return { name, value: typeof value === 'object' ? canonicalJson(value) : String(value) }
  })
}

export function connectorIdIn(variables: readonly EnvironmentVariable[] | undefined): string | undefined {
  return variables?.find(({ name }) => name === 'APONO_CONNECTOR_ID')?.value
}

/** A secure variable comes back with its name only: https://learn.microsoft.com/azure/container-instances/container-instances-environment-variables */
export function tokenOf(
  variables: readonly EnvironmentVariable[],
  fingerprint: string | undefined,
): ContainerGroupProperties['token'] {
  const variable = variables.find(({ name }) => name === 'APONO_TOKEN')
  if (variable === undefined) return null
  return variable.value === undefined ? sensitive(fingerprint ?? null) : EXPOSED_TOKEN
}

/** All variables but the token; secure ones with the fingerprint that the record has of them. */
export function environmentOf(
  variables: readonly EnvironmentVariable[],
  secureRecord: string | undefined,
): Record<string, Value> {
  const others = variables.filter(({ name }) => name !== 'APONO_TOKEN')
  const secure = others.filter(({ value }) => value === undefined).map(({ name }) => name)
  const fingerprints = readSecureRecord(secureRecord, secure)
  return Object.fromEntries(
    others.map(({ name, value }) => [
      name,
      value === undefined ? sensitive(fingerprints.get(name) ?? null) : settled(name, value),
    ]),
  )
}

/** The metadata is a JSON object: another order of its keys is no other value. */
function settled(name: string, value: string): Value {
  // What JSON.parse gives back is made of plain values only.
  const fields = name === 'CONNECTOR_METADATA' ? parseJson(value) : undefined
  return typeof fields === 'object' && fields !== null ? (fields as Value) : value
}
