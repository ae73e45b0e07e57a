import type { InputReader, Unchecked } from './reader.ts'
import * as rule from './rules.ts'

/** How to ask Apono what it knows of the connector. */
export type AponoApi = {
  /** Secret: reads what Apono knows of the connector. Not the connector's token. */
  readonly aponoApiToken: string | undefined
  readonly aponoApiUrl: string
}

export function readAponoApi(read: InputReader): Unchecked<AponoApi> {
  return {
    aponoApiToken: read.secret('apono-api-token', rule.apiToken),
    aponoApiUrl: read.required('apono-api-url', rule.apiUrl),
  }
}
