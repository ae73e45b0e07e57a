import { describe, expect, test } from '@jest/globals'
import { wavesOf } from '../../src/engine/order.ts'
import type { Change } from '../../src/engine/plan.ts'
import { type Resource, referenceTo } from '../../src/engine/resource.ts'
import { actualThing, thing } from '../builders.ts'

const RANK = { grant: 0, group: 1 }

type Kind = keyof typeof RANK
type Thing = Resource<Kind>

function of(kind: Kind, index: number, properties: Thing['properties'] = {}): Thing {
  return { ...thing(index, properties), kind }
}

function create(after: Thing): Change<Thing> {
  return { action: 'create', address: after.address, kind: after.kind, name: after.name, after, knownAfterApply: [] }
}

function leave(action: 'delete' | 'no-op', resource: Thing): Change<Thing> {
  const { address, kind, name } = resource
  return { action, address, kind, name, before: { ...actualThing(resource), resource } }
}

function names(...changes: Change<Thing>[]): string[][] {
  return wavesOf({ changes }, RANK).map((wave) => wave.map(({ action, name }) => `${action} ${name}`))
}

const waiting = of('grant', 3, { principal: referenceTo(thing(0, {}).address, 'principal-id') })

describe('the waves of a plan', () => {
  test('go by the rank of the kinds, not by their order in the plan', () => {
    expect(names(create(of('group', 0)), create(of('grant', 1)), create(of('grant', 2)))).toEqual([
      ['create thing-1', 'create thing-2'],
      ['create thing-0'],
    ])
  })

  test('put what waits for a value last, whatever its kind', () => {
    expect(names(create(waiting), create(of('grant', 1)), create(of('group', 0)))).toEqual([
      ['create thing-1'],
      ['create thing-0'],
      ['create thing-3'],
    ])
  })

  test('take away after what is given within a rank, and before the next rank', () => {
    expect(
      names(
        leave('delete', of('grant', 1)),
        create(of('grant', 2)),
        create(of('group', 0)),
        leave('no-op', of('grant', 4)),
      ),
    ).toEqual([['create thing-2', 'no-op thing-4'], ['delete thing-1'], ['create thing-0']])
  })

  test('take rights before the group that used them', () => {
    expect(names(leave('delete', of('group', 0)), leave('delete', of('grant', 1)))).toEqual([
      ['delete thing-1'],
      ['delete thing-0'],
    ])
  })

  test('put what is deleted at its own rank, also when it held an open value', () => {
    expect(names(leave('delete', waiting), create(of('group', 0)))).toEqual([['delete thing-3'], ['create thing-0']])
  })

  test('of nothing are none', () => {
    expect(names()).toEqual([])
  })
})
