import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { withoutVariable, withVariable } from '../../stage/group-edits.ts'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage, openStage, type Stage } from '../../stage.ts'

jest.setTimeout(180_000)

/** The variables of the connector in the sandbox, as they were sent. */
function variablesOf(stage: Stage) {
  const variables = stage.stored()?.properties.containers?.[0]?.properties?.environmentVariables ?? []
  const own = ['APONO_CONNECTOR_ID', 'APONO_TOKEN', 'APONO_URL', 'CONNECTOR_METADATA']
  return variables.filter(({ name }) => !own.includes(name))
}

const APPLY = { operation: 'apply' }
const SECURE = { 'environment-secure': 'DB_PASSWORD=first-password\nAPI_KEY=first-key-of-api' }

describe('whatever the values are', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage()
  })
  afterAll(() => stage.close())

  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
  const awkward = fc.constantFrom(
    'a=b=c "quoted" \'single\' # no comment',
    '{"type": "service_account", "key": "-----BEGIN-----\\nabc\\n"}',
    'first line\nsecond line\n\n  indented\r\n',
    '🦊🔑 ümläut 漢字',
    '- item\n- : tricky',
    ' leading and trailing ',
    '::set-output name=x::y %0A',
    '${{ secrets.NOT }} $HOME `id`',
  )
  const text = fc.oneof(awkward, fc.string({ unit: 'grapheme', minLength: 1 }))
  // Never a part of a plain value, which would rightly be called a leak.
  const secret = text.map((value) => `${value} kept secret`)
  const map = (value: fc.Arbitrary<string>, first: string) =>
    fc
      .dictionary(name, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
      .map((entries) => Object.fromEntries(Object.entries(entries).map(([key, one]) => [`${first}_${key}`, one])))
  const form = fc.constantFrom(JSON.stringify, (entries: unknown) => stringify(entries, { schema: 'failsafe' }))

  test('they reach Azure as they were given, and the next plan is empty', async () => {
    await fc.assert(
      fc.asyncProperty(map(text, 'P'), map(secret, 'S'), form, form, async (plain, secure, first, second) => {
        const inputs = { environment: first(plain), 'environment-secure': second(secure) }
        const applied = await stage.runInProcess({ ...APPLY, ...inputs })
        expect([applied.exitCode, plainLog(applied)]).toEqual([0, expect.any(String)])
        const sent = variablesOf(stage)
        expect(
          Object.fromEntries(sent.flatMap(({ name: key, value }) => (value === undefined ? [] : [[key, value]]))),
        ).toEqual(plain)
        expect(
          Object.fromEntries(
            sent.flatMap(({ name: key, secureValue }) => (secureValue === undefined ? [] : [[key, secureValue]])),
          ),
        ).toEqual(secure)
        const again = await stage.runInProcess({ ...inputs, operation: 'plan' })
        expect(planLines(again)).toEqual([])
        expect(again.outputs['has-changes']).toBe('false')
      }),
      { numRuns: Number(process.env.RUNS ?? 8) },
    )
  })
})

test.concurrent('a rotated value shows as changed, by its name and nothing else; the others stay', () =>
  onStage(async (stage) => {
    const applied = await stage.run({ ...APPLY, ...SECURE })
    expect(applied.raw).toContain('::add-mask::first-password')
    expect(planLines(applied)).toContain('+ environment.DB_PASSWORD (sensitive value)')
    const rotated = { 'environment-secure': 'DB_PASSWORD=other-password\nAPI_KEY=first-key-of-api' }
    const drift = await stage.run({ ...rotated, operation: 'drift' })
    expect([drift.outputs.outcome, planLines(drift)]).toEqual([
      'pending',
      ['~ environment.DB_PASSWORD (sensitive value), changed'],
    ])
    const changed = await stage.run({ ...APPLY, ...rotated }, { debug: true })
    expect(planLines(changed)).toEqual(['~ environment.DB_PASSWORD (sensitive value), changed'])
    expect((await stage.run({ ...rotated, operation: 'plan' })).outputs['has-changes']).toBe('false')
  }))

test.concurrent('a plan that was not given the values does not compare them, and says so', () =>
  onStage(async (stage) => {
    await stage.run({ ...APPLY, ...SECURE })
    const planned = await stage.run({
      operation: 'plan',
      'apono-token': '',
      'environment-secure': 'DB_PASSWORD=\nAPI_KEY=',
    })
    expect(planned.outputs.outcome).toBe('in-sync')
    expect(plainLog(planned)).toContain('No value was given for DB_PASSWORD, API_KEY of environment-secure')
  }))

test.concurrent('variables come, go and change sides; what somebody made readable is drift and taken back', () =>
  onStage(async (stage) => {
    await stage.run({ ...APPLY, ...SECURE })
    const moved = {
      environment: 'API_KEY=now-a-plain-text',
      'environment-secure': 'DB_PASSWORD=first-password\nNEW=brand-new-secret',
    }
    const planned = await stage.run({ ...APPLY, ...moved })
    expect(planLines(planned)).toEqual([
      '~ environment.API_KEY (sensitive value) → "now-a-plain-text"',
      '+ environment.NEW (sensitive value)',
    ])
    stage.edit(withVariable({ name: 'NEW', value: 'readable' }))
    const drift = await stage.run({ ...moved, operation: 'drift', 'auto-repair': 'true', 'fail-on-drift': 'false' })
    expect(drift.outputs['drift-detected']).toBe('true')
    expect(variablesOf(stage)).toContainEqual({ name: 'NEW', secureValue: 'brand-new-secret' })
    stage.edit(withoutVariable('DB_PASSWORD'))
    expect(
      (await stage.run({ ...moved, operation: 'drift', 'fail-on-drift': 'false' })).outputs['drift-detected'],
    ).toBe('true')
    expect(writesOf(await stage.run({ ...APPLY, ...moved }))).toEqual(['PUT apono-connector'])
    expect((await stage.run({ ...moved, operation: 'plan' })).outputs['has-changes']).toBe('false')
  }))
