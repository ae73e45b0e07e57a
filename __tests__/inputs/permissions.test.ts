import { describe, expect, test } from '@jest/globals'
import { deployErrorOf, SUBSCRIPTION_ID } from '../builders.ts'
import { IDENTITY, OWNER, VAULT } from '../spec/grant-builders.ts'
import { complaint, NEEDED, parse as parseRaw, type Raw } from './raw.ts'

const { permissions: _none, ...OTHERS } = NEEDED
const parse = (raw: Raw) => parseRaw({ ...OTHERS, ...raw })

/** The first line of every problem with these inputs. */
async function problems(raw: Raw): Promise<string[]> {
  return (await complaint({ permissions: '', ...raw })).match(/^- .*/gm) ?? []
}

const EMPTY = 'is empty. If it comes from `vars` or `secrets`, check that the name exists and is visible to this job.'

describe('permissions', () => {
  test('have no default: giving rights is a decision', async () => {
    expect(await problems({})).toEqual([`- permissions: ${EMPTY}`])
  })

  test.each([
    ['none', {}, { scope: 'none' }],
    ['none', { 'directory-readers': 'false', 'disable-locks': 'false', 'constrain-roles': 'none' }, { scope: 'none' }],
    [
      'subscription',
      {},
      { scope: 'subscription', directoryReaders: true, disableLocks: false, constrainRoles: 'none' },
    ],
    [
      'subscription',
      { 'directory-readers': 'false', 'disable-locks': 'true', 'constrain-roles': 'privileged' },
      { scope: 'subscription', directoryReaders: false, disableLocks: true, constrainRoles: 'privileged' },
    ],
    [
      'management-group',
      { 'management-group': 'mg-platform', 'constrain-roles': `Reader\n${OWNER}` },
      {
        scope: 'management-group',
        managementGroup: 'mg-platform',
        directoryReaders: true,
        disableLocks: false,
        constrainRoles: ['Reader', OWNER],
      },
    ],
  ])('of kind %s with %j are taken', async (permissions, more, expected) => {
    expect((await parse({ permissions, ...more })).permissions).toEqual(expected)
  })

  test.each<[string, Raw, readonly string[]]>([
    ['a kind that there is not', { permissions: 'owner' }, ['- permissions: is none of the choices. Given: "owner".']],
    [
      'a management group without its permissions',
      { permissions: 'subscription', 'management-group': 'mg-platform' },
      ['- management-group: is set, but `permissions` is not `management-group`. Given: "mg-platform".'],
    ],
    [
      'permissions of a management group without it',
      { permissions: 'management-group' },
      [`- management-group: ${EMPTY}`],
    ],
    [
      'permissions of a management group by its display name',
      { permissions: 'management-group', 'management-group': 'Platform Team' },
      ['- management-group: does not have the right form. Given: "Platform Team".'],
    ],
    [
      'everything that needs permissions, without any',
      {
        permissions: 'none',
        'management-group': 'mg-platform',
        'directory-readers': 'true',
        'disable-locks': 'true',
        'constrain-roles': 'Reader',
      },
      [
        '- management-group: is set, but `permissions` is not `management-group`. Given: "mg-platform".',
        '- directory-readers: says something about permissions that are not given. Given: "true".',
        '- disable-locks: says something about permissions that are not given. Given: "true".',
        '- constrain-roles: says something about permissions that are not given. Given: "Reader".',
      ],
    ],
    [
      'flags that are none',
      { permissions: 'subscription', 'directory-readers': 'yes', 'disable-locks': '1' },
      [
        '- directory-readers: is neither true nor false. Given: "yes".',
        '- disable-locks: is neither true nor false. Given: "1".',
      ],
    ],
    [
      'a word among the roles',
      { permissions: 'subscription', 'constrain-roles': 'Reader\nprivileged' },
      ['- constrain-roles: has "privileged" among roles; it stands alone. Given: "Reader\\nprivileged".'],
    ],
  ])('cannot be %s', async (_title, raw, expected) => {
    expect(await problems(raw)).toEqual(expected)
  })

  test('tell what is allowed in place of a display name', async () => {
    const { message } = await deployErrorOf(() =>
      parse({ permissions: 'management-group', 'management-group': 'Platform Team' }),
    )
    expect(message).toContain('    allowed: the id of a management group, not its display name: 1 to 90 letters')
    expect(message).toContain('    example: management-group: mg-platform')
  })
})

describe('an identity', () => {
  const others = `${IDENTITY}-2`

  test.each<[string, Raw, unknown]>([
    ['of its own', {}, { type: 'SystemAssigned' }],
    [
      'that is user-assigned',
      { 'identity-type': 'UserAssigned', 'identity-ids': IDENTITY },
      { type: 'UserAssigned', ids: [IDENTITY] },
    ],
    [
      'of each kind',
      { 'identity-type': 'both', 'identity-ids': `${others}, \n${IDENTITY}\n` },
      { type: 'SystemAssigned, UserAssigned', ids: [others, IDENTITY] },
    ],
  ])('%s is taken, in the order that was given', async (_title, raw, expected) => {
    expect((await parse({ permissions: 'none', ...raw })).identity).toEqual(expected)
  })

  test.each<[string, Raw, readonly string[]]>([
    [
      'ids with an identity of its own',
      { 'identity-ids': IDENTITY },
      [
        `- identity-ids: is set, but \`identity-type\` asks for no user-assigned identity. Given: ${JSON.stringify(`${IDENTITY.slice(0, 120)}…`)}.`,
      ],
    ],
    ['a user-assigned one without ids', { 'identity-type': 'UserAssigned' }, [`- identity-ids: ${EMPTY}`]],
    ['both without ids', { 'identity-type': 'both' }, [`- identity-ids: ${EMPTY}`]],
    [
      'a kind that there is not',
      { 'identity-type': 'systemassigned', 'identity-ids': IDENTITY },
      ['- identity-type: is none of the choices. Given: "systemassigned".'],
    ],
    [
      'a name in place of an id',
      { 'identity-type': 'UserAssigned', 'identity-ids': 'id-apono' },
      ['- identity-ids: has "id-apono", which is no such id. Given: "id-apono".'],
    ],
    [
      'the id of something else',
      { 'identity-type': 'UserAssigned', 'identity-ids': `${IDENTITY}\n/x` },
      [
        `- identity-ids: has "/x", which is no such id. Given: ${JSON.stringify(`${`${IDENTITY}\n/x`.slice(0, 120)}…`)}.`,
      ],
    ],
  ])('cannot be %s', async (_title, raw, expected) => {
    expect(await problems({ permissions: 'none', ...raw })).toEqual(expected)
  })

  // Azure keeps one of them, so that the plan would want the other for ever.
  test('that is given twice, in whatever casing, counts once', async () => {
    const raw = {
      permissions: 'none',
      'identity-type': 'UserAssigned',
      'identity-ids': `${IDENTITY}\n${IDENTITY.toUpperCase()}`,
    }
    const { identity } = await parse(raw)
    expect(identity.type === 'SystemAssigned' ? [] : identity.ids.map((id) => id.toLowerCase())).toEqual([
      IDENTITY.toLowerCase(),
    ])
  })

  test('list of commas alone is told as empty', async () => {
    expect(await problems({ permissions: 'none', 'identity-type': 'UserAssigned', 'identity-ids': ' , ' })).toEqual([
      expect.stringMatching(/^- identity-ids: /),
    ])
  })
})

// A grant is known by its role and scope: the one without a condition would win, and the limit be gone without a word.
test('an extra grant of User Access Administrator where the permissions limit it is refused', async () => {
  const extra = `- role: User Access Administrator\n  scope: /subscriptions/${SUBSCRIPTION_ID}`
  const raw = { permissions: 'subscription', 'constrain-roles': 'privileged', 'extra-role-assignments': extra }
  expect(await problems(raw)).toEqual([expect.stringMatching(/^- extra-role-assignments: /)])
})

test('extra grants are taken with and without permissions', async () => {
  const extra = `- role: Key Vault Secrets User\n  scope: ${VAULT}`
  for (const permissions of ['none', 'subscription']) {
    const { extraRoleAssignments } = await parse({ permissions, 'extra-role-assignments': extra })
    expect(extraRoleAssignments).toEqual([{ role: 'Key Vault Secrets User', scope: VAULT }])
  }
})

test('problems of extra grants are told beside all others', async () => {
  expect(await problems({ permissions: 'all', 'extra-role-assignments': 'Reader', cpu: 'x' })).toEqual([
    '- cpu: is not a number. Given: "x".',
    '- permissions: is none of the choices. Given: "all".',
    '- extra-role-assignments: is not a YAML list. Given: "Reader".',
  ])
})
