import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parseOutputs } from '../../scripts/runner.ts'
import { githubHost, withSlashes } from '../../src/host/github.ts'
import { capturing } from '../stage/in-process.ts'

/** What differs between the machines and the GitHubs that a run may be on, and cannot be run here. */

test.each(['https://github.com', 'https://acme.ghe.com', 'https://github.acme.example'])(
  'the page of a run is on the GitHub that it runs on: %s',
  (server) => {
    const { context } = githubHost({
      GITHUB_REPOSITORY: 'acme/infrastructure',
      GITHUB_SERVER_URL: server,
      GITHUB_RUN_ID: '7',
    })
    expect(context.runUrl).toBe(`${server}/acme/infrastructure/actions/runs/7`)
  },
)

test('a path of Windows is handed on with slashes, which its shells take too', () => {
  expect(withSlashes('D:\\a\\_temp\\apono-plan-1.json', '\\')).toBe('D:/a/_temp/apono-plan-1.json')
  expect(withSlashes('/home/runner/_temp/a\\b.json', '/')).toBe('/home/runner/_temp/a\\b.json')
})

test('a summary that cannot be written is no reason to fail, and says so in the debug log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'no-summary-'))
  const before = process.env.GITHUB_STEP_SUMMARY
  process.env.GITHUB_STEP_SUMMARY = join(folder, 'missing', 'summary')
  try {
    const host = githubHost({ GITHUB_STEP_SUMMARY: process.env.GITHUB_STEP_SUMMARY })
    const { raw } = await capturing(() => host.summary('# Hello'))
    expect(raw).toMatch(/^::debug::The job summary was not written: Error: Unable to access summary file/m)
  } finally {
    if (before === undefined) delete process.env.GITHUB_STEP_SUMMARY
    else process.env.GITHUB_STEP_SUMMARY = before
    await rm(folder, { recursive: true })
  }
})

test('the outputs of a step are read with the line ends of Windows too', () => {
  const text = 'outcome<<x\r\napplied\r\nx\r\nlist<<y\r\na\r\nb\r\ny\r\n'
  expect(parseOutputs(text)).toEqual({ outcome: 'applied', list: 'a\nb' })
})
