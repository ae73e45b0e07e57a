import { describe, expect, test } from '@jest/globals'
import { refusalFor } from '../../src/azure/obstacles.ts'
import { principalIn } from '../../src/azure/principal.ts'
import { DeployError } from '../../src/errors.ts'
import { PRINCIPAL_ID } from '../builders.ts'
import { existingGroup, grantsOf, onSubscription, setOf } from '../spec/grant-builders.ts'

const wanted = (principal: string | null) =>
  grantsOf({ permissions: onSubscription() }, { principal }).filter((grant) => grant.kind !== 'container-group')

describe('the principal that grants are for', () => {
  test('is that of the user-assigned identity, whether or not the group exists', () => {
    expect(principalIn(wanted('other'), setOf([]))).toBe('other')
    expect(principalIn(wanted('other'), setOf([existingGroup()]))).toBe('other')
  })

  test('is that of the group that exists, also when nothing is wanted any more', () => {
    expect(principalIn(wanted(null), setOf([existingGroup()]))).toBe(PRINCIPAL_ID)
    expect(principalIn([], setOf([existingGroup()]))).toBe(PRINCIPAL_ID)
  })

  test('is not known before the group exists', () => {
    expect(principalIn(wanted(null), setOf([]))).toBeUndefined()
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
