import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline'
import { isAborted, timedOut } from './ended.ts'
import { DeployError, REACHABILITY_HINT } from './errors.ts'
import { parseJson } from './json.ts'

/** A JSON reply, as it came: whoever asked parses it. */
export type JsonReply = {
  readonly status: number
  readonly body: unknown
  /** The Date header: the moment of the reply by the clock of whoever sent it. */
  readonly date?: string | undefined
}

/** GET of JSON from the few endpoints that have no SDK, through the SDKs' own pipeline: same retries, proxies and certificates. */
export interface Http {
  /** @throws DeployError `unreachable` or `timed-out` when no reply came at all. */
  getJson(url: string, headers?: Readonly<Record<string, string>>): Promise<JsonReply>
}

/** Every request ends with `deadline`. */
export function createHttp(deadline: AbortSignal): Http {
  const client = createDefaultHttpClient()
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 3, maxRetryDelayInMs: 5_000 } })
  return {
    async getJson(url, headers = {}) {
      const request = createPipelineRequest({
        url,
        headers: createHttpHeaders({ accept: 'application/json', ...headers }),
        abortSignal: deadline,
      })
      try {
        const { status, bodyAsText, headers: told } = await pipeline.sendRequest(client, request)
        return { status, body: parseJson(bodyAsText), date: told.get('date') }
      } catch (error) {
        throw isAborted(error) ? timedOut(`reach ${new URL(url).host}`, error) : unreachable(url, error)
      }
    },
  }
}

function unreachable(url: string, cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `${new URL(url).host} could not be reached: ${reason}`
  return new DeployError('unreachable', message, { hint: REACHABILITY_HINT, cause })
}
