import fc from 'fast-check'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Texts that have broken parsers before. */
export const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '\u202Eevil',
  '\r\n\r\n',
  '__proto__',
  'constructor',
  'toString',
  '{"__proto__":{"polluted":true}}',
  '__proto__=1\nconstructor=2',
  '{"constructor":{"prototype":{"polluted":true}}}',
  'null',
  '[]',
  '{}',
  '0',
  '-1',
  '1e999',
  'NaN',
  '::error::x',
  '##[command]x',
  '%0A::set-output name=x::y',
  '${{ secrets.X }}',
  '$(id)',
  "'; drop",
  '../../etc',
  'https://localhost:1/?a=b#c',
  '['.repeat(5_000),
  '{"a":'.repeat(5_000),
  '- '.repeat(5_000),
  'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]',
  '- role: !!js/function "x"\n  scope: /',
  '- role: Reader\n  scope: /\n  __proto__: x',
  'a=b\n'.repeat(2_000),
  'x'.repeat(100_000),
]

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
)

const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, -1, 1e308, '', [], {}, [null], [[]], [{}], { value: null }, '__proto__'),
  hostileText.filter((text) => text.length < 1_000),
  // What it makes is JSON by definition.
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
)

type Edit = (parent: Record<string, Json>, key: string, value: Json) => void

const EDITS: readonly Edit[] = [
  (parent, key, value) => {
    parent[key] = value
  },
  (parent, key) => {
    parent[key] = null
  },
  (parent, key) => {
    delete parent[key]
  },
  (parent, key) => {
    const kept = parent[key] ?? null
    delete parent[key]
    parent[key.toUpperCase()] = kept
  },
  (parent, key) => {
    parent[key] = [parent[key] ?? null]
  },
  (parent, _key, value) => {
    parent.somethingNew = value
  },
]

/** A reply as it should be with some fields missing, null, of another type, in another casing or new; or another reply altogether. */
export function spoilt(reply: unknown): fc.Arbitrary<Json> {
  const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...EDITS), odd), { minLength: 1, maxLength: 4 })
  const edited = edits.map((all) => {
    // A copy of JSON is JSON.
    const copy = { reply: JSON.parse(JSON.stringify(reply)) as Json }
    for (const [at, edit, value] of all) {
      const places = placesIn(copy)
      const [parent, key] = places[at % places.length] ?? [copy, 'reply']
      // The same value may be drawn twice, and later edits reach into it.
      edit(parent, key, JSON.parse(JSON.stringify(value)) as Json)
    }
    // What was taken out of a list leaves a hole, which JSON has not.
    return JSON.parse(JSON.stringify(copy.reply ?? null)) as Json
  })
  return fc.oneof({ weight: 6, arbitrary: edited }, { weight: 1, arbitrary: odd })
}

/** Every object or list in it, with each of its keys. */
function placesIn(value: unknown): (readonly [Record<string, Json>, string])[] {
  if (typeof value !== 'object' || value === null) return []
  // A list takes its indices as keys just as well.
  const parent = value as Record<string, Json>
  return Object.keys(parent).flatMap((key) => [[parent, key] as const, ...placesIn(parent[key])])
}

/** Nothing that was read may have reached what all objects share. */
export function isPolluted(): boolean {
  return 'polluted' in {} || Object.keys(Object.prototype).length > 0
}
