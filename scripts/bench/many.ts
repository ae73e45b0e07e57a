/**
 * Started by fleet.ts with the environment of a step: applies as many connectors as its argument says, one after another in this
 * one process, and writes what that took to the file that follows.
 */
import { writeFileSync } from 'node:fs'
import { githubHost } from '../../src/host/github.ts'
import { run } from '../../src/run.ts'

const [, , count = '1', file = ''] = process.argv
const never = new AbortController().signal

// The first one loads everything; it is not counted.
await apply('warm-up')
const before = process.memoryUsage().rss
const started = performance.now()
for (let index = 1; index <= Number(count); index += 1) await apply(`bench-${index}`)
const ms = performance.now() - started
writeFileSync(file, JSON.stringify({ ms, grownBytes: process.memoryUsage().rss - before }))

async function apply(name: string): Promise<void> {
  process.env['INPUT_CONNECTOR-ID'] = name
  const code = await run(githubHost(process.env), never)
  if (code !== 0) throw new Error(`${name} was not applied.`)
}
