import type { Call, Json, JsonObject, Route } from '../protocol.ts'
import { type Door, guarded } from './gate.ts'
import { pageOf } from './page.ts'
import type { Issue } from './records.ts'
import { invalid, notFound, refused } from './refusals.ts'
import { type Addresses, issueJson } from './shapes.ts'
import { bodyOf, issueText } from './text.ts'

/** Filters of the list that are served; anything else is told rather than left out. */
const FILTERS = ['state', 'labels', 'per_page', 'page']

export function issueRoutes(door: Door, base: string, addresses: () => Addresses, origin: string): Route[] {
  const { forge } = door
  const shown = (issue: Issue) => issueJson(addresses(), issue, forge.commentsOn(issue.number).length)
  const read = { of: ['issues', 'pullRequests'], access: 'read' } as const
  const write = { of: ['issues'], access: 'write' } as const
  const found = ({ params }: Call): Issue => {
    const issue = forge.issues.get(Number(params.number))
    if (issue === undefined) throw notFound()
    return issue
  }
  return [
    {
      method: 'GET',
      path: `${base}/issues`,
      handle: guarded(door, read, (call) => {
        const unknown = [...call.query.keys()].find((name) => !FILTERS.includes(name))
        if (unknown !== undefined) throw refused(501, `The sandbox does not filter issues by ${unknown}.`)
        const listed = [...forge.issues.values()].filter((issue) => isWanted(issue, call)).reverse()
        return pageOf(listed.map(shown), call, origin)
      }),
    },
    {
      method: 'POST',
      path: `${base}/issues`,
      handle: guarded(door, write, (call) => {
        const body = bodyOf(call)
        const assignees = textsOf(body.assignees)
        if (typeof body.title !== 'string' || body.title.trim() === '')
          throw invalid({ resource: 'Issue', field: 'title', code: 'missing_field' })
        if (assignees.some((login) => !forge.settings.assignable.includes(login)))
          throw invalid({ resource: 'Issue', field: 'assignees', code: 'invalid' })
        const text = issueText(typeof body.body === 'string' ? body.body : '')
        return {
          status: 201,
          body: shown(forge.addIssue({ title: body.title, body: text, labels: textsOf(body.labels), assignees })),
        }
      }),
    },
    {
      method: 'GET',
      path: `${base}/issues/{number}`,
      handle: guarded(door, read, (call) => ({ status: 200, body: shown(found(call)) })),
    },
    {
      method: 'PATCH',
      path: `${base}/issues/{number}`,
      handle: guarded(door, write, (call) => {
        const issue = found(call)
        const body = bodyOf(call)
        if (typeof body.body === 'string') forge.edit(issue, issueText(body.body), forge.settings.account)
        if (typeof body.title === 'string') issue.title = body.title
        changeState(issue, body)
        issue.updatedAt = forge.clock.iso()
        return { status: 200, body: shown(issue) }
      }),
    },
  ]
}

function changeState(issue: Issue, { state, state_reason: reason }: JsonObject): void {
  if (state === undefined) return
  if (state !== 'open' && state !== 'closed') throw invalid({ resource: 'Issue', field: 'state', code: 'invalid' })
  issue.state = state
  issue.stateReason = state === 'open' ? null : typeof reason === 'string' ? reason : 'completed'
}

function isWanted(issue: Issue, { query }: Call): boolean {
  const state = query.get('state') ?? 'open'
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '')
  return (state === 'all' || issue.state === state) && labels.every((name) => issue.labels.includes(name))
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.flatMap((item) => (typeof item === 'string' ? [item] : [])) : []
}
