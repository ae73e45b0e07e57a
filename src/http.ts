import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
} from '@azure/core-rest-pipeline'
import { isAborted, timedOut } from './ended.ts'
import { parseJson } from './json.ts'
import type { Patience } from './patience.ts'
import { type Posts, resending } from './resend.ts'

/** A JSON reply, as it came: whoever asked parses it. */
export type JsonReply = {
  readonly status: number
  readonly body: unknown
  /** The Date header: the moment of the reply by the clock of whoever sent it. */
  readonly date?: string | undefined
}

/** GET of JSON from the few endpoints that have no SDK. */
export interface Http {
  /** @throws DeployError `unreachable`, `throttled` or `timed-out` when no reply came at all. */
  getJson(url: string, headers?: Readonly<Record<string, string>>): Promise<JsonReply>
}

/** The name of `defaultRetryPolicy`, which the SDK does not export. */
const SDK_RETRY_POLICY = 'defaultRetryPolicy'

/** The SDKs' own pipeline, with proxies and certificates, and our way of sending again in place of theirs. */
export function patientPipeline(patience: Patience, posts: Posts): Pipeline {
  return madePatient(createPipelineFromOptions({}), patience, posts)
}

/** The same for the pipeline of an SDK's client. */
export function madePatient(pipeline: Pipeline, patience: Patience, posts: Posts): Pipeline {
  pipeline.removePolicy({ name: SDK_RETRY_POLICY })
  pipeline.addPolicy(resending(patience, posts), { phase: 'Retry' })
  return pipeline
}

/** Connections are shared by all that use this client. */
export function httpClient(): HttpClient {
  client ??= createDefaultHttpClient()
  return client
}
let client: HttpClient | undefined

/** Every request ends with the run. */
export function createHttp(patience: Patience): Http {
  const pipeline = patientPipeline(patience, 'doubles')
  return {
    async getJson(url, headers = {}) {
      const request = createPipelineRequest({
        url,
        headers: createHttpHeaders({ accept: 'application/json', ...headers }),
      })
      try {
        const { status, bodyAsText, headers: told } = await pipeline.sendRequest(httpClient(), request)
        return { status, body: parseJson(bodyAsText), date: told.get('date') }
      } catch (error) {
        throw isAborted(error) ? timedOut(`reach ${new URL(url).host}`, error) : error
      }
    },
  }
}
