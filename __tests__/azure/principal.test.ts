import { describe, expect, test } from '@jest/globals'
import { principalOf, principalsIn } from '../../src/azure/principal.ts'
import { addressOf } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import { refusalFor } from '../../src/spec/obstacles.ts'
import { actualGroup, PRINCIPAL_ID } from '../builders.ts'
import { existingGroup, grantsOf, onSubscription, setOf } from '../spec/grant-builders.ts'

const REPLICA_PRINCIPAL = 'd0d1d2d3-7b42-4f59-9d0c-2e5f8a6b1d44'

/** Object ids that these grants are for, where this is there. */
function principals(given: Parameters<typeof grantsOf>, existing: Parameters<typeof setOf>[0]) {
  return grantsOf(...given).flatMap((grant) =>
    grant.kind === 'container-group' || grant.kind === 'log-analytics-workspace'
      ? []
      : [principalOf(grant, setOf(existing))],
  )
}

describe('the principal that a grant is for', () => {
  const permissions = onSubscription({ directoryReaders: true })

  test('is that of the user-assigned identity, whether or not the group exists', () => {
    expect(principals([{ permissions }, { principal: 'other' }], [])).toEqual(['other', 'other'])
    expect(principals([{ permissions }, { principal: 'other' }], [existingGroup()])).toEqual(['other', 'other'])
  })

  test('is that of its own group, once that exists', () => {
    const second = actualGroup(undefined, { attributes: { 'principal-id': REPLICA_PRINCIPAL } })
    const address = addressOf('container-group', 1)
    const there = [existingGroup(), { ...second, resource: { ...second.resource, address } }]
    expect(principals([{ permissions: onSubscription(), replicas: 2 }], there)).toEqual([
      PRINCIPAL_ID,
      REPLICA_PRINCIPAL,
    ])
  })

  test('is not known before the group exists', () => {
    expect(principals([{ permissions }], [])).toEqual([undefined, undefined])
  })
})

describe('the principals of all connectors that were found', () => {
  test('are each told once; a group without an identity has none', () => {
    const bare = actualGroup(undefined, { attributes: {} })
    const stranger = { ...bare, resource: { ...bare.resource, address: addressOf('container-group', 'stranger') } }
    expect(principalsIn(setOf([existingGroup(), stranger]))).toEqual([PRINCIPAL_ID])
    const twin = { ...existingGroup(), resource: { ...bare.resource, address: addressOf('container-group', 1) } }
    expect(principalsIn(setOf([existingGroup(), twin]))).toEqual([PRINCIPAL_ID])
    expect(principalsIn(setOf([]))).toEqual([])
  })
})

describe('the rights that are missing', () => {
  const lacks = (what: string) => new DeployError('permission-denied', `It lacks ${what}.`, { hint: `Grant ${what}.` })

  test('stand in the way together, each with its command', () => {
    expect(refusalFor([lacks('a'), lacks('b')])).toMatchObject({
      code: 'permission-denied',
      message: "The workflow's identity lacks 2 rights. Nothing was changed.\n- It lacks a.\n- It lacks b.",
      hint: 'Grant a.\nGrant b.',
    })
  })

  test('are told as they are when there is one, and not at all when there is none', () => {
    const one = lacks('a')
    expect(refusalFor([one])).toBe(one)
    expect(refusalFor([])).toBeUndefined()
  })
})
