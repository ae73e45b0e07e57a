import { readJson } from './documents.ts'
import { addressed, type Exchange } from './exchange.ts'
import { type Fields, fieldsOf, itemsOf } from './json.ts'

/** An exchange with the real service, and the headers of its reply in lower case. */
export type WireSample = {
  readonly step: string
  readonly exchange: Exchange
  readonly headers: Readonly<Record<string, string>>
}

/** The recordings of the container group's life with its role assignment, in the order they happened. */
export const identityRecording = 'wire-samples/containergroup-system-identity-and-role.azure-cli.json'
/** The recording of a group with diagnostics, which shows a secret being left out. */
export const diagnosticsRecording = 'wire-samples/containergroup-diagnostics.azure-sdk-for-js.json'
/** The recording of a client that looks Entra up and signs in. */
export const entraRecording = 'wire-samples/entra-discovery-and-token.azure-sdk-for-js.json'

export function readWireSamples(file: string): WireSample[] {
  return itemsOf(readJson(file).exchanges).map((item) => sampleOf(fieldsOf(item)))
}

function sampleOf(item: Fields): WireSample {
  const request = fieldsOf(item.request)
  const response = fieldsOf(item.response)
  const headers = Object.entries(fieldsOf(response.headers)).map(([name, value]) => [name.toLowerCase(), String(value)])
  const { path, query } = addressed(String(request.url))
  return {
    step: String(item.step),
    headers: Object.fromEntries(headers),
    exchange: {
      method: String(request.method),
      path,
      // One recording has lost the version of its PUT; the version of the group's API is the same in all of them.
      query: { 'api-version': '2023-05-01', ...query },
      requestBody: request.body,
      status: Number(response.status),
      replyBody: response.body,
    },
  }
}
