import type { LogEntry } from '../../sandbox/request-log.ts'
import { fieldsOf, isFields, itemsOf } from '../specs/json.ts'
import type { Result } from './result.ts'
import { secretIn } from './secrets.ts'

/** Texts that must stay where they belong, each with the name to call it by. */
export type Secrets = {
  /** Apono tokens: in requests only as a secure value and as the registry's password. */
  readonly apono: ReadonlyMap<string, string>
  /** Values of secure variables: in requests only as such. */
  readonly secure: ReadonlyMap<string, string>
  /** The job's request token, that of Apono's API, and what other ways to sign in hold: where they belong, the log does not keep them. GitHub's and Entra's tokens are found in the replies. */
  readonly job: ReadonlyMap<string, string>
  /** Keys of workspaces: in the reply that hands them out, and in the PUT of a group that logs there. */
  readonly keys: ReadonlyMap<string, string>
  /** Whether a group stands with its token in plain text, so that Azure itself gives it to every reader. */
  readonly readableToken: boolean
}

/** Every place where a run shows a secret. Empty is what one wants. */
export function leaksOf(result: Result, secrets: Secrets): string[] {
  const session = new Map([...secrets.job, ...result.requests.flatMap(tokensIn)])
  const everything = new Map([...secrets.apono, ...secrets.keys, ...session])
  const shown = [...placesOf(result), ...result.requests.flatMap((request) => requestPlaces(request, 'apono'))]
  return [
    ...found(shown, everything),
    ...found(
      [
        ...placesOf(result),
        ...result.requests.flatMap((request) => [
          ...requestPlaces(request, 'secure'),
          // A group of others may show in plain text what becomes a secret with us.
          ...(secrets.readableToken ? [] : replyPlaces(request, secrets)),
        ]),
      ],
      secrets.secure,
    ),
    ...found(
      result.requests.flatMap((request) => requestPlaces(request, 'job')),
      session,
    ),
    ...found(
      result.requests.flatMap((request) => replyPlaces(request, secrets)),
      secrets.apono,
    ),
    ...found(
      result.requests
        .filter(({ path }) => !/\/sharedKeys$/i.test(path))
        .flatMap((request) => replyPlaces(request, secrets)),
      secrets.keys,
    ),
  ]
}

type Place = readonly [name: string, text: string]

function found(places: readonly Place[], secrets: ReadonlyMap<string, string>): string[] {
  return places.flatMap(([place, text]) => {
    const name = secretIn(text, secrets)
    return name === undefined ? [] : [`${name} stands in ${place}`]
  })
}

function placesOf({ raw, outputs, summary, planJson, files }: Result): Place[] {
  const log = raw.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  return [
    ['the log', log.join('\n')],
    ...Object.entries(outputs).map(([name, value]) => [`the output ${name}`, value] as const),
    ['the summary', summary],
    ['plan-json', planJson],
    ...Object.entries(files).map(([path, text]) => [`the file ${path}`, text] as const),
  ]
}

/** What GitHub and Entra handed out in this exchange, each with the name to call it by. */
export function tokensIn({ path, replyBody }: LogEntry): Place[] {
  if (!/\/(runner|msi)\/token\/?$|\/oauth2\//.test(path)) return []
  const { value, access_token: accessToken } = fieldsOf(parsed(replyBody))
  return Object.entries({ "GitHub's token": value, 'an access token': accessToken }).flatMap(([name, token]) =>
    typeof token === 'string' && token !== '' ? [[token, name] as const] : [],
  )
}

function requestPlaces({ method, path, query, headers, body }: LogEntry, kind: 'apono' | 'secure' | 'job'): Place[] {
  const name = `${method} ${path}`
  return [
    [`the path of ${name}`, path],
    [`the query of ${name}`, query],
    [`the headers of ${name}`, Object.values(headers).join('\n')],
    [`the body of ${name}`, WITHOUT_PROPER[kind](method, path, body)],
  ]
}

/** What a body holds besides the places where a secret of the kind belongs. */
const WITHOUT_PROPER = {
  apono: (method: string, _path: string, body: string) => withoutSecureValues(method, body),
  secure: (_method: string, _path: string, body: string) =>
    JSON.stringify(parsed(body), (_key, item: unknown) => (isFields(item) ? without(item, 'secureValue') : item)),
  job: (_method: string, path: string, body: string) => withoutAssertion(path, body),
} as const

function replyPlaces({ method, path, replyHeaders, replyBody }: LogEntry, { readableToken }: Secrets): Place[] {
  const name = `the reply to ${method} ${path}`
  // A vault is where the token comes from.
  if (path.startsWith('/secrets/')) return []
  return [
    [`the headers of ${name}`, Object.values(replyHeaders).join('\n')],
    // What a container writes to its log is its own affair; what we make of it is not.
    ...(path.endsWith('/logs')
      ? []
      : [[name, readableToken ? withoutTokenVariable(replyBody, 'value') : replyBody] as const]),
  ]
}

/** A PUT without the places where secrets belong: the token's variable, the registry's password, the workspace's key. */
function withoutSecureValues(method: string, body: string): string {
  if (method !== 'PUT') return withoutAssertion('/oauth2/', body)
  const group = parsed(withoutTokenVariable(body, 'secureValue'))
  const properties = fieldsOf(fieldsOf(group).properties)
  const credentials = itemsOf(properties.imageRegistryCredentials).map((item) => without(item, 'password'))
  const logAnalytics = without(fieldsOf(properties.diagnostics).logAnalytics, 'workspaceKey')
  return isFields(group)
    ? JSON.stringify({
        ...group,
        properties: { ...properties, imageRegistryCredentials: credentials, diagnostics: { logAnalytics } },
      })
    : body
}

/** The same JSON without the value of the variable APONO_TOKEN. */
function withoutTokenVariable(body: string, field: 'value' | 'secureValue'): string {
  return JSON.stringify(parsed(body), (_key, item: unknown) =>
    fieldsOf(item).name === 'APONO_TOKEN' ? without(item, field) : item,
  )
}

function withoutAssertion(path: string, body: string): string {
  if (!path.includes('/oauth2/')) return body
  const form = new URLSearchParams(body)
  form.delete('client_assertion')
  form.delete('client_secret')
  return form.toString()
}

function without(item: unknown, field: string): unknown {
  const { [field]: _, ...rest } = fieldsOf(item)
  return rest
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
