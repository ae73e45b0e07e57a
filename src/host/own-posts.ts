import { field, list, text } from '../json.ts'
import type { Post } from './host.ts'
import type { Octokit } from './octokit.ts'

/** What REST tells of a comment or an issue, as far as we look at it. */
export type Written = {
  readonly node_id: string
  readonly id: number
  readonly html_url: string
  readonly body?: string | null | undefined
}

/** What our token has just written. */
export function ours({ id, html_url: url, body }: Omit<Written, 'node_id'>): Post {
  return { id, url, body: body ?? '', isEdited: false }
}

const AUTHORS =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Comment { viewerDidAuthor author { login } editor { login } } } }'

/** GitHub takes as many ids at a time. */
const MOST_IDS = 100

/**
 * Only GraphQL tells whether a token's own user or bot wrote a text, for tokens of every kind, and who changed it last:
 * `GET /user` is closed to the job's token, and a login compared by name can be mistaken.
 * https://docs.github.com/graphql/reference/interfaces#comment
 */
export async function ownAmong(octokit: Octokit, posts: readonly Written[]): Promise<Post[]> {
  const own: Post[] = []
  for (let at = 0; at < posts.length; at += MOST_IDS) {
    const some = posts.slice(at, at + MOST_IDS)
    const reply: unknown = await octokit.graphql(AUTHORS, { ids: some.map(({ node_id }) => node_id) })
    const nodes = new Map(list(field(reply, 'nodes')).map((node) => [text(field(node, 'id')), node]))
    for (const post of some) {
      const node = nodes.get(post.node_id)
      if (field(node, 'viewerDidAuthor') === true) own.push({ ...ours(post), isEdited: isEdited(node) })
    }
  }
  return own
}

function isEdited(node: unknown): boolean {
  const editor = text(field(field(node, 'editor'), 'login'))
  return editor !== undefined && editor !== text(field(field(node, 'author'), 'login'))
}
