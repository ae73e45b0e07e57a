import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The suites of the pure parts as one: every mutant runs them, and a suite of its own takes longer to begin than to run. */
const TESTS = new URL('../../__tests__/', import.meta.url)

for (const folder of ['engine', 'inputs'])
  for (const file of readdirSync(fileURLToPath(new URL(folder, TESTS))).filter((name) => name.endsWith('.test.ts')))
    await import(new URL(`${folder}/${file}`, TESTS).href)
