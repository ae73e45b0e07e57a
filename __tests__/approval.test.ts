import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deviationFrom } from '../src/approval.ts'
import { fingerprintOf } from '../src/engine/fingerprint.ts'
import type { DeployError } from '../src/errors.ts'
import type { Host } from '../src/host/host.ts'
import type { Inputs } from '../src/inputs/inputs.ts'
import { planDocument } from '../src/render/plan-json.ts'
import type { Planned as WholePlanned } from '../src/render/report.ts'
import { actualGroup, OTHER_FINGERPRINT, someInputs, TOKEN_FINGERPRINT } from './builders.ts'
import { existingGroup, furtherGrant, onSubscription, planFor } from './spec/grant-builders.ts'

type Planned = Pick<WholePlanned, 'plan' | 'fingerprint'>

function planned(changes: Partial<Inputs>, existing = [existingGroup()]): Planned {
  const plan = planFor(changes, existing)
  return { plan, fingerprint: fingerprintOf(plan) }
}

function fileOf({ plan, fingerprint }: Planned): string {
  return JSON.stringify(planDocument({ plan, fingerprint, drift: undefined }), null, 2)
}

/** Nothing of a host but its files takes part. */
const HOST: Omit<Host, 'readFile'> = {
  context: { repository: '', eventName: '', commit: '', runUrl: '' },
  log: {
    info: () => undefined,
    debug: () => undefined,
    warning: () => undefined,
    error: () => undefined,
    untrusted: () => undefined,
    group: (_title, work) => work(),
  },
  input: () => '',
  variable: () => '',
  mask: () => undefined,
  output: () => undefined,
  summary: async () => undefined,
  file: async (name) => name,
  idToken: async () => '',
  redact: (text) => text,
  keepTo: () => undefined,
  discussion: () => Promise.reject(new Error('nobody talks here')),
}
const REST: Omit<WholePlanned, 'plan' | 'fingerprint'> = {
  inputs: someInputs(),
  drift: undefined,
  warnings: [],
  notes: [],
  obstacles: { missing: [], refusal: undefined, notes: [], unregistered: [] },
  principal: null,
  portalUrl: (id) => id,
}

const PATH = 'plans/approved.json'
const now = planned({ tags: {} })
const other = planned({ tags: { team: 'security' } })

/** What stands in the way, where the approved plan is given like this and its file holds that. */
function deviation(expected: string | undefined, content = '', of: Planned = now): Promise<DeployError | undefined> {
  return deviationFrom(
    expected,
    { ...REST, ...of },
    { ...HOST, readFile: async (path) => (path === PATH ? content : '') },
  )
}

describe('a plan may be applied', () => {
  test('when nobody asked for an approval', async () => {
    expect(await deviation(undefined)).toBeUndefined()
  })

  test('when its fingerprint is the one that was approved', async () => {
    expect(await deviation(now.fingerprint)).toBeUndefined()
  })

  test('when the file of the approved plan has its fingerprint', async () => {
    expect(await deviation(PATH, fileOf(now))).toBeUndefined()
  })

  test('when later versions of this action wrote more into the file', async () => {
    expect(await deviation(PATH, JSON.stringify({ ...JSON.parse(fileOf(now)), later: true }))).toBeUndefined()
  })
})

describe('a plan that differs', () => {
  test('from an approved fingerprint is refused with both', async () => {
    expect(await deviation(other.fingerprint)).toMatchObject({
      code: 'plan-changed',
      message: `The plan is not the one that was approved (${other.fingerprint.slice(0, 12)}, now ${now.fingerprint.slice(0, 12)}). Nothing was changed.`,
      hint: expect.stringContaining('Have the new plan reviewed'),
    })
  })

  test('from an approved file is refused with the lines that differ, on either side', async () => {
    const error = await deviation(PATH, fileOf(other))
    expect(error?.code).toBe('plan-changed')
    const lines =
      error?.message
        .split('\n')
        .slice(1)
        .filter((line) => !line.includes('lastApplied')) ?? []
    expect(lines).toEqual([
      'What differs (- approved, + now):',
      '- update container-group "apono-connector": tags.team "platform" → "security"',
      '+ update container-group "apono-connector": tags.team "platform" → (none)',
    ])
  })

  test('names a change that came or went, with all that it makes', async () => {
    const approved = planned({ permissions: onSubscription() }, [])
    const error = await deviation(PATH, fileOf(approved), planned({}, []))
    expect(error?.message).toMatch(/^- create role-assignment "User Access Administrator on [^"]+"$/m)
    expect(error?.message).toMatch(/^- create role-assignment "[^"]+": principal \{"knownAfterApply":true\}$/m)
    expect(error?.message).not.toMatch(/^\+ create role-assignment/m)
  })

  test('by a delete alone says so', async () => {
    const plan = planFor({}, [existingGroup(), furtherGrant(7, { by: 'us' })])
    const error = await deviation(PATH, fileOf(planned({})), { plan, fingerprint: fingerprintOf(plan) })
    expect(error?.message).toMatch(/^\+ delete role-assignment "Reader on [^"]+"$/m)
  })

  test('by the token alone is refused, and shows none of it', async () => {
    const rotated = planFor({}, [existingGroup()], { tokenFingerprint: OTHER_FINGERPRINT })
    const error = await deviation(PATH, fileOf({ plan: rotated, fingerprint: fingerprintOf(rotated) }), planned({}))
    expect(error?.code).toBe('plan-changed')
    for (const secret of [TOKEN_FINGERPRINT, OTHER_FINGERPRINT]) expect(error?.message).not.toContain(secret)
  })
})

describe('what cannot be checked is refused', () => {
  const { fingerprint } = now
  const document = JSON.parse(fileOf(now))
  test.each<[string, string]>([
    ['a file that is not there', ''],
    ['something that is no JSON', `${fileOf(now)}x`],
    ['JSON of another kind', '[]'],
    ['null', 'null'],
    ['a bare fingerprint', JSON.stringify(fingerprint)],
    ['a file of a later format', JSON.stringify({ ...document, formatVersion: 2 })],
    ['a format that is a text', JSON.stringify({ ...document, formatVersion: '1' })],
    ['a file without a format', JSON.stringify({ ...document, formatVersion: undefined })],
    ['a file without a fingerprint', JSON.stringify({ ...document, fingerprint: undefined })],
    ['an empty fingerprint', JSON.stringify({ ...document, fingerprint: '' })],
    ['a fingerprint in capitals', JSON.stringify({ ...document, fingerprint: fingerprint.toUpperCase() })],
    ['a part of a fingerprint', JSON.stringify({ ...document, fingerprint: fingerprint.slice(0, 12) })],
    ['a fingerprint in a list', JSON.stringify({ ...document, fingerprint: [fingerprint] })],
    ['inherited parts', `{"__proto__": ${fileOf(now)}}`],
  ])('%s', async (_title, content) => {
    expect(await deviation(PATH, content)).toMatchObject({
      code: 'plan-changed',
      message: `The approved plan could not be checked: ${PATH} is not there, or is no plan of this action. Nothing was changed.`,
    })
  })

  test('whatever a file holds, only the fingerprint of this very plan lets it pass', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (content) => {
        expect((await deviation(PATH, content))?.code).toBe('plan-changed')
      }),
    )
  })
})

describe('hostile files', () => {
  const hostile = (changes: unknown) =>
    JSON.stringify({ formatVersion: 1, fingerprint: 'f'.repeat(64), hasChanges: true, changes })

  test('of any shape are refused, not a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (changes) => {
        expect((await deviation(PATH, hostile(changes)))?.code).toBe('plan-changed')
        expect(
          (await deviation(PATH, hostile([{ action: changes, properties: [changes], after: changes }])))?.code,
        ).toBe('plan-changed')
      }),
    )
  })

  test('put no line break of theirs into what is told by names and values', async () => {
    const name = 'x\n::stop-commands::x'
    const changes = [
      { action: 'update', kind: 'thing', name, properties: [{ path: ['a'], before: name, after: name }] },
    ]
    const error = await deviation(PATH, hostile(changes))
    expect(error?.message.split('\n').filter((line) => line.startsWith('::'))).toEqual([])
  })

  // Paths, actions and kinds are put into the line as they are.
  test.each([
    { action: 'update\n::stop-commands::x', kind: 'thing', name: 'x' },
    { action: 'update', kind: 'a\n::stop-commands::x', name: 'x' },
    { action: 'update', kind: 'thing', name: 'x', properties: [{ path: ['a\n::stop-commands::x'] }] },
    { action: 'create', kind: 'thing', name: 'x', after: { 'a\n::stop-commands::x': 1 } },
  ])('put no line break of theirs into what is told: %j', async (change) => {
    const error = await deviation(PATH, hostile([change]))
    expect(error?.message.split('\n').filter((line) => line.startsWith('::'))).toEqual([])
  })
})

test('a group in another state of health is the same plan', async () => {
  const restless = actualGroup(undefined, { attributes: { state: 'Waiting' }, health: { is: 'changing', detail: 'x' } })
  expect(await deviation(now.fingerprint, '', planned({ tags: {} }, [restless]))).toBeUndefined()
})
