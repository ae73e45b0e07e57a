import type { Step } from '../../../scripts/runner.ts'
import type { Result } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import { onMerge, onPullRequest } from './repository.ts'

export const PLAN = { operation: 'plan' }
export const MERGED = { operation: 'apply', wait: 'none', 'expected-plan': 'pull-request' }

/** What a run changed in Azure. */
export function writesTo({ requests }: Result): string[] {
  const azure = requests.filter(({ method, path }) => method !== 'GET' && /^\/subscriptions\//.test(path))
  return azure.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)
}

export async function plannedAndMerged(stage: Stage, inputs: Step['inputs'] = {}): Promise<void> {
  onPullRequest(stage)
  await stage.runInProcess({ ...PLAN, ...inputs })
  onMerge(stage)
}
