import type { LogEntry } from './request-log.ts'

type Interval = Pick<LogEntry, 'started' | 'ended'>

/**
 * The length of the longest chain of requests in which each started after the one before had ended: how often the
 * caller waited for the network. Requests that ran side by side count once. A request under way ends a chain.
 */
export function sequentialRoundTrips(entries: readonly Interval[]): number {
  const chains: { readonly ended: number; readonly length: number }[] = []
  let longest = 0
  for (const { started, ended } of [...entries].sort((a, b) => a.started - b.started)) {
    const before = chains.filter((chain) => chain.ended <= started).map((chain) => chain.length)
    const length = 1 + Math.max(0, ...before)
    chains.push({ ended: ended ?? Number.POSITIVE_INFINITY, length })
    longest = Math.max(longest, length)
  }
  return longest
}
