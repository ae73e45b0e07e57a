import { field, text } from '../json.ts'
import type { RunContext, Withheld } from './host.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Events for which GitHub treats a fork's branch with suspicion; `pull_request_target` runs in the name of the base. */
const OF_PULL_REQUESTS = ['pull_request', 'pull_request_review', 'pull_request_review_comment']

/** Events that Dependabot starts and that are then treated like a fork's. */
const OF_DEPENDABOT = [...OF_PULL_REQUESTS, 'push', 'create', 'deployment', 'deployment_status']

/** What the runner's variables and the event's payload tell of a run. Pure. */
export function runContextOf(environment: Environment, event: unknown): RunContext {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: run = '' } = environment
  const [, branch] = /^refs\/heads\/(.+)$/.exec(environment.GITHUB_REF ?? '') ?? []
  const pullRequest = field(event, 'pull_request')
  const number = field(pullRequest, 'number')
  const withheld = withheldFrom(environment, event)
  return {
    repository,
    eventName: environment.GITHUB_EVENT_NAME ?? '',
    commit: environment.GITHUB_SHA ?? '',
    runUrl: repository && server && run ? `${server}/${repository}/actions/runs/${run}` : '',
    ...(branch !== undefined && { branch }),
    ...(typeof number === 'number' && {
      pullRequest: { number, head: text(field(field(pullRequest, 'head'), 'sha')) ?? '' },
    }),
    ...(withheld !== undefined && { withheld }),
  }
}

/**
 * An owner may allow forks and Dependabot more than usual, so only a run that did get no token counts.
 * https://docs.github.com/code-security/dependabot/troubleshooting-dependabot/troubleshooting-dependabot-on-github-actions
 */
function withheldFrom(environment: Environment, event: unknown): Withheld | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, GITHUB_EVENT_NAME: name = '', GITHUB_ACTOR: actor } = environment
  if (url) return undefined
  if (OF_PULL_REQUESTS.includes(name) && isFork(field(event, 'pull_request'))) return 'fork'
  return actor === 'dependabot[bot]' && OF_DEPENDABOT.includes(name) ? 'dependabot' : undefined
}

/** The head has no repository any more once a fork is deleted. */
function isFork(pullRequest: unknown): boolean {
  const base = repositoryOf(pullRequest, 'base')
  return base !== undefined && repositoryOf(pullRequest, 'head') !== base
}

function repositoryOf(pullRequest: unknown, side: 'head' | 'base'): string | undefined {
  return text(field(field(field(pullRequest, side), 'repo'), 'full_name'))
}
