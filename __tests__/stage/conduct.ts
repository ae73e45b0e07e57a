import type { LogEntry } from '../../sandbox/request-log.ts'
import { loadSpecs, violations } from '../specs/conformance.ts'
import { skipReason, specsAreMissing } from '../specs/documents.ts'
import { exchangesOf } from '../specs/logged-exchange.ts'

const specs = specsAreMissing ? undefined : loadSpecs()
if (specsAreMissing) console.warn(`Conformance of the requests is not checked ${skipReason}`)

/**
 * What was wrong with the requests and replies of a run, whatever the run was for: against Microsoft's descriptions, a bug of the
 * sandbox, or a request to something that it does not serve. An injected fault answers as it likes.
 */
export function misconductOf(requests: readonly LogEntry[]): string[] {
  const genuine = requests.filter(({ fault }) => fault === null)
  const broken = genuine.flatMap(({ method, path, status, bug }) => [
    ...(bug === null ? [] : [`bug of the sandbox in ${method} ${path}: ${bug}`]),
    ...(status === 501 ? [`not served: ${method} ${path}`] : []),
  ])
  const unlike = specs === undefined ? [] : exchangesOf(genuine).flatMap((exchange) => violations(specs, exchange))
  return [...broken, ...unlike]
}
