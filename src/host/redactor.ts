const HIDDEN = '***'

/** Takes the secrets of this run out of text that leaves it, in the forms they usually turn up in. */
export class Redactor {
  #forms: string[] = []

  add(secret: string): void {
    if (secret === '') return
    const json = JSON.stringify(secret).slice(1, -1)
    const base64 = Buffer.from(secret).toString('base64')
    const forms = [
      secret,
      json,
      base64,
      base64.replace(/=+$/, ''),
      Buffer.from(secret).toString('base64url'),
      encodeURIComponent(secret),
    ]
    // Longest first, so that no form leaves a rest of a longer one.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length)
  }

  redact(text: string): string {
    return this.#forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text)
  }
}
