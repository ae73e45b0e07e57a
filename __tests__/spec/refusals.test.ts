import { describe, expect, test } from '@jest/globals'
import { violationsOf } from '../../src/engine/guard.ts'
import type { Actual } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { refusalOf, refuseForeign } from '../../src/spec/refusals.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup, deployErrorOf, desiredGroup, someInputs } from '../builders.ts'
import { existingGrants, existingGroup, onSubscription, planFor, SUBSCRIPTION } from './grant-builders.ts'

const THEIRS = { by: 'other', description: 'its tags say that it is the connector "other"' } as const

function violations(changes: Partial<Inputs>, existing: readonly Actual<AzureResource>[]) {
  return violationsOf(planFor(changes, existing), someInputs(changes))
}

const foreign = actualGroup({ ...desiredGroup().properties, tags: {} }, { ownership: THEIRS })
const permissions = onSubscription({ constrainRoles: 'privileged' })

describe("somebody else's resource", () => {
  test('that is a group stops the run, says whose it is, and what else to choose', async () => {
    const error = await deployErrorOf(() => refuseForeign(violations({}, [foreign])))
    expect(error.code).toBe('foreign-resource')
    expect(error.message).toBe(
      '"apono-connector" exists already and is not ours to change: its tags say that it is the connector "other". Nothing was changed.',
    )
    expect(error.hint).toBe('Choose another `name` for this connector, or another resource group.')
  })

  test('that is a grant says that two connectors want different limits', async () => {
    const grants = existingGrants({ permissions: onSubscription() }, THEIRS)
    const error = await deployErrorOf(() =>
      refuseForeign(violations({ permissions }, [existingGroup({ permissions }), ...grants])),
    )
    expect(error.code).toBe('foreign-resource')
    expect(error.message).toContain(`"User Access Administrator on ${SUBSCRIPTION}" exists already`)
    expect(error.hint).toContain('Give them the same `constrain-roles`, or an identity each.')
  })

  test('stops it also where everything was agreed to', () => {
    expect(() => refuseForeign(violations({ cpu: 2, allowReplace: true }, [foreign]))).toThrow('is not ours to change')
    expect(refusalOf(violations({ cpu: 2, allowReplace: true }, [foreign]))?.code).toBe('foreign-resource')
  })
})

describe('a replace without consent', () => {
  test('is refused with what forces it, and both ways out', () => {
    const error = refusalOf(violations({ cpu: 2, memory: 4, tags: {} }, [existingGroup()]))
    expect(error?.code).toBe('replace-refused')
    expect(error?.message).toBe(
      '"apono-connector" would have to be deleted and created again, because Azure cannot change cpu, memory of what is there.',
    )
    expect(error?.hint.split('\n')).toEqual([
      'A replaced group gets a new identity, so this takes your consent. Nothing was changed. If the plan is what you want, add to the step:',
      '  allow-replace: true',
      'Otherwise set cpu, memory back to what is there now; the plan shows both values.',
    ])
  })

  test('does not keep a plan from being shown, and with consent keeps nothing', () => {
    expect(() => refuseForeign(violations({ cpu: 2 }, [existingGroup()]))).not.toThrow()
    expect(refusalOf(violations({ cpu: 2, allowReplace: true }, [existingGroup()]))).toBeUndefined()
  })
})

test('what takes no consent is not refused', () => {
  expect(refusalOf(violations({}, []))).toBeUndefined()
  expect(refusalOf(violations({ tags: {}, connectorVersion: 'v1.8.0' }, [existingGroup()]))).toBeUndefined()
  expect(refusalOf(violations({}, [existingGroup(), ...existingGrants({ permissions })]))).toBeUndefined()
})
