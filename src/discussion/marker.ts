import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Inputs } from '../inputs/inputs.ts'
import { parseJson } from '../json.ts'

/** What a text of ours is about: each has a marker of its own. */
export type Subject = 'plan' | 'drift'

type Named = Pick<Inputs, 'subscriptionId' | 'resourceGroup' | 'connectorId' | 'label'>

/** A body is never inflated beyond this many bytes. */
const MOST = 1_000_000

/**
 * How the marker of our text begins: a comment in HTML, which GitHub does not show. It names the place besides connector and label,
 * since a matrix may run one connector in many subscriptions. Everything in it is encoded, so nothing can end the comment early.
 */
export function markFor(subject: Subject, { subscriptionId, resourceGroup, connectorId, label = '' }: Named): string {
  const place = [subscriptionId, resourceGroup, connectorId].map((part) => part.toLowerCase())
  return `<!-- azure-connector-action ${subject} ${[...place, label].map(encodeURIComponent).join('/')} `
}

/** The text with its marker at the end, where a quotation cannot have it. `data` is JSON, and is no secret. */
export function withMark(text: string, mark: string, data: unknown): string {
  return `${text.trim()}\n\n${mark}${deflateRawSync(JSON.stringify(data)).toString('base64')} -->`
}

/** What the marker at the end of a body carries, undefined when there is none or it is broken. */
export function markedData(body: string, mark: string): unknown {
  const lastLine = body.trimEnd().split('\n').at(-1) ?? ''
  const isWhole = lastLine.startsWith(mark) && lastLine.endsWith(' -->')
  return isWhole ? inflated(lastLine.slice(mark.length, -' -->'.length)) : undefined
}

function inflated(packed: string): unknown {
  try {
    return parseJson(inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: MOST }).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The same text, whatever became of line ends and blanks at its ends on the way. */
export function isSame(one: string, other: string): boolean {
  return settled(one) === settled(other)
}

function settled(text: string): string {
  return text.replaceAll('\r\n', '\n').trim()
}
