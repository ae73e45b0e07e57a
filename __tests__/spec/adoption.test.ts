import { describe, expect, test } from '@jest/globals'
import { type Actual, addressOf, type Ownership } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { keptSize, refuseUnwanted, strangersIn } from '../../src/spec/adoption.ts'
import type { AzureResource, ContainerGroup } from '../../src/spec/resources.ts'
import { actualGroup, deployErrorOf, desiredGroup, someInputs } from '../builders.ts'
import { existingGrants, existingGroup, onSubscription, planFor, setOf } from './grant-builders.ts'

const byHand = actualGroup(
  { ...desiredGroup().properties, tags: {}, lastApplied: null },
  { ownership: { by: 'nobody' } },
)

/** A group of this connector under another name, which no input asks for. */
function beside(ownership: Ownership = { by: 'nobody' }): Actual<ContainerGroup> {
  const resource = { ...byHand.resource, address: addressOf('container-group', 'by-hand'), name: 'by-hand' }
  return { ...byHand, resource, ownership }
}

function judge(changes: Partial<Inputs>, existing: readonly Actual<AzureResource>[]): void {
  refuseUnwanted(planFor(changes, existing), setOf(existing), someInputs(changes))
}

describe('a group without a mark that runs this connector', () => {
  test.each(['yes', 'keep-size'] as const)('is taken over with adopt: %s', (adopt) => {
    expect(() => judge({ adopt }, [byHand])).not.toThrow()
    expect(() => judge({ adopt, cpu: 2 }, [byHand])).not.toThrow()
  })

  test.each([
    ['in place', {}],
    ['by a replace', { cpu: 2 }],
  ])('is not taken over %s against the word of the user', async (_title, changes) => {
    const error = await deployErrorOf(() => judge({ adopt: 'no', ...changes }, [byHand]))
    expect(error).toMatchObject({
      code: 'adoption-refused',
      message:
        '"apono-connector" runs this connector, but was not made by this action, and `adopt: false` forbids to take it over.',
    })
    expect(error.hint).toMatch(/^Remove `adopt: false` to take it over .* Nothing was changed\.$/)
  })

  test('is not joined by a second one, whatever the user said', async () => {
    for (const adopt of ['yes', 'no', 'keep-size'] as const) {
      const error = await deployErrorOf(() => judge({ adopt }, [beside()]))
      expect(error.code).toBe('adoption-refused')
      expect(error.message).toBe(
        '"by-hand" runs this connector already, without a mark of this action. A second one beside it would be an accident.',
      )
      expect(error.hint).toContain('Set `name: by-hand` to take it over')
    }
  })

  test('is not joined by a further replica either', async () => {
    const error = await deployErrorOf(() => judge({ replicas: 2 }, [existingGroup(), beside()]))
    expect(error.code).toBe('adoption-refused')
  })

  test('may stand beside ours, as long as none is made', () => {
    expect(() => judge({}, [existingGroup(), beside()])).not.toThrow()
    expect(() => judge({ tags: {} }, [existingGroup(), beside()])).not.toThrow()
    expect(() => judge({ operation: 'destroy' }, [existingGroup(), beside()])).not.toThrow()
  })
})

test('adopt: false refuses neither ours nor a grant that was made by hand', () => {
  const permissions = onSubscription()
  const grants = existingGrants({ permissions }, { by: 'nobody' })
  expect(() => judge({ adopt: 'no', permissions, tags: {} }, [existingGroup({ permissions }), ...grants])).not.toThrow()
  expect(() => judge({ adopt: 'no' }, [])).not.toThrow()
})

describe('strangers', () => {
  const names = (existing: readonly Actual<AzureResource>[]) =>
    strangersIn(planFor({}, existing), setOf(existing)).map(({ resource }) => resource.name)

  test('are groups beside the plan without a mark', () => {
    expect(names([existingGroup(), beside()])).toEqual(['by-hand'])
  })

  test('are neither what is adopted, nor what is ours or of others, nor grants', () => {
    expect(names([byHand])).toEqual([])
    expect(names([existingGroup(), beside({ by: 'us' })])).toEqual([])
    expect(names([existingGroup(), beside({ by: 'other', description: 'x' })])).toEqual([])
    expect(names([existingGroup(), ...existingGrants({ permissions: onSubscription() }, { by: 'nobody' })])).toEqual([])
  })
})

describe('the size that is kept', () => {
  const large = actualGroup({ ...desiredGroup().properties, cpu: 2, memory: 1.5 }, { ownership: { by: 'nobody' } })
  const unset = { name: false, cpu: false, memory: false }

  test('is that of the group that was found, where the inputs do not set it', () => {
    const kept = (given: Partial<Inputs['given']>) =>
      keptSize(someInputs({ adopt: 'keep-size', given: { ...unset, ...given } }), large)
    expect(kept({})).toEqual({ cpu: 2, memory: 1.5 })
    expect(kept({ cpu: true })).toEqual({ memory: 1.5 })
    expect(kept({ memory: true })).toEqual({ cpu: 2 })
    expect(kept({ cpu: true, memory: true })).toEqual({})
  })

  test.each(['yes', 'no'] as const)('is none with adopt: %s', (adopt) => {
    expect(keptSize(someInputs({ adopt }), large)).toEqual({})
  })

  test('is none without a group', () => {
    expect(keptSize(someInputs({ adopt: 'keep-size' }), undefined)).toEqual({})
  })
})
