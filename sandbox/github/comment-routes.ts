import type { Call, Route } from '../protocol.ts'
import { type Door, guarded, type Need } from './gate.ts'
import { pageOf } from './page.ts'
import type { Comment, Issue } from './records.ts'
import { notFound } from './refusals.ts'
import { type Addresses, commentJson } from './shapes.ts'
import { bodyOf, commentText } from './text.ts'

/** A pull request's comments are open to either permission, an issue's to that for issues. This serves both, so either will do. */
const READ: Need = { of: ['issues', 'pullRequests'], access: 'read' }
const WRITE: Need = { of: ['issues', 'pullRequests'], access: 'write' }

export function commentRoutes(door: Door, base: string, addresses: () => Addresses, origin: string): Route[] {
  const { forge } = door
  const shown = (comment: Comment) => commentJson(addresses(), comment, issueOf(comment.issue).pull !== null)
  const issueOf = (number: number): Issue => {
    const issue = forge.issues.get(number)
    if (issue === undefined) throw notFound()
    return issue
  }
  const commentOf = ({ params }: Call): Comment => {
    const comment = forge.comments.get(Number(params.id))
    if (comment === undefined) throw notFound()
    return comment
  }
  const onIssue = `${base}/issues/{number}/comments`
  const one = `${base}/issues/comments/{id}`
  return [
    {
      method: 'GET',
      path: onIssue,
      handle: guarded(door, READ, (call) => {
        const { number } = issueOf(Number(call.params.number))
        return pageOf(forge.commentsOn(number).map(shown), call, origin)
      }),
    },
    {
      method: 'POST',
      path: onIssue,
      handle: guarded(door, WRITE, (call) => {
        const { number } = issueOf(Number(call.params.number))
        return { status: 201, body: shown(forge.addComment(number, commentText(bodyOf(call)))) }
      }),
    },
    {
      method: 'GET',
      path: one,
      handle: guarded(door, READ, (call) => ({ status: 200, body: shown(commentOf(call)) })),
    },
    {
      method: 'PATCH',
      path: one,
      handle: guarded(door, WRITE, (call) => {
        const comment = commentOf(call)
        forge.edit(comment, commentText(bodyOf(call)), forge.settings.account)
        return { status: 200, body: shown(comment) }
      }),
    },
    {
      method: 'DELETE',
      path: one,
      handle: guarded(door, WRITE, (call) => {
        forge.comments.delete(commentOf(call).id)
        return { status: 204 }
      }),
    },
  ]
}
