/**
 * `npm run bench`: how big and how quick the committed dist/ is, beside what we aim for. `--json` prints the figures as JSON too,
 * `--write` puts them into docs/performance.md with the date and the machine.
 */
import { bundleSize } from './bench/bundle.ts'
import { measureConformance } from './bench/conformance.ts'
import { measureFleet } from './bench/fleet.ts'
import { measureLocal, measureRemote } from './bench/measurements.ts'
import { writePage } from './bench/page.ts'
import { rowsOf } from './bench/rows.ts'
import { startBenchSandbox } from './bench/sandbox-process.ts'
import { rendered } from './bench/table.ts'
import { measureVendor } from './bench/vendor.ts'

const LATENCY_MS = 100
const RUNS = 15
const FLEETS = [1, 10, 50]
const EXCHANGES = 3000

const sandbox = await startBenchSandbox(LATENCY_MS)
try {
  const remote = await measureRemote(sandbox)
  await sandbox.setLatency(0)
  const local = await measureLocal(sandbox, RUNS)
  const fleet = await measureFleet(sandbox, FLEETS)
  await sandbox.setLatency(LATENCY_MS)
  const vendor = await measureVendor(sandbox)
  const figures = {
    bundle: bundleSize(),
    local,
    remote: { latencyMs: LATENCY_MS, ...remote },
    fleet,
    vendor,
    conformance: measureConformance(EXCHANGES),
  }
  const rows = rowsOf(figures)
  const table = rendered(rows)
  if (process.argv.includes('--write')) writePage(rows)
  if (process.argv.includes('--json')) {
    // Apart, so that standard output is JSON and nothing else.
    process.stderr.write(table)
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  } else process.stdout.write(table)
} finally {
  await sandbox.stop()
}
