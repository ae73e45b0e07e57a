import type { Json, JsonObject, Reply, Route } from '../protocol.ts'
import { authenticate, type Door, isAllowed } from './gate.ts'
import type { Account, Comment, Issue } from './records.ts'
import { nodeId } from './shapes.ts'
import { bodyOf } from './text.ts'

/** The fields of an author that the one query served here may ask for. */
const FIELDS = ['nodes', 'id', 'author', 'editor', 'login', 'viewerDidAuthor']

/** GraphQL, for the one thing REST does not tell: who wrote a text and who changed it last. Any other query is answered 501. */
export function graphqlRoute(door: Door, api: string): Route {
  return {
    method: 'POST',
    path: `${api}/graphql`,
    handle: (call) => {
      authenticate(call, door.token)
      const { query, variables } = bodyOf(call)
      if (typeof query !== 'string' || !isAuthorQuery(query)) return unserved(String(query))
      const ids: Json | undefined = isObject(variables) ? variables.ids : undefined
      return { status: 200, body: answer(door, Array.isArray(ids) ? ids : []) }
    },
  }
}

function answer(door: Door, ids: readonly Json[]): JsonObject {
  const { forge } = door
  const readable = isAllowed(door, { of: ['issues', 'pullRequests'], access: 'read' })
  const refused = { type: 'FORBIDDEN', path: ['nodes'], message: 'Resource not accessible by integration' }
  if (!readable) return { data: { nodes: ids.map(() => null) }, errors: [refused] }
  const all = new Map<Json, Issue | Comment>([
    ...[...forge.comments.values()].map((comment) => [nodeId('IC', comment.id), comment] as const),
    ...[...forge.issues.values()].map((issue) => [nodeId('I', issue.id), issue] as const),
  ])
  const nodes = ids.map((id) => {
    const written = all.get(id)
    if (written === undefined) return null
    return {
      id,
      viewerDidAuthor: written.author.login === forge.settings.account.login,
      author: actor(written.author),
      editor: written.editor === null ? null : actor(written.editor),
    }
  })
  return { data: { nodes } }
}

/** GraphQL calls a bot by its name alone, REST by its name and `[bot]`. */
function actor({ login }: Account): JsonObject {
  return { login: login.replace(/\[bot\]$/, '') }
}

/** `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Comment { … } } }` with any of the fields above. */
function isAuthorQuery(query: string): boolean {
  const [, selection] = /^\s*query\s*\w*\s*\(\$ids:\s*\[ID!\]!\)\s*\{([\s\S]*)\}\s*$/.exec(query) ?? []
  if (selection === undefined) return false
  const names = selection
    .replaceAll(/nodes\(ids:\s*\$ids\)/g, 'nodes')
    .replaceAll(/\.\.\.\s*on\s+(Comment|Node)\b/g, '')
    .match(/[A-Za-z]+/g)
  return names?.every((name) => FIELDS.includes(name)) ?? false
}

function unserved(query: string): Reply {
  return { status: 501, body: { message: `The sandbox does not serve this GraphQL query: ${query}` } }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
