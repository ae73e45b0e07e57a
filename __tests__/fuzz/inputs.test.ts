import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse as parseYaml } from 'yaml'
import { makePlan } from '../../src/engine/plan.ts'
import { DeployError } from '../../src/errors.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { planLog } from '../../src/render/log.ts'
import { desiredFrom } from '../../src/spec/desired.ts'
import { someSurroundings } from '../builders.ts'
import { NEEDED, parse, type Raw } from '../inputs/raw.ts'
import { fieldsOf } from '../specs/json.ts'
import { hostileText, isPolluted, NASTY_TEXTS } from './hostile.ts'

const metadata = fieldsOf(parseYaml(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8')))
const NAMES = Object.keys(fieldsOf(metadata.inputs))

/** Refused with every problem told, or understood: then a plan of it can be made and shown. */
async function expectOutcome(raw: Raw): Promise<void> {
  const result = await parse(raw).catch((error: unknown) => error)
  if (result instanceof Error) {
    expect(result).toBeInstanceOf(DeployError)
    expect(result).toMatchObject({ code: 'invalid-inputs' })
  } else show(result as Inputs)
  expect(isPolluted()).toBe(false)
}

function show(inputs: Inputs): void {
  const desired = desiredFrom(inputs, someSurroundings(), new Map())
  planLog({
    plan: makePlan(desired, new Map(), () => ({ impactOf: () => 'none', knownAfterApply: [] })),
    drift: undefined,
  })
}

test.each(NAMES)('whatever %s holds is understood or refused', async (name) => {
  for (const text of NASTY_TEXTS)
    await expectOutcome({ ...NEEDED, operation: 'apply', 'apono-token': 'x'.repeat(40), [name]: text })
  await fc.assert(
    fc.asyncProperty(hostileText, (text) => expectOutcome({ ...NEEDED, [name]: text })),
    { numRuns: 40 },
  )
})

test('whatever all of them hold together is understood or refused', () =>
  fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...NAMES), hostileText), (raw) =>
      expectOutcome({ ...NEEDED, ...raw }),
    ),
    { numRuns: 300 },
  ))

const LISTS = ['environment', 'tags', 'extra-role-assignments', 'constrain-roles', 'identity-ids']
const line = fc
  .tuple(hostileText, fc.constantFrom('=', ': ', ' ', '- role: ', '\n  scope: '), hostileText)
  .map((parts) => parts.join(''))

test.each(LISTS)('lines of %s that are almost right are understood or refused', (name) =>
  fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 5 }), (lines) =>
      expectOutcome({ ...NEEDED, [name]: lines.join('\n') }),
    ),
    { numRuns: 100 },
  ),
)

test.each(LISTS)('%s with more levels than a stack holds is refused', async (name) => {
  for (const level of ['- ', '? ']) await expectOutcome({ ...NEEDED, [name]: `${level.repeat(3_000)}: \n=` })
})

test.each(LISTS)('any JSON in place of %s is understood or refused', (name) =>
  fc.assert(
    fc.asyncProperty(fc.jsonValue(), (value) => expectOutcome({ ...NEEDED, [name]: JSON.stringify(value) })),
    { numRuns: 100 },
  ),
)
