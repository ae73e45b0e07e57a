import { describe, expect, test } from '@jest/globals'
import type { Actual } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { notesOn } from '../../src/spec/notes.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup, desiredGroup, someInputs } from '../builders.ts'
import {
  CUSTOM,
  existingGrants,
  existingGroup,
  furtherGrant,
  OWNER,
  onManagementGroup,
  onSubscription,
  planFor,
  SECRETS_USER,
  SUBSCRIPTION,
  setOf,
  VAULT,
} from './grant-builders.ts'

const REPLACED =
  'Azure cannot change cpu of a live group: "apono-connector" is deleted and created again. A system-assigned identity is lost with it, and its grants move to the new one. The connector is away meanwhile.'
const NOT_COMPARED = 'No apono-token was given, so whether it changed was not compared.'

/** What a reviewer of this run is told. */
function notes(
  changes: Partial<Inputs> = {},
  existing: readonly Actual<AzureResource>[] = [],
  roles: ReadonlyMap<string, string> = new Map(),
  tokenFingerprint?: null,
): string[] {
  const around = { roles, ...(tokenFingerprint === null && { tokenFingerprint }) }
  const plan = planFor(changes, existing, around)
  return notesOn({ inputs: someInputs(changes), plan, actual: setOf(existing), around: { roles } })
}

describe('what a reviewer is told of the group', () => {
  test('that changes in place is nothing: every face says what that means', () => {
    expect(notes({ tags: {} }, [existingGroup()])).toEqual([])
    expect(notes({ connectorVersion: 'v1.8.0' }, [existingGroup()])).toEqual([])
  })

  test('that has to be replaced is what forces it, what it costs, and whether apply refuses it', () => {
    expect(notes({ cpu: 2 }, [existingGroup()])).toEqual([
      REPLACED,
      'Apply refuses this plan unless the step says `allow-replace: true`.',
    ])
    expect(notes({ cpu: 2, allowReplace: true }, [existingGroup()])).toEqual([REPLACED])
  })

  test('that is created, or as it should be, is nothing', () => {
    expect(notes()).toEqual([])
    expect(notes({}, [existingGroup()])).toEqual([])
  })

  test('that does not run is that, whether or not there is anything to do', () => {
    const stopped = actualGroup(undefined, { health: { is: 'broken', detail: 'Stopped' } })
    const sentence = '"apono-connector" does not run at the moment: it is Stopped.'
    expect(notes({}, [stopped])).toEqual([sentence])
    expect(notes({ tags: {} }, [stopped])[0]).toBe(sentence)
  })

  test('made by hand is that it is adopted', () => {
    const byHand = actualGroup(
      { ...desiredGroup().properties, token: 'readable in plain text', tags: {} },
      { ownership: { by: 'nobody' } },
    )
    expect(notes({}, [byHand])).toEqual([
      '"apono-connector" runs this connector but carries no mark of this action: it is adopted and marked.',
    ])
  })

  test('without the token in this run is what could not be compared, unless there is nothing to compare', () => {
    expect(notes({ aponoToken: undefined }, [existingGroup()], new Map(), null)).toEqual([NOT_COMPARED])
    expect(notes({ aponoToken: undefined }, [], new Map(), null)).toEqual([])
  })
})

describe('what a reviewer is told of what the connector may hand out', () => {
  test('is nothing when it may hand out nothing', () => {
    expect(notes({ extraRoleAssignments: [{ role: 'Reader', scope: VAULT }] })).toEqual([])
  })

  test.each([onSubscription(), onManagementGroup()])('is everything, where there is no limit (%j)', (permissions) => {
    expect(notes({ permissions })).toEqual([
      'The connector can give and take every role at its scope, Owner included, also to itself. `constrain-roles: privileged` takes Owner and the two access administrators out; then nobody gets those through Apono.',
    ])
  })

  test('is what the limit leaves out, and what it does not cover', () => {
    expect(notes({ permissions: onSubscription({ constrainRoles: 'privileged' }) })).toEqual([
      'The connector can give and take every role but Owner, Role Based Access Control Administrator, User Access Administrator. Its own role may also write custom roles, which no condition on assignments limits: one with the same rights could be handed out. A list of roles in `constrain-roles` is stricter.',
    ])
  })

  test('is the list, by the names that Microsoft gives and the ids of others', () => {
    const constrainRoles = ['reader', SECRETS_USER, 'My Role']
    expect(notes({ permissions: onSubscription({ constrainRoles }) }, [], new Map([['My Role', CUSTOM]]))).toEqual([
      `The connector can assign and remove these roles only (its own role may also write custom roles, so list built-in ones): Reader, Key Vault Secrets User, My Role (${CUSTOM}).`,
    ])
  })

  test('is told of a plan without changes as well', () => {
    const changes = { permissions: onSubscription({ constrainRoles: 'privileged' as const }) }
    expect(notes(changes, [existingGroup(changes), ...existingGrants(changes)])).toHaveLength(1)
  })

  // Somebody who may make anybody Owner is under no limit, whichever grant says so.
  test('tells of a further grant that is under no limit', () => {
    const permissions = onSubscription({ constrainRoles: 'privileged' })
    const extraRoleAssignments = [{ role: OWNER, scope: SUBSCRIPTION }]
    expect(notes({ permissions, extraRoleAssignments })).toContain(
      `\`extra-role-assignments\` gives the connector Owner on ${SUBSCRIPTION}, without any limit there.`,
    )
  })
})

describe('what a reviewer is told of grants', () => {
  const changes = { extraRoleAssignments: [{ role: 'Reader', scope: VAULT }] }
  const byHand = existingGrants(changes, { by: 'nobody' }).map((one) =>
    one.resource.kind === 'role-assignment'
      ? { ...one, resource: { ...one.resource, properties: { ...one.resource.properties, description: 'by Jane' } } }
      : one,
  )

  test('that are new or as they should be is nothing besides the plan', () => {
    expect(notes(changes, [existingGroup(changes)])).toEqual([])
    expect(notes(changes, [existingGroup(changes), ...existingGrants(changes)])).toEqual([])
  })

  test('that somebody gave by hand is that they are adopted', () => {
    expect(notes(changes, [existingGroup(changes), ...byHand])).toEqual([
      `"Reader on ${VAULT}" is granted already, without our mark: it is adopted and marked.`,
    ])
  })

  test('that nobody wants any more is that they are taken back', () => {
    expect(
      notes({}, [existingGroup(), furtherGrant(1, { by: 'us' }), furtherGrant(2, { by: 'us' }, { scope: VAULT })]),
    ).toEqual([
      `"Reader on ${SUBSCRIPTION}" is kept by this action and no longer wanted: it is taken back.`,
      `"Reader on ${VAULT}" is kept by this action and no longer wanted: it is taken back.`,
    ])
  })

  test('that others gave the connector is that it has them and that they are left alone', () => {
    const theirs = { by: 'other', description: 'somebody else granted it' } as const
    const further = [furtherGrant(1, theirs, { role: OWNER }), furtherGrant(2, theirs, { role: CUSTOM, scope: VAULT })]
    expect(notes({}, [existingGroup(), ...further])).toEqual([
      `The connector holds further rights that this action did not give and leaves alone: Owner on ${SUBSCRIPTION}; role ${CUSTOM} on ${VAULT}.`,
    ])
  })

  test("that carry another connector's mark and are wanted by this one is nothing", () => {
    const shared = existingGrants(changes, { by: 'other', description: 'the other connector' })
    expect(notes(changes, [existingGroup(changes), ...shared])).toEqual([])
  })
})
