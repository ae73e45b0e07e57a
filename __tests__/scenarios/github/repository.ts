import type { Account, Comment, Issue } from '../../../sandbox/github/records.ts'
import type { Result } from '../../stage/result.ts'
import type { Stage, StageOptions } from '../../stage.ts'

export const MALLORY: Account = { login: 'mallory', id: 6660, type: 'User' }

/** Nothing takes time: these tests are about what is said. */
export const AT_ONCE: StageOptions = { timing: { replicationMs: 0, graphConsistencyMs: 0 } }

/** From here on runs are about this pull request, which comes into being. */
export function onPullRequest({ control }: Stage, number = 7): void {
  control.setGithub({ eventName: 'pull_request', ref: `refs/pull/${number}/merge`, sha: shaOf('a', number) })
}

/** Merges it, and from here on runs are about the commit on main that this made. */
export function onMerge({ control }: Stage, number = 7, commits: readonly string[] = [shaOf('b', number)]): void {
  control.forge.merge(number, commits)
  onMain(control, commits.at(-1) ?? '')
}

export function onMain(control: Stage['control'], sha: string, eventName = 'push'): void {
  control.setGithub({ eventName, ref: 'refs/heads/main', sha })
}

export function shaOf(kind: 'a' | 'b' | 'c', number: number): string {
  return String(number).padStart(40, kind)
}

export function commentsOn({ control }: Stage, number = 7): readonly Comment[] {
  return control.forge.comments(number)
}

/** The one comment of the action there. @throws Error when there is none or another one. */
export function ownComment(stage: Stage, number = 7): Comment {
  const own = commentsOn(stage, number).filter(({ author }) => author.login === 'github-actions[bot]')
  const [only] = own
  if (only === undefined || own.length > 1) throw new Error(`${own.length} comments of the action instead of one`)
  return only
}

/** Issues, without pull requests. */
export function issuesOf({ control }: Stage): readonly Issue[] {
  return control.forge.issues().filter(({ pull }) => pull === null)
}

/** `METHOD path` of what a run changed on GitHub, below the repository. */
export function saidIn({ requests }: Pick<Result, 'requests'>): string[] {
  const writes = requests.filter(({ method, path }) => method !== 'GET' && /^\/github\/api\/repos\//.test(path))
  return writes.map(({ method, path }) => `${method} ${path.replace(/^\/github\/api\/repos\/[^/]+\/[^/]+\//, '')}`)
}

/** `METHOD path` of everything a run asked GitHub's API. */
export function askedIn({ requests }: Pick<Result, 'requests'>): string[] {
  return requests
    .filter(({ path }) => path.startsWith('/github/api/'))
    .map(({ method, path }) => `${method} ${path.replace('/github/api/', '')}`)
}

/** What the runner shows beside the run. */
export function warningsIn({ raw }: Pick<Result, 'raw'>): string[] {
  return raw.split('\n').filter((line) => line.startsWith('::warning'))
}
