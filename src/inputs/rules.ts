import type { Adopt } from '../spec/adoption.ts'
import { LATEST_KNOWN } from '../spec/connector.ts'
import { OWN_TAGS } from '../spec/tags.ts'
import type { VaultSecret } from './connector.ts'
import type { Operation } from './inputs.ts'
import type { Cloud } from './place.ts'
import type { Broken, Rule } from './reader.ts'
import { broken, choice, pattern } from './rule.ts'

type Range = { readonly min: number; readonly max: number; readonly step: number; readonly unit: string }

export function numberIn({ min, max, step, unit }: Range, example: string): Rule<number> {
  const parse = (text: string): number | Broken => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (Number.isNaN(value)) return broken('is not a number.')
    if (value < min || value > max) return broken('is out of range.')
    const steps = value / step
    return Math.abs(steps - Math.round(steps)) < 1e-9 ? value : broken(`is not a multiple of ${step}.`)
  }
  return { allowed: `${unit} from ${min} to ${max}, in steps of ${step}`, example, parse }
}

export const operation: Rule<Operation> = choice(['plan', 'apply', 'drift', 'destroy'], 'operation: plan')

export function guid(example: string): Rule<string> {
  return pattern('a GUID', example, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, (text) => text.toLowerCase())
}

/** Group names of Microsoft.Resources: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const resourceGroup = pattern(
  '1 to 90 letters, digits, underscores, hyphens, periods or parentheses, not ending in a period',
  'resource-group: rg-apono',
  /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u,
)

/** Pattern of the container group's name in the 2025-09-01 API description. */
export const groupName = pattern(
  '1 to 63 letters, digits, hyphens or underscores, beginning and ending with a letter or digit',
  'name: apono-connector',
  /^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/,
)

export const connectorId = pattern(
  '1 to 128 letters, digits, hyphens, underscores or periods, beginning with a letter or digit',
  'connector-id: apono-connector',
  /^[a-zA-Z0-9][-_.a-zA-Z0-9]{0,127}$/,
)

export const location = pattern(
  'an Azure region by its short or its long name',
  'location: westeurope',
  /^[a-zA-Z][a-zA-Z0-9 ]{1,62}$/,
  (text) => text.replaceAll(' ', '').toLowerCase(),
)

export const version = pattern(
  'three numbers with periods between them, a leading v is fine; or latest-known',
  'connector-version: v1.7.8',
  /^(latest-known|v?\d{1,4}\.\d{1,4}\.\d{1,4})$/,
  (text) => (text === 'latest-known' ? LATEST_KNOWN.version : `v${text.replace(/^v/, '')}`),
)

export const hostName = pattern(
  'a host name without scheme, port or path',
  'apono-url: api.apono.io',
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i,
  (text) => text.toLowerCase(),
)

export const token = pattern(
  'the token from the "Install connector" screen of Apono, without blanks or line breaks inside',
  'apono-token: ${{ secrets.APONO_TOKEN }}',
  /^[\x21-\x7e]+$/,
)

/** Limits of a container group: https://learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits */
export const cpu = numberIn({ min: 1, max: 31, step: 0.01, unit: 'cores' }, 'cpu: 1')
export const replicas = numberIn({ min: 1, max: 10, step: 1, unit: 'container groups' }, 'replicas: 2')
export const memory = numberIn({ min: 0.5, max: 240, step: 0.1, unit: 'GB' }, 'memory: 2')

const SECONDS = { s: 1, m: 60, h: 3600 } as const

/** Seconds. */
export const duration: Rule<number> = {
  allowed: 'a whole number with s, m or h, from 30s to 6h',
  example: 'timeout: 20m',
  parse(text) {
    const match = /^(?<count>\d{1,5})(?<unit>[smh])$/.exec(text)
    const { count, unit } = match?.groups ?? {}
    if (count === undefined || (unit !== 's' && unit !== 'm' && unit !== 'h')) return broken('is not a duration.')
    const seconds = Number(count) * SECONDS[unit]
    return seconds >= 30 && seconds <= 6 * 3600 ? seconds : broken('is out of range.')
  },
}

const ADOPT = { true: 'yes', false: 'no', 'keep-size': 'keep-size' } as const

export const adopt: Rule<Adopt> = {
  allowed: Object.keys(ADOPT).join(', '),
  example: 'adopt: keep-size',
  parse: (text) => Object.entries(ADOPT).find(([name]) => name === text)?.[1] ?? broken('is none of the choices.'),
}

export const cloud: Rule<Cloud> = {
  allowed: 'public, usgovernment, china, or the https URL of an Azure Resource Manager',
  example: 'cloud: public',
  // A URL may carry a password.
  conceal: true,
  parse(text) {
    if (text === 'public' || text === 'usgovernment' || text === 'china') return { name: text }
    if (!URL.canParse(text)) return broken('is neither a cloud we know nor a URL.')
    const { protocol, username, password, pathname, search, hash, origin } = new URL(text)
    if (protocol !== 'https:') return broken('has to begin with https://.')
    if (username !== '' || password !== '') return broken('has a user name or password in it.')
    const bare = pathname === '/' && search === '' && hash === ''
    return bare ? { name: 'custom', url: origin } : broken('has to be a host and perhaps a port, nothing more.')
  },
}

/** Names of vaults and of what is in them: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#objects-identifiers-and-versioning */
export const vaultSecret: Rule<VaultSecret> = {
  allowed: 'the https URL of a secret in a Key Vault, with or without a version',
  example: 'apono-token-secret: https://acme.vault.azure.net/secrets/apono-token',
  // A URL may carry a password.
  conceal: true,
  parse(text) {
    if (!URL.canParse(text)) return broken('is not a URL.')
    const { protocol, username, password, port, host, pathname, search, hash } = new URL(text)
    if (protocol !== 'https:') return broken('has to begin with https://.')
    if (username !== '' || password !== '') return broken('has a user name or password in it.')
    const [, name, version] = /^\/secrets\/([0-9a-zA-Z-]{1,127})(?:\/([0-9a-zA-Z]{1,64}))?\/?$/.exec(pathname) ?? []
    if (name === undefined || port !== '' || search !== '' || hash !== '')
      return broken('has not the form https://<vault>/secrets/<name> or https://<vault>/secrets/<name>/<version>.')
    return { host, name, version }
  },
}

export const apiToken = pattern(
  'an API token of Apono, of a service account or a person, without blanks or line breaks inside',
  'apono-api-token: ${{ secrets.APONO_API_TOKEN }}',
  /^[\x21-\x7e]+$/,
)

export const apiUrl: Rule<string> = {
  allowed: 'an https URL of a host',
  example: 'apono-api-url: https://api.apono.io',
  parse(text) {
    if (!URL.canParse(text)) return broken('is not a URL.')
    const { protocol, username, password } = new URL(text)
    if (protocol !== 'https:') return broken('has to begin with https://.')
    return username === '' && password === '' ? text.replace(/\/+$/, '') : broken('has a user name or password in it.')
  },
  conceal: true,
}

export const expectedPlan = pattern(
  'the output plan-fingerprint of an approved run (64 hex digits), the path of its plan-json file, or pull-request',
  'expected-plan: ${{ needs.plan.outputs.plan-fingerprint }}',
  /^([0-9a-f]{64}|.*\.json|pull-request)$/,
)

export const label = pattern(
  '1 to 64 letters, digits, blanks, periods, hyphens or underscores',
  'label: production',
  /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u,
)

/** Azure's limits: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const MOST_TAGS = 50 - OWN_TAGS.length
const RESERVED_PREFIXES = ['microsoft', 'azure', 'windows']

export function tagProblem(name: string, value: string): string | undefined {
  const shown = JSON.stringify(name)
  const lower = name.toLowerCase()
  if (name.trim() === '') return 'has a tag without a name.'
  if (OWN_TAGS.some((own) => own === lower)) return `sets the tag ${shown}, which the action sets itself.`
  if (RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return `has the tag ${shown}; Azure reserves names that begin with ${RESERVED_PREFIXES.join(', ')}.`
  }
  if (name.length > 512) return 'has a tag whose name is longer than 512 characters.'
  if (/\p{Cc}/u.test(name + value)) return 'has a tag with control characters.'
  if (/[<>%&\\?/]/.test(name)) return `has the tag ${shown}; tag names take none of < > % & \\ ? /.`
  if (value.length > 256) return `has the tag ${shown} with a value longer than 256 characters.`
  return undefined
}

/** What is wrong with the tags taken together. Azure does not tell tag names apart by casing. */
export function tagListProblems(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase())
  const alike = names.filter(
    (name, index) => lower.indexOf(name.toLowerCase()) !== index && names.indexOf(name) === index,
  )
  const twice = alike.map(
    (name) => `has the tag ${JSON.stringify(name)} twice: Azure does not tell upper from lower case.`,
  )
  if (names.length <= MOST_TAGS) return twice
  return [
    ...twice,
    `has ${names.length} tags; Azure takes 50 and the action needs ${OWN_TAGS.length} of them, so ${MOST_TAGS} are left.`,
  ]
}
