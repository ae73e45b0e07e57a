import { Document, Pair, Scalar, YAMLMap } from 'yaml'
import type { Entry, WithBlock } from './with-block.ts'

/** The block as it is pasted below `uses:`. What an entry needs to be told stands above it. */
export function yamlOf({ head, entries }: WithBlock): string {
  const block = new YAMLMap<Scalar, Scalar>()
  let waiting: string[] = []
  for (const entry of entries) {
    if (entry.value === undefined) {
      waiting.push(remark(entry))
      continue
    }
    const key = new Scalar(entry.input)
    const comments = [...waiting, ...(entry.why === undefined ? [] : [entry.why])]
    if (comments.length > 0) key.commentBefore = comment(comments)
    block.items.push(new Pair(key, scalarOf(entry.value)))
    waiting = []
  }
  if (waiting.length > 0) block.comment = comment(waiting)
  const document = new Document({ with: block })
  document.commentBefore = comment(head)
  return document.toString({ lineWidth: 0 })
}

/** A line break would end the comment. */
function comment(texts: readonly string[]): string {
  return texts.map((text) => ` ${text.replaceAll(/\s+/g, ' ')}`).join('\n')
}

function remark({ input, why }: Entry): string {
  return `${input}: ${why}`
}

function scalarOf(value: string): Scalar {
  const scalar = new Scalar(value)
  if (value.includes('\n')) scalar.type = Scalar.BLOCK_LITERAL
  return scalar
}
