import { expect, test } from '@jest/globals'
import { expectFailure } from '../stage/failure.ts'
import { plainLog } from '../stage/result.ts'
import { onStage } from '../stage.ts'

const OLD_RUNNER = ['RUNNER_TEMP', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']

test('a self-hosted runner without summary, outputs and temporary folder runs all the same', () =>
  onStage(async (stage) => {
    const applied = await stage.run({ operation: 'apply' }, { lacks: OLD_RUNNER })
    expect([applied.exitCode, applied.summary, applied.outputs]).toEqual([0, '', {}])
    // The older form of an output, which such runners take.
    expect(applied.raw).toMatch(/^::set-output name=outcome::applied$/m)
    const path = /^::set-output name=plan-json::(.*)$/m.exec(applied.raw)?.[1] ?? ''
    // TMPDIR of the step, whose files are kept by their path below RUNNER_TEMP.
    expect(Object.keys(applied.files)).toContain(path.replace(/^.*(?=tmp\/apono-plan-)/, ''))
  }))

test('and a failure of one is told in its log', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ 'resource-group': 'rg-missing' }, { lacks: OLD_RUNNER })
    expect([refused.exitCode, plainLog(refused)]).toEqual([1, expect.stringContaining('az group create')])
    expect(refused.raw).toMatch(/^::set-output name=failure-reason::resource-group-not-found$/m)
  }))

test.each(['https://acme.ghe.com', 'https://github.acme.example'])(
  'links lead to the GitHub of the run: %s',
  (server) =>
    onStage(async (stage) => {
      const planned = await stage.run({}, { env: { GITHUB_SERVER_URL: server } })
      expect(planned.summary).toContain(`](${server}/acme/infrastructure/actions/runs/`)
      expect(planned.summary).not.toContain('https://github.com/acme')
    }),
)

test('a place for the summary that is not there does not hide why a run failed', () =>
  onStage(async (stage) => {
    const env = { GITHUB_STEP_SUMMARY: '/nowhere/summary' }
    const refused = await stage.run({ 'resource-group': 'rg-missing' }, { lacks: ['GITHUB_STEP_SUMMARY'], env })
    expectFailure(refused, 'resource-group-not-found')
  }))
