import type { Call, JsonObject } from '../protocol.ts'
import { invalid, refused } from './refusals.ts'

/** GitHub counts characters, not bytes. */
const LONGEST_BODY = 65_536

export function bodyOf({ text }: Call): JsonObject {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw refused(400, 'Problems parsing JSON')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refused(400, 'Body should be a JSON object')
  // JSON.parse gives nothing but JSON.
  return body as JsonObject
}

/** A comment's text. The two kinds of text are refused in two ways, as seen in many threads about it. */
export function commentText({ body }: JsonObject): string {
  if (typeof body !== 'string' || body.trim() === '')
    throw invalid({ resource: 'IssueComment', field: 'data', code: 'unprocessable', message: 'Body cannot be blank' })
  if ([...body].length > LONGEST_BODY)
    throw invalid({
      resource: 'IssueComment',
      field: 'data',
      code: 'unprocessable',
      message: `Body is too long (maximum is ${LONGEST_BODY} characters)`,
    })
  return body
}

export function issueText(body: string): string {
  if ([...body].length > LONGEST_BODY)
    throw invalid({
      resource: 'Issue',
      field: 'body',
      code: 'custom',
      message: `body is too long (maximum is ${LONGEST_BODY} characters)`,
    })
  return body
}
