import { githubHost } from './host/github.ts'
import { run } from './run.ts'

const cancelling = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => cancelling.abort())

process.exitCode = await run(githubHost(process.env), cancelling.signal)
