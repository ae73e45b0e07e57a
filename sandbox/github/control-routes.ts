import { bodyReader, closed, text } from '../control-body.ts'
import { created, empty, ok, route } from '../control-route.ts'
import type { Json, Route } from '../protocol.ts'
import type { ForgeControl } from './control.ts'
import type { NewPullRequest } from './forge.ts'
import type { Account, ForgeSettings, Issue } from './records.ts'

const texts = { type: 'array', items: text }
const account = closed({ login: text, id: { type: 'integer' }, type: { enum: ['User', 'Bot'] } }, 'login', 'id', 'type')
const access = { enum: ['none', 'read', 'write'] }
const positive = { type: 'integer', minimum: 1 }

const schemas = {
  settings: closed({
    account,
    issues: access,
    pullRequests: access,
    assignable: texts,
    contentLimit: closed(
      { count: { type: 'integer', minimum: 0 }, seconds: positive, status: { enum: [403, 429] } },
      'count',
      'seconds',
      'status',
    ),
  }),
  issue: closed(
    { title: text, body: { type: 'string' }, author: account, labels: texts, assignees: texts },
    'title',
    'body',
  ),
  pull: closed({
    number: positive,
    title: text,
    author: account,
    headRepository: { anyOf: [text, { type: 'null' }] },
    headRef: text,
    headSha: text,
    baseRef: text,
  }),
  merge: closed({ commits: texts }, 'commits'),
  comment: closed({ body: text, author: account }, 'body', 'author'),
  edit: closed({ body: text, editor: account }, 'body', 'editor'),
  close: closed({ reason: text }),
}

/** What other people do on GitHub, over HTTPS. */
export function forgeControlRoutes(forge: ForgeControl): Route[] {
  const settings = bodyReader<Partial<ForgeSettings>>(schemas.settings)
  const issue = bodyReader<Pick<Issue, 'title' | 'body'> & { readonly author?: Account }>(schemas.issue)
  const pull = bodyReader<NewPullRequest>(schemas.pull)
  const merge = bodyReader<{ readonly commits: readonly string[] }>(schemas.merge)
  const comment = bodyReader<{ readonly body: string; readonly author: Account }>(schemas.comment)
  const edit = bodyReader<{ readonly body: string; readonly editor: Account }>(schemas.edit)
  const close = bodyReader<{ readonly reason?: string }>(schemas.close)
  return [
    route('GET', '/github/forge', () => ok(json(forge.settings()))),
    route('PATCH', '/github/forge', (call) => empty(() => forge.set(settings(call)))),
    route('GET', '/github/issues', () => ok(json(forge.issues()))),
    route('POST', '/github/issues', (call) => created(json(forge.addIssue(issue(call))))),
    route('POST', '/github/issues/{number}/close', (call) =>
      empty(() => forge.closeIssue(numberIn(call.params), close(call).reason)),
    ),
    route('GET', '/github/issues/{number}/comments', ({ params }) => ok(json(forge.comments(numberIn(params))))),
    route('POST', '/github/issues/{number}/comments', (call) => {
      const { body, author } = comment(call)
      return created(json(forge.addComment(numberIn(call.params), body, author)))
    }),
    route('PATCH', '/github/comments/{number}', (call) => {
      const { body, editor } = edit(call)
      return empty(() => forge.editComment(numberIn(call.params), body, editor))
    }),
    route('DELETE', '/github/comments/{number}', ({ params }) => empty(() => forge.deleteComment(numberIn(params)))),
    route('POST', '/github/pull-requests', (call) => created(json(forge.addPullRequest(pull(call))))),
    route('POST', '/github/pull-requests/{number}/merge', (call) =>
      empty(() => forge.merge(numberIn(call.params), merge(call).commits)),
    ),
  ]
}

function numberIn({ number }: { readonly number?: string }): number {
  return Number(number)
}

/** Records hold nothing but JSON, which their types do not say. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value))
}
