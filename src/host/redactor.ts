const HIDDEN = '***'

/** Parts of a secret that are shorter stand in too much text that has nothing to do with it. */
const TELLING = 8

/** Takes the secrets of this run out of text that leaves it, in the forms they usually turn up in. */
export class Redactor {
  #forms: string[] = []

  add(secret: string): void {
    const forms = [secret, ...linesOf(secret)].flatMap(formsOf).filter((form) => form !== '')
    // Longest first, so that no form leaves a rest of a longer one.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length)
  }

  redact(text: string): string {
    return this.#forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text)
  }
}

/** A secret of many lines turns up line by line; one of them may be `}`, which hides nothing and would garble everything. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).flatMap((line) => line.trim() || [])
  return lines.length === 1 ? lines : lines.filter((line) => line.length >= TELLING)
}

function formsOf(secret: string): string[] {
  return [secret, ...inJson(secret), ...inUri(secret), ...inMarkup(secret), ...inBase64(secret)]
}

/** Once and twice over, with and without signs outside of ASCII. */
function inJson(secret: string): string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  const ascii = once.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [once, JSON.stringify(once).slice(1, -1), ascii, once.replaceAll('/', '\\/')]
}

function inUri(secret: string): string[] {
  const wellFormed = secret.toWellFormed()
  const forms = [
    encodeURIComponent(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams({ '': wellFormed }).toString().slice(1),
  ]
  return forms.flatMap((form) => [form, form.replaceAll(/%../g, (byte) => byte.toLowerCase())])
}

/** XML and HTML: by name, and by number in either way. */
function inMarkup(secret: string): string[] {
  const named = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const numbered = (form: (point: number) => string) => (text: string) =>
    text.replaceAll(/[^\p{L}\p{N} .,:/_-]/gu, (sign) => form(sign.codePointAt(0) ?? 0))
  return [
    named,
    named.replaceAll('"', '&quot;'),
    named.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    named.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    numbered((point) => `&#${point};`)(secret),
    numbered((point) => `&#x${point.toString(16)};`)(secret),
  ]
}

/**
 * Alone, and inside of longer text, where it begins at one of three places of a group: what surrounds it changes the signs at its
 * ends, so those in between are looked for. https://www.rfc-editor.org/rfc/rfc4648#section-4
 */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const whole = bytes.toString('base64')
  const inside = [0, 1, 2].map((place) => {
    const text = Buffer.concat([Buffer.alloc(place), bytes]).toString('base64')
    const [first, last] = [Math.ceil((place * 4) / 3), Math.floor(((place + bytes.length) * 4) / 3)]
    return text.slice(first, last)
  })
  const forms = [whole, whole.replace(/=+$/, ''), ...inside.filter((form) => form.length >= TELLING)]
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
