import type { Call, Reply } from './protocol.ts'

/** The api-version that a call asks for; ARM takes the name of the parameter in any casing. */
export function apiVersionOf(call: Call): string | undefined {
  for (const [name, value] of call.query) {
    if (name.toLowerCase() === 'api-version') return value
  }
  return undefined
}

/** ARM's words for a call whose api-version is missing or not served. */
export function apiVersionRefusal(version: string | undefined, served: readonly string[]): Reply {
  if (version === undefined || version === '') {
    return refusal(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    )
  }
  const supported = [...new Set(served)].sort((a, b) => b.localeCompare(a)).join(',')
  return refusal(
    'InvalidApiVersionParameter',
    `The api-version '${version}' is invalid. The supported versions are '${supported}'.`,
  )
}

function refusal(code: string, message: string): Reply {
  return { status: 400, body: { error: { code, message } } }
}
