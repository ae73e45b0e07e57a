import { describe, expect, test } from '@jest/globals'
import type { Actual } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { consequencesOf } from '../../src/render/consequences.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup } from '../builders.ts'
import { existingGrants, existingGroup, furtherGrant, IDENTITY, onSubscription, VAULT } from '../spec/grant-builders.ts'
import { reportOf } from './reports.ts'
import { scenario } from './scenarios.ts'

function said(changes: Partial<Inputs>, existing: readonly Actual<AzureResource>[] = []): string[] {
  return consequencesOf(reportOf(scenario(changes, existing))).map(({ text }) => text)
}

const permissions = onSubscription()
const installed = [existingGroup({ permissions }), ...existingGrants({ permissions })]

describe('what a plan means for the connector', () => {
  test('is nothing when nothing changes', () => {
    expect(said({ permissions }, installed)).toEqual(['Nothing to do: Azure is as the inputs say.'])
  })

  test('that is created is that it comes, and with which rights', () => {
    expect(said({ permissions })).toEqual([
      'Creates the connector.',
      'Gives the connector `User Access Administrator on this subscription`.',
    ])
  })

  test('that is updated is whether it restarts', () => {
    expect(said({ permissions, connectorVersion: 'v1.8.0' }, installed)).toEqual([
      'Restarts the connector; its identity stays.',
    ])
    expect(said({ permissions, tags: {} }, installed)).toEqual(['Updates the connector without a restart.'])
  })

  test('that is replaced is what moves with its identity', () => {
    expect(said({ permissions, cpu: 2, allowReplace: true }, installed)).toEqual([
      'Replaces the connector: away meanwhile and with a new identity, to which its grant moves.',
    ])
    expect(said({ cpu: 2 }, [existingGroup()])).toEqual([
      'Replaces the connector: away meanwhile and with a new identity. Apply needs `allow-replace: true`.',
    ])
  })

  test('whose identity lives by itself is that it stays', () => {
    const identity = { type: 'UserAssigned', ids: [IDENTITY] } as const
    expect(said({ identity, cpu: 2, allowReplace: true }, [existingGroup({ identity })])).toEqual([
      'Replaces the connector: away meanwhile, with the same identity.',
    ])
  })

  test('that goes is that its identity goes too', () => {
    expect(said({ operation: 'destroy', replicas: 0 }, [existingGroup()])[0]).toBe(
      'Removes the connector, and the identity with it.',
    )
  })

  test('of several groups is how many', () => {
    expect(said({ replicas: 3 }, [actualGroup()])).toEqual([
      'Updates 1 of 3 container groups without a restart.',
      'Creates 2 of 3 container groups.',
    ])
  })

  test('whose rights change is which, the gravest first; many are counted', () => {
    const extraRoleAssignments = ['a', 'b', 'c', 'd'].map((name) => ({ role: 'Reader', scope: `${VAULT}-${name}` }))
    expect(said({ permissions, extraRoleAssignments }, [...installed, furtherGrant(7, { by: 'us' })])).toEqual([
      'Takes `Reader on this subscription` from the connector.',
      'Updates the connector without a restart.',
      'Gives the connector 4 rights.',
    ])
  })
})
