import type { GithubSettings } from '../github-settings.ts'
import type { Route } from '../protocol.ts'
import { commentRoutes } from './comment-routes.ts'
import { isRestricted } from './event.ts'
import type { Forge } from './forge.ts'
import { graphqlRoute } from './graphql.ts'
import { issueRoutes } from './issue-routes.ts'
import { pullRoutes } from './pull-routes.ts'
import type { Addresses } from './shapes.ts'

const API = '/github/api'

export function apiUrl(origin: string): string {
  return `${origin}${API}`
}

export function addressesOf({ repository }: Pick<GithubSettings, 'repository'>, origin: string): Addresses {
  return { html: `https://github.com/${repository}`, api: `${apiUrl(origin)}/repos/${repository}` }
}

/** GitHub's REST and GraphQL APIs, as far as the action uses them. */
export function forgeRoutes(
  github: { readonly forge: Forge; readonly apiToken: string; readonly settings: GithubSettings },
  origin: string,
): Route[] {
  const door = {
    forge: github.forge,
    token: github.apiToken,
    repository: () => github.settings.repository,
    isRestricted: () => isRestricted(github.settings, github.forge),
  }
  const addresses = () => addressesOf(github.settings, origin)
  const base = `${API}/repos/{owner}/{repo}`
  return [
    ...commentRoutes(door, base, addresses, origin),
    ...issueRoutes(door, base, addresses, origin),
    ...pullRoutes(door, base, addresses, origin),
    graphqlRoute(door, API),
  ]
}
