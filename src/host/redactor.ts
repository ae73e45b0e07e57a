const HIDDEN = '***'

/** Takes the secrets of this run out of text that leaves it, in the forms they usually turn up in. */
export class Redactor {
  #forms: string[] = []

  add(secret: string): void {
    if (secret === '') return
    const forms = [secret, ...linesOf(secret)].flatMap(formsOf)
    // Longest first, so that no form leaves a rest of a longer one.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length)
  }

  redact(text: string): string {
    return this.#forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text)
  }
}

/** A line of a JSON text may be `}`, which hides nothing and would garble everything. */
const SHORTEST_LINE = 8

/** Secrets of many lines turn up line by line. */
function linesOf(secret: string): string[] {
  const lines = secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.length === 1 ? lines : lines.filter((line) => line.length >= SHORTEST_LINE)
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const base64 = Buffer.from(secret).toString('base64')
  return [
    secret,
    json,
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(secret.toWellFormed()),
  ]
}
