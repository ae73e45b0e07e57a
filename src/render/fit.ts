/**
 * Whole pieces as long as there is room, list after list: the first lists matter most. A piece too large for what is left makes way
 * for smaller ones behind it.
 * @param room in bytes of UTF-8, of which there are never fewer than characters.
 */
export function fitted(lists: readonly (readonly string[])[], room: number): string[][] {
  let left = room
  return lists.map((pieces) =>
    pieces.filter((piece) => {
      const size = Buffer.byteLength(piece) + SEPARATOR
      if (size > left) return false
      left -= size
      return true
    }),
  )
}

/** A blank line at most. */
const SEPARATOR = 2
