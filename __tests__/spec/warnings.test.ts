import { expect, test } from '@jest/globals'
import { containerGroupRules } from '../../src/azure/container-group.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { warningsOn } from '../../src/spec/warnings.ts'
import { actualGroup, desiredGroup } from '../builders.ts'
import { setOf } from './grant-builders.ts'

function warnings(existing = actualGroup()): string[] {
  const desired = new Map([[desiredGroup().address, desiredGroup()]])
  return warningsOn(makePlan(desired, setOf([existing]), () => containerGroupRules))
}

test('a group whose token everyone could read is warned of, with what to do about it', () => {
  const byHand = actualGroup(
    { ...desiredGroup().properties, token: 'readable in plain text', tags: {} },
    { ownership: { by: 'nobody' } },
  )
  expect(warnings(byHand)).toEqual([
    'The token of "apono-connector" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.',
  ])
})

test('a group of ours is no reason to warn', () => {
  expect(warnings()).toEqual([])
})
