import type { DeployError } from '../errors.ts'
import type { RunContext } from '../host/host.ts'
import { code, link } from './markdown.ts'

const BEGINNING = '> [!CAUTION]\n> **Outdated.**'

/** A comment whose plan is of an earlier commit, with a notice on top; a notice that is there already is replaced. */
export function outdatedNotice(
  shown: string,
  error: DeployError,
  { commit: tried, pullRequest, runUrl }: RunContext,
): string {
  const commit = pullRequest?.head || tried
  const earlier = shown.startsWith(BEGINNING) ? shown.slice(shown.indexOf('\n\n') + 2) : shown
  const at = commit === '' ? '' : ` at commit ${code(commit.slice(0, 7))}`
  const run = runUrl === '' ? '' : ` See ${link('the run', runUrl)}.`
  return `${BEGINNING} There is no plan${at}: ${code(error.code)}.${run} What follows is of an earlier commit.\n\n${earlier}`
}
