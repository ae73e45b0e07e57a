/** Text in which nothing hides, moves or colours what stands around it: such signs are shown by their number, as JSON would. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
    Array.from(
      { length: sign.length },
      (_, index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}

/** The same on one line, whatever line breaks there were. */
export function oneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, ' ').trim())
}

/** At most so many signs; the rest is said to be missing. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
