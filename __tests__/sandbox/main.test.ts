import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

let temporary: string

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
})

afterAll(() => rmSync(temporary, { recursive: true, force: true }))

test.each(['SIGTERM', 'SIGINT'] as const)(
  '--json prints one line that is enough to use it, and %s ends it cleanly',
  async (signal) => {
    const sandbox = run('--json')
    const line = await sandbox.firstOutput
    const { env, inputs, event, control, ...rest } = JSON.parse(line)
    expect(line).toBe(`${JSON.stringify({ env, inputs, event, control })}\n`)
    expect(rest).toEqual({})
    expect(control).toBe(`${inputs.cloud}/_sandbox`)
    expect(Object.keys(env)).toEqual(expect.arrayContaining(['ACTIONS_ID_TOKEN_REQUEST_URL', 'GITHUB_REPOSITORY']))
    expect(existsSync(env.NODE_EXTRA_CA_CERTS)).toBe(true)

    // Another process that knows nothing but what was printed.
    const script = 'fetch(process.argv[1]).then(async (r) => console.log(r.status, (await r.json()).control))'
    const client = runNode(['-e', script, control], env)
    expect((await client.ended).output).toBe(`200 ${control}\n`)

    sandbox.child.kill(signal)
    expect(await sandbox.ended).toMatchObject({ code: 0, output: line, errors: '' })
    expect(readdirSync(temporary)).toEqual([])
  },
)

test('without --json it prints settings for people', async () => {
  const sandbox = run('--latency-ms', '1', '--seed', 'mine')
  const text = await sandbox.firstOutput
  expect(text).toMatch(/^The sandbox listens on https:\/\/localhost:\d+\. Ctrl-C ends it\.\n/)
  expect(text).toMatch(/export ACTIONS_ID_TOKEN_REQUEST_TOKEN='.+'/)
  expect(text).toMatch(/ {2}subscription-id: .+/)
  sandbox.child.kill('SIGINT')
  expect((await sandbox.ended).code).toBe(0)
})

test('the ids follow from the seed', async () => {
  const sandboxes = [run('--json', '--seed', 'a'), run('--json', '--seed', 'a'), run('--json', '--seed', 'b')]
  const clients = []
  for (const { firstOutput, child } of sandboxes) {
    clients.push(JSON.parse(await firstOutput).inputs['client-id'])
    child.kill('SIGTERM')
  }
  expect(clients[1]).toBe(clients[0])
  expect(clients[2]).not.toBe(clients[0])
  await Promise.all(sandboxes.map(({ ended }) => ended))
})

test.each([
  { args: ['--unknown'], says: "'--unknown'" },
  { args: ['--port', 'http'], says: '--port must be a whole number' },
  { args: ['--port', '70000'], says: '--port must be a whole number' },
  { args: ['--latency-ms=-1'], says: '--latency-ms must be a whole number' },
  { args: ['stray'], says: "'stray'" },
])('$args is refused in one line', async ({ args, says }) => {
  const { code, output, errors } = await run(...args).ended
  expect(code).toBe(2)
  expect(output).toBe('')
  expect(errors).toContain(says)
  expect(errors.trimEnd().split('\n')).toHaveLength(1)
})

test('a port that is taken is told in one line', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, errors } = await run('--port', String(port)).ended
  expect(code).toBe(1)
  expect(errors).toMatch(/^sandbox: .*EADDRINUSE.*\n$/)
  await new Promise((resolve) => other.close(resolve))
  expect(readdirSync(temporary)).toEqual([])
})

function run(...args: readonly string[]) {
  return runNode(['sandbox/main.ts', ...args], {})
}

function runNode(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, TMPDIR: temporary, ...env } })
  return { child, firstOutput: firstOutput(child), ended: ended(child) }
}

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString())))
}

function ended(child: ChildProcess): Promise<{ code: number | null; output: string; errors: string }> {
  const texts = { output: '', errors: '' }
  child.stdout?.on('data', (data: Buffer) => {
    texts.output += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    texts.errors += data.toString()
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })))
}
