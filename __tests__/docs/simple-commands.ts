/** A program and its arguments, as a shell would split them; what it would compute stands as `$(…)`. */
export type SimpleCommand = readonly string[]

/**
 * The commands of a shell script, those in `$(…)` too. Knows quotes, comments, line continuations and operators: as much of a
 * shell as our documentation uses. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function simpleCommands(script: string): SimpleCommand[] {
  return read(script.replaceAll(/\\\n\s*/g, ' '), 0, '').commands
}

type Piece = { readonly text: string; readonly end: number; readonly inner: readonly SimpleCommand[] }

/** Reads up to a closing character, or to the end. */
function read(text: string, from: number, closing: string): { commands: SimpleCommand[]; end: number } {
  const commands: SimpleCommand[] = []
  let words: string[] = []
  let at = from
  const finish = () => {
    const plain = words.slice(words.findIndex((word) => !/^\w+=/.test(word)))
    if (words.some((word) => !/^\w+=/.test(word))) commands.push(plain)
    words = []
  }
  while (at < text.length && !(closing !== '' && text.startsWith(closing, at))) {
    const [blank] = /^[ \t]+/.exec(text.slice(at)) ?? []
    const [operator] = /^(?:[\n;|&(){}]+|#[^\n]*)/.exec(text.slice(at)) ?? []
    if (blank !== undefined) at += blank.length
    else if (operator !== undefined) {
      finish()
      at += operator.length
    } else {
      const word = wordAt(text, at)
      commands.push(...word.inner)
      words.push(word.text)
      at = word.end
    }
  }
  finish()
  return { commands, end: at + closing.length }
}

function wordAt(text: string, from: number): Piece {
  const inner: SimpleCommand[] = []
  let word = ''
  let at = from
  while (at < text.length && !/[\s;|&()]/.test(text.charAt(at))) {
    const piece = pieceAt(text, at)
    inner.push(...piece.inner)
    word += piece.text
    at = piece.end
  }
  // A character that begins nothing is a word of its own, so that reading goes on.
  return at === from ? { text: text.charAt(at), end: at + 1, inner } : { text: word, end: at, inner }
}

function pieceAt(text: string, at: number): Piece {
  if (text.startsWith('$(', at)) {
    const { commands, end } = read(text, at + 2, ')')
    return { text: '$(…)', end, inner: commands }
  }
  const [variable] = /^\$\{[^}]*\}/.exec(text.slice(at)) ?? []
  if (variable !== undefined) return { text: variable, end: at + variable.length, inner: [] }
  if (text.charAt(at) === "'") {
    const end = text.indexOf("'", at + 1)
    return { text: text.slice(at + 1, end), end: end + 1, inner: [] }
  }
  if (text.charAt(at) === '"') return quotedAt(text, at + 1)
  if (text.charAt(at) === '\\') return { text: text.charAt(at + 1), end: at + 2, inner: [] }
  return { text: text.charAt(at), end: at + 1, inner: [] }
}

/** Between double quotes only `$(…)` and the backslash mean anything. */
function quotedAt(text: string, from: number): Piece {
  const inner: SimpleCommand[] = []
  let word = ''
  let at = from
  while (at < text.length && text.charAt(at) !== '"') {
    const isSpecial = text.charAt(at) === '\\' || text.startsWith('$(', at)
    const piece = isSpecial ? pieceAt(text, at) : { text: text.charAt(at), end: at + 1, inner: [] }
    inner.push(...piece.inner)
    word += piece.text
    at = piece.end
  }
  return { text: word, end: at + 1, inner }
}
