/** Careful steps into JSON of unknown shape: every step may find nothing. */

export function field(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  // Any own property may be read as unknown; TypeScript has no narrower type for it.
  return (value as Readonly<Record<string | number, unknown>>)[key]
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(content: string | null | undefined): unknown {
  try {
    return JSON.parse(content ?? '')
  } catch {
    return undefined
  }
}
