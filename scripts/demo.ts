/** `npm run demo`: the life of a connector against the sandbox, as a user of the action sees it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts'
import { runStep, type StepResult } from './runner.ts'

const folder = await mkdtemp(join(tmpdir(), 'demo-'))
const sandbox = await startSandbox({ seed: 'demo' })
// The connector is watched for 45 seconds after it was created: nobody wants to see that.
sandbox.control.setTiming({ lookMs: 70_000 })
try {
  const authority = join(folder, 'ca.pem')
  await writeFile(authority, sandbox.ca)
  const run = (inputs: Record<string, string>) =>
    runStep({
      inputs: { ...sandbox.inputs, permissions: 'subscription', 'constrain-roles': 'privileged', ...inputs },
      env: { ...sandbox.env, NODE_EXTRA_CA_CERTS: authority },
      event: sandbox.event,
    })

  show('1. A pull request: what would be created?', await run({ operation: 'plan' }))
  const applied = await run({ operation: 'apply' })
  show('2. It is merged: the connector is created.', applied)
  show('3. Another plan: nothing left to do.', await run({ operation: 'plan' }))
  editByHand(sandbox, applied.outputs['container-group-id'] ?? '')
  show('4. Somebody edited the group in the portal: every difference shows.', await run({ operation: 'plan' }))
} finally {
  await sandbox.close()
  await rm(folder, { recursive: true })
}

/** Whoever reads along may stop early. */
process.stdout.on('error', () => process.exit())

/** Another image, a changed and an added variable, a lost and an added tag. */
function editByHand({ control }: Sandbox, id: string): void {
  const stored = JSON.stringify(control.resource(id))
  const edited = stored
    .replace('apono-connector:v1.7.8', 'apono-connector:v1.7.6')
    .replace(
      '{"name":"APONO_URL","value":"api.apono.io"}',
      '{"name":"APONO_URL","value":"proxy.example.com"},{"name":"DEBUG","value":"true"}',
    )
  control.patchResource(id, {
    ...JSON.parse(edited),
    tags: { ...JSON.parse(edited).tags, 'apono-managed-by': null, owner: 'mallory' },
  })
}

function show(title: string, { exitCode, log, outputs, summary, wallMs }: StepResult): void {
  const rule = '─'.repeat(100)
  const width = Math.max(...Object.keys(outputs).map((name) => name.length))
  const rows = Object.entries(outputs).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  console.log(
    [
      '',
      styleText('bold', `${rule}\n${title}\n${rule}`),
      log.trim(),
      '',
      styleText('bold', `Outputs (exit code ${exitCode}, ${(wallMs / 1000).toFixed(1)} s)`),
      ...rows,
      '',
      styleText('bold', 'Job summary'),
      ...summary.trim().split('\n').map(rendered),
    ].join('\n'),
  )
}

/** Markdown, with the colours that GitHub gives to headings and diffs. */
function rendered(line: string): string {
  if (line.startsWith('## ')) return `  ${styleText(['bold', 'underline'], line.slice(3))}`
  const colour = ({ '+': 'green', '-': 'red', '!': 'yellow' } as const)[line.charAt(0) as '+' | '-' | '!']
  return colour && line.charAt(1) === ' ' ? `  ${styleText(colour, line)}` : `  ${line}`
}
