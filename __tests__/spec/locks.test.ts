import { describe, expect, test } from '@jest/globals'
import { type Lock, lockRefusal, stops, touchesOf } from '../../src/spec/locks.ts'
import { SUBSCRIPTION_ID, someInputs } from '../builders.ts'
import {
  existingGrants,
  existingGroup,
  MANAGEMENT_GROUP,
  onManagementGroup,
  onSubscription,
  planFor,
} from './grant-builders.ts'

type Changes = Parameters<typeof planFor>[0]

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-apono`

const lockOn = (scope: string, level: Lock['level'] = 'CanNotDelete'): Lock => ({
  id: `${scope}/providers/Microsoft.Authorization/locks/keep`,
  scope,
  level,
})

function touches(changes: Changes, existing: Parameters<typeof planFor>[1] = []) {
  return touchesOf(planFor(changes, existing), someInputs(changes)).map(({ scope, verb }) => `${verb} ${scope}`)
}

describe('what a plan does to things that can be locked', () => {
  test('is nothing without changes', () => {
    const changes = { permissions: onSubscription({ directoryReaders: true }) }
    expect(touches(changes, [existingGroup(changes), ...existingGrants(changes)])).toEqual([])
  })

  test('is a write for what is created, and nothing for what is in Entra', () => {
    const changes = { permissions: onSubscription({ directoryReaders: true }) }
    expect(touches(changes)).toEqual([`write ${GROUP}`, `write ${SUBSCRIPTION}`])
  })

  test('is a delete and a write of the very group for a replace', () => {
    const group = existingGroup({})
    expect(touches({ cpu: 2 }, [group])).toEqual([`delete ${group.armId}`, `write ${group.armId}`])
  })

  test('includes grants on management groups, which take no locks', () => {
    expect(touches({ permissions: onManagementGroup() })).toContain(`write ${MANAGEMENT_GROUP}`)
  })
})

describe('a lock stops', () => {
  const write = { scope: GROUP, verb: 'write' } as const
  const remove = { scope: GROUP, verb: 'delete' } as const

  test.each([
    ['a delete', 'CanNotDelete', remove, true],
    ['a write', 'CanNotDelete', write, false],
    ['a delete', 'ReadOnly', remove, true],
    ['a write', 'ReadOnly', write, true],
  ] as const)('%s: %s', (_what, level, touch, expected) => {
    expect(stops(lockOn(GROUP, level), touch)).toBe(expected)
  })

  test('what is below its scope, in any casing, and nothing else', () => {
    const at = (scope: string) => stops(lockOn(scope), remove)
    expect([at(SUBSCRIPTION), at(GROUP.toUpperCase()), at(`${GROUP}/providers/x/y/z`), at(`${GROUP}-2`)]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(stops(lockOn(GROUP), { scope: `${GROUP}-2`, verb: 'delete' })).toBe(false)
  })
})

test('locks that stop nothing are no reason to refuse', () => {
  expect(lockRefusal([lockOn(GROUP)], [{ name: 'x', scope: GROUP, verb: 'write' }])).toBeUndefined()
})
