import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { deployErrorOf, SUBSCRIPTION_ID, TOKEN } from '../builders.ts'
import { OWNER, READER, VAULT } from '../spec/grant-builders.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'

async function problems(raw: Raw): Promise<readonly string[]> {
  return (await complaint(raw)).match(/^- .*/gm) ?? []
}

describe('to destroy', () => {
  const { permissions: _not, ...needed } = NEEDED
  const destroy = { ...needed, operation: 'destroy', 'connector-id': 'team-one' }

  test('takes the id of the connector once more, and nothing about permissions or the token', async () => {
    const inputs = await parse({ ...destroy, confirm: ' team-one\n' })
    expect(inputs).toMatchObject({ operation: 'destroy', permissions: { scope: 'none' }, aponoToken: undefined })
  })

  test.each([
    ['', 'is needed to destroy, so that nothing is lost by mistake.'],
    ['  ', 'is needed to destroy, so that nothing is lost by mistake.'],
    ['true', 'is not the id of the connector.'],
    ['Team-One', 'is not the id of the connector.'],
    ['team-one-2', 'is not the id of the connector.'],
  ])('is refused with confirm: %j', async (confirm, wrong) => {
    const { message } = await deployErrorOf(() => parse({ ...destroy, confirm }))
    expect(message).toBe(
      [
        'One input is not right:',
        `- confirm: ${wrong}`,
        '    allowed: the connector-id, once more',
        '    example: confirm: team-one',
      ].join('\n'),
    )
  })

  test('by default takes the default id', async () => {
    expect((await parse({ ...needed, operation: 'destroy', confirm: 'apono-connector' })).connectorId).toBe(
      'apono-connector',
    )
  })

  test('tells of a wrong id of the connector once', async () => {
    expect(await problems({ operation: 'destroy', 'connector-id': '-', confirm: 'x' })).toEqual([
      expect.stringMatching(/^- connector-id: /),
    ])
  })

  test('ignores permissions that are given, of whatever kind', async () => {
    const raw = { ...destroy, confirm: 'team-one', permissions: 'subscription', 'disable-locks': 'true' }
    expect((await parse(raw)).permissions).toEqual({ scope: 'none' })
  })

  test.each(['plan', 'apply', 'drift'])('is all that takes a confirmation: %s does not', async (operation) => {
    const { connectorId } = await parse({ ...NEEDED, operation, 'apono-token': TOKEN, confirm: 'whatever' })
    expect(connectorId).toBe('apono-connector')
  })
})

describe('drift', () => {
  test('is looked for without the token, and fails the run, unless told otherwise', async () => {
    expect(await parse({ ...NEEDED, operation: 'drift' })).toMatchObject({
      operation: 'drift',
      aponoToken: undefined,
      failOnDrift: true,
      autoRepair: false,
    })
    expect((await parse({ ...NEEDED, operation: 'drift', 'fail-on-drift': 'false' })).failOnDrift).toBe(false)
  })

  test('is not repaired without the token', async () => {
    expect(await problems({ operation: 'drift', 'auto-repair': ' true ' })).toEqual([
      expect.stringMatching(/^- apono-token: is empty/),
    ])
    expect(
      (await parse({ ...NEEDED, operation: 'drift', 'auto-repair': 'true', 'apono-token': TOKEN })).autoRepair,
    ).toBe(true)
  })

  test('takes true and false only', async () => {
    expect(await problems({ operation: 'drift', 'fail-on-drift': 'yes', 'auto-repair': '1' })).toEqual([
      '- fail-on-drift: is neither true nor false. Given: "yes".',
      '- auto-repair: is neither true nor false. Given: "1".',
    ])
  })
})

describe('the approved plan', () => {
  test.each(['a'.repeat(64), 'plans/approved.json'])('%s is taken as it is', async (given) => {
    expect((await parse({ ...NEEDED, 'expected-plan': ` ${given}\n` })).expectedPlan).toBe(given)
  })

  test.each(['a'.repeat(63), 'pull request', 'approved.txt'])('is not %s', async (given) => {
    expect(await problems({ 'expected-plan': given })).toEqual([
      expect.stringMatching(/^- expected-plan: does not have/),
    ])
  })

  test('is none of a drift run, which makes its plan of what it finds', async () => {
    for (const given of ['pull-request', 'a'.repeat(64)])
      expect(await problems({ operation: 'drift', 'expected-plan': given })).toEqual([
        expect.stringMatching(/^- expected-plan: is set, but a drift run/),
      ])
  })
})

describe('replicas', () => {
  test('are a whole number from one to ten', async () => {
    expect((await parse({ ...NEEDED, replicas: '10' })).replicas).toBe(10)
    for (const replicas of ['0', '11', '1.5', 'two'])
      expect(await problems({ replicas })).toEqual([expect.stringMatching(/^- replicas: /)])
  })

  // Azure takes 63 characters, and the last replica has a number behind its name.
  test('have names that Azure takes, with their numbers', async () => {
    expect(await problems({ replicas: '2', name: 'a'.repeat(63) })).toEqual([expect.stringMatching(/^- name: /)])
  })
})

describe('what is given', () => {
  test('is what differs from the default, since the runner fills that in', async () => {
    const given = async (raw: Raw) => (await parse({ ...NEEDED, ...raw })).given
    expect(await given({ cpu: '1', memory: '2' })).toEqual({ name: false, cpu: false, memory: false })
    expect(await given({ cpu: '2', memory: ' 4 ' })).toEqual({ name: false, cpu: true, memory: true })
    expect(await given({ name: 'by-hand' })).toEqual({ name: true, cpu: false, memory: false })
  })

  test.each(['true', 'false', 'keep-size'])('adopt: %s is understood', async (adopt) => {
    expect((await parse({ ...NEEDED, adopt })).adopt).toBe(
      { true: 'yes', false: 'no', 'keep-size': 'keep-size' }[adopt],
    )
  })
})

describe('extra grants that collide', () => {
  const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
  const extra = (...grants: readonly (readonly [role: string, scope: string])[]) =>
    JSON.stringify(grants.map(([role, scope]) => ({ role, scope })))
  const collision = (entry: number, role: string) =>
    `- extra-role-assignments: has an entry ${entry} that grants "${role}" where it is granted already.`

  test.each<[string, Raw, readonly string[]]>([
    [
      'with the main grant, by the name of the role in any casing',
      { permissions: 'subscription', 'extra-role-assignments': extra(['user access administrator', SUBSCRIPTION]) },
      [collision(1, 'user access administrator')],
    ],
    [
      'with the main grant, by its GUID and a scope in any casing',
      {
        permissions: 'subscription',
        'extra-role-assignments': extra(['18D7D88D-d35e-4fb5-a5c3-7773c20a72d9', SUBSCRIPTION.toUpperCase()]),
      },
      [collision(1, '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9')],
    ],
    [
      'with what disable-locks grants',
      {
        permissions: 'subscription',
        'disable-locks': 'true',
        'extra-role-assignments': extra(['Tag Contributor', SUBSCRIPTION]),
      },
      [collision(1, 'Tag Contributor')],
    ],
    [
      'with the main grant at a management group',
      {
        permissions: 'management-group',
        'management-group': 'mg-platform',
        'extra-role-assignments': extra([
          'User Access Administrator',
          '/providers/Microsoft.Management/managementGroups/MG-Platform',
        ]),
      },
      [collision(1, 'User Access Administrator')],
    ],
    [
      'with each other, by name and by GUID',
      { 'extra-role-assignments': extra(['Reader', VAULT], [OWNER, VAULT], [READER, VAULT], ['Reader', VAULT]) },
      [collision(3, READER), collision(4, 'Reader')],
    ],
  ])('%s are told by their place', async (_title, raw, expected) => {
    expect(await problems(raw)).toEqual(expected)
  })

  test('are none at another scope, or of another role', async () => {
    const grants = extra(['User Access Administrator', VAULT], ['Tag Contributor', SUBSCRIPTION], ['My Role', VAULT])
    const inputs = await parse({ ...NEEDED, permissions: 'subscription', 'extra-role-assignments': grants })
    expect(inputs.extraRoleAssignments).toHaveLength(3)
  })
})

describe('the token of the API', () => {
  const API_TOKEN = 'apono-api-canary-3Rf8wK1z'

  test('is masked, and never repeated when it is not right', async () => {
    const masked: string[] = []
    const raw: Raw = {
      ...NEEDED,
      'apono-api-token': ` ${API_TOKEN} with blanks\n`,
      'apono-api-url': `https://x:${API_TOKEN}@y`,
    }
    const host = {
      input: (name: string) => raw[name] ?? '',
      variable: () => '',
      mask: (secret: string) => masked.push(secret),
    }
    const { message } = await deployErrorOf(() => parseInputs(host))
    expect(masked).toEqual([`${API_TOKEN} with blanks`])
    expect(message).toContain('- apono-api-token: does not have the right form.\n')
    expect(message).not.toContain('canary')
  })

  // Tags and plain variables can be read by every Reader of the group.
  test.each(['environment', 'tags'])('may not stand in %s', async (input) => {
    expect(await complaint({ 'apono-api-token': API_TOKEN, [input]: `NOTE=${API_TOKEN}` })).toContain(
      `- ${input}: holds`,
    )
  })
})
