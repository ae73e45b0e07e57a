import type { Route } from '../protocol.ts'
import { type Door, guarded, type Need } from './gate.ts'
import { pageOf } from './page.ts'
import { notFound } from './refusals.ts'
import { type Addresses, pullJson } from './shapes.ts'

const READ: Need = { of: ['pullRequests'], access: 'read' }

export function pullRoutes(door: Door, base: string, addresses: () => Addresses, origin: string): Route[] {
  const { forge, repository } = door
  return [
    {
      method: 'GET',
      path: `${base}/pulls/{number}`,
      handle: guarded(door, READ, ({ params }) => {
        const issue = forge.issues.get(Number(params.number))
        if (issue === undefined || issue.pull === null) throw notFound()
        return { status: 200, body: pullJson(addresses(), issue, repository()) }
      }),
    },
    {
      // The merged pull request that brought a commit of the default branch, or the open ones that hold it:
      // https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
      method: 'GET',
      path: `${base}/commits/{sha}/pulls`,
      handle: guarded(door, READ, (call) => {
        const { sha = '' } = call.params
        const pulls = [...forge.issues.values()].filter(({ pull }) => pull !== null)
        const merged = pulls.filter(({ pull }) => pull?.commits.includes(sha))
        const open = pulls.filter(({ pull, state }) => state === 'open' && pull?.headSha === sha)
        const found = merged.length > 0 ? merged : open
        return pageOf(
          found.map((issue) => pullJson(addresses(), issue, repository())),
          call,
          origin,
        )
      }),
    },
  ]
}
