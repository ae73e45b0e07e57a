import { githubHost } from './host/github.ts'
import { run } from './run.ts'

process.exitCode = await run(githubHost(process.env))
