import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { githubHost } from '../../src/host/github.ts'
import { patienceFor } from '../../src/patience.ts'
import { expectedError } from '../stage/expected-error.ts'
import { capturing } from '../stage/in-process.ts'

let folder: string
let before: NodeJS.ProcessEnv

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-'))
  before = { ...process.env }
})
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  await rm(folder, { recursive: true })
})

test('the context comes from the variables of the runner', () => {
  const { context } = githubHost({
    GITHUB_REPOSITORY: 'acme/infrastructure',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '7',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SHA: 'abc',
  })
  const runUrl = 'https://github.com/acme/infrastructure/actions/runs/7'
  expect(context).toEqual({ repository: 'acme/infrastructure', eventName: 'push', commit: 'abc', runUrl })
})

test('outside of a workflow the context is empty', () => {
  expect(githubHost({}).context).toEqual({ repository: '', eventName: '', commit: '', runUrl: '' })
})

test('an input comes as it was given, blanks at its ends included', () => {
  process.env['INPUT_SOME-INPUT'] = ' value \n'
  const host = githubHost({})
  expect([host.input('some-input'), host.input('not-given')]).toEqual([' value \n', ''])
})

test('a masked text is hidden in every line, output and file from then on', async () => {
  process.env.GITHUB_OUTPUT = join(folder, 'output')
  await writeFile(process.env.GITHUB_OUTPUT, '')
  const host = githubHost({ RUNNER_TEMP: folder })
  const { raw, value: path } = await capturing(async () => {
    host.mask('s3cret"value')
    host.log.info('info s3cret"value')
    host.log.debug(`debug ${Buffer.from('s3cret"value').toString('base64')}`)
    host.log.warning('title of s3cret"value', 'warning s3cret"value')
    host.log.error('title', `error ${JSON.stringify('s3cret"value')}`)
    host.output('name', 'output s3cret"value')
    return host.file('file.json', 'file s3cret"value')
  })
  const rest = raw.replace('::add-mask::s3cret"value\n', '')
  expect(rest).not.toBe(raw)
  expect(rest.split('\n').filter((line) => line !== '')).toEqual([
    'info ***',
    '::debug::debug ***',
    '::warning title=title of ***::warning ***',
    '::error title=title::error "***"',
  ])
  expect(await readFile(process.env.GITHUB_OUTPUT, 'utf8')).toContain('output ***')
  expect([path, await readFile(path, 'utf8')]).toEqual([join(folder, 'file.json'), 'file ***'])
})

test("the runner's older form of commands, which counts anywhere in a line, never reaches the log intact", async () => {
  const { raw } = await capturing(async () => {
    const { log } = githubHost({})
    log.info('##[group]at the start')
    log.info('image "##[add-mask]e" → "##[command]rm"')
    log.debug('before ##[error]after')
    log.warning('title', 'before ##[set-output name=x]y')
    log.error('title', 'before\n##[stop-commands]x')
    log.info('###[[debug]twice##[debug]')
    await log.group('Plan', async () => log.info('inside ##[endgroup]'))
  })
  expect(raw).not.toContain('##[')
  // What was written there can still be read.
  expect(raw).toContain('image "## [add-mask]e" → "## [command]rm"')
  expect(raw).toContain('[stop-commands]x')
})

test.each(['::set-output name=x::y', '  ::error::x', 'a\n::add-mask::b', 'a\r::debug::b', '\u0085::stop-commands::x'])(
  'a line such as %j is no command',
  async (line) => {
    const { raw } = await capturing(async () => githubHost({}).log.info(line))
    // The runner cuts lines and trims them as .NET does.
    for (const part of raw.split(/\r\n|[\r\n]/)) expect(part).not.toMatch(/^[\s\u0085]*::/)
  },
)

test('lines of somebody else are shown while commands are stopped, without secrets and control characters', async () => {
  const { raw } = await capturing(async () => {
    const host = githubHost({})
    host.mask('s3cret-value')
    host.log.untrusted(['\u001b[31mred\u0007', '::set-output name=x::y', 'before ##[error]after', 'it is s3cret-value'])
    host.log.info('after')
  })
  const [, stop = '', ...lines] = raw.trim().split('\n')
  const token = /^::stop-commands::(?<token>[\da-f-]{36})$/.exec(stop)?.groups?.token
  expect(token).toBeDefined()
  expect(lines).toEqual([
    '[31mred',
    ': :set-output name=x::y',
    'before ## [error]after',
    'it is ***',
    `::${token}::`,
    'after',
  ])
})

test('no two stretches of such lines end by the same word, so that no line can end its own', async () => {
  const { raw } = await capturing(async () => {
    const { log } = githubHost({})
    log.untrusted(['a'])
    log.untrusted(['b'])
  })
  const tokens = [...raw.matchAll(/^::stop-commands::(.+)$/gm)].map(([, token]) => token)
  expect(new Set(tokens).size).toBe(2)
})

test('a group that took its time says how long, below it, also when its work failed', async () => {
  const { raw } = await capturing(async () => {
    const { log } = githubHost({})
    await log.group('Slow', () => sleep(150))
    await log.group('Failing', () => sleep(150).then(() => Promise.reject(new Error('no')))).catch(() => undefined)
  })
  expect(raw).toMatch(
    /^::group::Slow\n::endgroup::\nSlow: 0\.\d s\n::group::Failing\n::endgroup::\nFailing: 0\.\d s\n$/,
  )
})

test('a group folds what is logged inside, and hands on what its work gives back', async () => {
  const { raw, value } = await capturing(() =>
    githubHost({}).log.group('Plan', async () => {
      githubHost({}).log.info('inside')
      return 7
    }),
  )
  expect([raw, value]).toEqual(['::group::Plan\ninside\n::endgroup::\n', 7])
})

test('a file of the job is read as it is; one that is not there is empty', async () => {
  const path = join(folder, 'plan.json')
  await writeFile(path, '{"a":"ü"}\n')
  const host = githubHost({})
  expect(await Promise.all([path, folder, join(folder, 'missing')].map(host.readFile))).toEqual(['{"a":"ü"}\n', '', ''])
})

test('without RUNNER_TEMP a file goes to the temporary folder of the machine', async () => {
  const path = await githubHost({}).file(`host-test-${process.pid}.json`, '{}')
  expect(path).toBe(join(tmpdir(), `host-test-${process.pid}.json`))
  await rm(path)
})

test('a runner without job summaries is no reason to fail', async () => {
  await expect(githubHost({}).summary('# Hello')).resolves.toBeUndefined()
})

test('without the variables of OpenID Connect there is no token, and the lines that grant it', async () => {
  const patience = patienceFor(1, () => undefined)
  const error = await expectedError(() => githubHost({}).idToken('api://audience', patience))
  expect(error).toMatchObject({ code: 'id-token-unavailable', hint: expect.stringContaining('id-token: write') })
})
