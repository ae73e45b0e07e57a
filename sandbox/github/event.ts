import type { GithubSettings } from '../github-settings.ts'
import type { JsonObject } from '../protocol.ts'
import type { Forge } from './forge.ts'
import { type Addresses, pullJson } from './shapes.ts'

/** The number of a pull request whose run this is, by its ref. */
export function pullRequestOf({ ref }: Pick<GithubSettings, 'ref'>): number | undefined {
  const [, number] = /^refs\/pull\/(\d+)\/merge$/.exec(ref) ?? []
  return number === undefined ? undefined : Number(number)
}

const FORKLIKE = ['pull_request', 'pull_request_review', 'pull_request_review_comment']

/**
 * Whether GitHub trusts a run with no secret, no OIDC token and no write: pull requests from forks, and whatever Dependabot starts.
 * https://docs.github.com/code-security/dependabot/troubleshooting-dependabot/troubleshooting-dependabot-on-github-actions
 */
export function isRestricted(settings: GithubSettings, forge: Forge): boolean {
  const { actor, eventName, repository } = settings
  if (actor === 'dependabot[bot]' && [...FORKLIKE, 'push'].includes(eventName)) return true
  const pull = forge.issues.get(pullRequestOf(settings) ?? 0)?.pull
  return FORKLIKE.includes(eventName) && pull !== undefined && pull?.headRepository !== repository
}

/** The event that started a run, as the runner keeps it in the file of GITHUB_EVENT_PATH: https://docs.github.com/webhooks/webhook-events-and-payloads */
export function eventOf(settings: GithubSettings, forge: Forge, addresses: Addresses): JsonObject {
  const { repository, actor, eventName, ref, sha } = settings
  const [owner = '', name = ''] = repository.split('/')
  const number = pullRequestOf(settings)
  const issue = number === undefined ? undefined : forge.issues.get(number)
  return {
    repository: { full_name: repository, name, owner: { login: owner }, default_branch: 'main', private: true },
    sender: { login: actor, type: actor.endsWith('[bot]') ? 'Bot' : 'User' },
    ...(eventName === 'push' && { ref, after: sha, head_commit: { id: sha } }),
    ...(eventName === 'schedule' && { schedule: '17 4 * * *' }),
    ...(issue !== undefined && {
      action: 'synchronize',
      number: issue.number,
      pull_request: pullJson(addresses, issue, repository),
    }),
  }
}
