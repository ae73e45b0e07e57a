/**
 * Loaded into the action's process before it starts: when that ends, everything in RUNNER_TEMP is copied to KEPT_FILES, since
 * the runner clears it away before a test could look for secrets in it.
 */
import { cpSync } from 'node:fs'

const { RUNNER_TEMP: from, KEPT_FILES: to } = process.env
process.on('exit', () => {
  if (from !== undefined && to !== undefined) cpSync(from, to, { recursive: true })
})
