/**
 * `npm run -s migrate -- --from <file>`: the `with:` block of a step for a connector that runs already, from what
 * `az container show` prints (`--from -` reads it from standard input), or from the reply of Azure's own API. It prints no secret.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseInstall } from './migrate/install.ts'
import { withBlock } from './migrate/with-block.ts'
import { yamlOf } from './migrate/yaml.ts'

const USAGE = 'npm run -s migrate -- --from <file with the output of az container show, or - for standard input>'

try {
  const { from } = parseArgs({ options: { from: { type: 'string' } } }).values
  if (from === undefined) throw new Error(`Say where the container group is: ${USAGE}`)
  const install = parseInstall(readFileSync(from === '-' ? 0 : from, 'utf8'))
  const block = yamlOf(withBlock(install))
  if (install.readableToken !== undefined && block.includes(install.readableToken))
    throw new Error('the token of the connector stands where inputs would show it, so nothing is printed. Rotate it.')
  process.stdout.write(block)
} catch (error) {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
