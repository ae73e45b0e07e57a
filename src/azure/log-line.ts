const LONGEST = 2_000

/** What looks like a credential, whoever's it is: the host hides only secrets that it was told of. */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '***'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 ***'],
  [/\b([\w-]*(?:password|passwd|secret|api[-_]?key|access[-_]?key|sig))(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1$2***'],
]

// The escape character begins what colours a line or moves the cursor.
const TERMINAL = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[a-zA-Z]`, 'g')

/** A line of a container's log that can be shown: one line, no colours, nothing that hides text, no credentials. */
export function readableLine(line: string): string {
  const plain = line
    .replaceAll(TERMINAL, '')
    .replaceAll('\t', '  ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
  const clean = CREDENTIALS.reduce((rest, [pattern, hidden]) => rest.replaceAll(pattern, hidden), plain)
  return clean.length <= LONGEST ? clean : `${beforeLastBlank(clean.slice(0, LONGEST))} …`
}

/** A secret has no blanks in it: cut in half, it would no longer be known for one. */
function beforeLastBlank(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf(' ')))
}
