import { describe, expect, test } from '@jest/globals'
import { calmPolling, type Look, poll } from '../../src/azure/polling.ts'

const never = new AbortController().signal
const atOnce = () => 0
const later: Look<string> = { done: false, retryAfter: undefined }

/** Looks that see these, one after another. */
function seeing(...looks: Look<string>[]) {
  const seen: Look<string>[] = []
  const look = async () => {
    const next = looks[seen.length]
    if (next === undefined) throw new Error('looked once more than needed')
    seen.push(next)
    return next
  }
  return { look, seen }
}

test('looks until it is done, and no further', async () => {
  const { look, seen } = seeing(later, later, { done: true, value: 'Succeeded' })
  expect(await poll(look, atOnce, never)).toBe('Succeeded')
  expect(seen).toHaveLength(3)
})

test('what is done at the first look needs no time, even when the time is up', async () => {
  const { look } = seeing({ done: true, value: 'Succeeded' })
  expect(await poll(look, () => 60_000, AbortSignal.abort())).toBe('Succeeded')
})

test('counts its attempts for the pace', async () => {
  const attempts: number[] = []
  const { look } = seeing(later, later, later, { done: true, value: 'x' })
  await poll(look, (attempt) => attempts.push(attempt) * 0, never)
  expect(attempts).toEqual([0, 1, 2])
})

test('a look that fails ends it', async () => {
  const { look } = seeing(later)
  await expect(poll(look, atOnce, never)).rejects.toThrow('looked once more than needed')
})

describe('waiting', () => {
  /** Does it still wait after 50 ms, when the run ends? */
  async function waitsFor(retryAfter: string | undefined, pace: number): Promise<boolean> {
    const end = new AbortController()
    let looks = 0
    setTimeout(() => end.abort(), 50)
    const look = async (): Promise<Look<string>> => {
      looks += 1
      return looks === 1 ? { done: false, retryAfter } : { done: true, value: 'done' }
    }
    const result = await poll(look, () => pace, end.signal).catch((error: unknown) => error)
    if (result !== 'done') expect(result).toMatchObject({ name: 'AbortError' })
    return looks === 1
  }

  test.each([
    ['our own pace', undefined, 60_000],
    ["the service's Retry-After, in seconds", '1', 0],
    ['the longer of both', '0', 60_000],
    ['our own pace when Retry-After is a date', 'Wed, 21 Oct 2026 07:28:00 GMT', 60_000],
  ])('goes by %s, and ends with the run', async (_title, retryAfter, pace) => {
    expect(await waitsFor(retryAfter, pace)).toBe(true)
  })

  test.each([undefined, '0', '', 'soon', '-5'])(
    'is over at once when nobody asks for it: Retry-After %j',
    async (retryAfter) => {
      expect(await waitsFor(retryAfter, 0)).toBe(false)
    },
  )
})

test('the pace starts quick, grows calmer and stays at ten seconds', () => {
  const pace = Array.from({ length: 12 }, (_, attempt) => Math.round(calmPolling(1000)(attempt)))
  expect(pace).toEqual([500, 750, 1125, 1688, 2531, 3797, 5695, 8543, 10_000, 10_000, 10_000, 10_000])
})
