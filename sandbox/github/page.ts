import type { Call, JsonObject, Reply } from '../protocol.ts'

/** One page of a list, with the Link header that leads to the others: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function pageOf(items: readonly JsonObject[], call: Call, origin: string): Reply {
  const size = Math.min(100, positive(call.query.get('per_page'), 30))
  const page = positive(call.query.get('page'), 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const to = (number: number, rel: string) => {
    const query = new URLSearchParams(call.query)
    query.set('page', String(number))
    return `<${origin}${call.path}?${query}>; rel="${rel}"`
  }
  const before = page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []
  const after = page < last ? [to(page + 1, 'next'), to(last, 'last')] : []
  const link = [...before, ...after].join(', ')
  return {
    status: 200,
    ...(link !== '' && { headers: { link } }),
    body: items.slice((page - 1) * size, page * size),
  }
}

function positive(text: string | null, fallback: number): number {
  const number = Number(text ?? fallback)
  return Number.isInteger(number) && number > 0 ? number : fallback
}
