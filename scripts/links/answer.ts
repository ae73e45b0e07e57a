import { setTimeout as pause } from 'node:timers/promises'
import { field } from '../../src/json.ts'

/** Milliseconds: one request, and between two. A site that stumbles once is not gone. */
const LONGEST_REQUEST = 20_000
const BETWEEN = 5_000
const MOST_ATTEMPTS = 3

/**
 * Why nobody gets to this address; undefined when there is something, which is also so where a site wants to know who asks, or thinks
 * that we ask too much.
 */
export async function whyBroken(address: string, between: number = BETWEEN): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(address)
    if (answer === 404 || answer === 410) return `HTTP ${answer}`
    if (typeof answer === 'number' && answer < 500) return undefined
    if (attempt === MOST_ATTEMPTS) return typeof answer === 'number' ? `HTTP ${answer}` : answer
    await pause(between)
  }
}

/** The status at the end of all redirects, or why there was none. */
async function ask(address: string): Promise<number | string> {
  try {
    const { status, body } = await fetch(address, { signal: AbortSignal.timeout(LONGEST_REQUEST) })
    await body?.cancel()
    return status
  } catch (error) {
    // The error of fetch says that it failed, and its cause why.
    return String(field(error, 'cause') ?? error)
  }
}
