/** The forms in which a secret may turn up in text: as it is, or the way some encoding writes it. */
export function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const url = encodeURIComponent(secret)
  return [
    ...new Set([
      secret,
      json,
      JSON.stringify(json).slice(1, -1),
      url,
      url.replaceAll('%', '%25'),
      secret.replaceAll('%', '%25'),
      ...base64Forms(secret),
    ]),
  ]
}

/** Inside a longer text (`user:secret`, say) base64 writes a secret in one of three ways; the ends, which neighbours change, are cut off. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
    const whole = Math.floor(bytes.length / 3) * 4
    const form = bytes.toString('base64').slice(shift === 0 ? 0 : shift + 1, whole)
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** The name of the first secret that the text holds in any form, if any. */
export function secretIn(text: string, secrets: ReadonlyMap<string, string>): string | undefined {
  for (const [secret, name] of secrets) if (formsOf(secret).some((form) => text.includes(form))) return name
  return undefined
}
