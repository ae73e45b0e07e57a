import { describe, expect, test } from '@jest/globals'
import { parse as parseYaml } from 'yaml'
import { constrainRoles, extraRoleAssignments, managementGroup } from '../../src/inputs/permission-rules.ts'
import { conditionFor, LONGEST_CONDITION } from '../../src/spec/condition.ts'
import { IDENTITY, MANAGEMENT_GROUP, OWNER, READER, SUBSCRIPTION, VAULT } from '../spec/grant-builders.ts'

const extras = extraRoleAssignments(parseYaml)
const NO_LIST = { wrong: ['is not a YAML list.'] }

describe('the id of a management group', () => {
  test.each(['mg-platform', 'a', '7_(x).y', 'grüße', 'a'.repeat(90), SUBSCRIPTION.slice(15)])('is %s', (id) => {
    expect(managementGroup.parse(id)).toBe(id)
  })

  test.each(['Platform Team', '', 'a'.repeat(91), MANAGEMENT_GROUP, 'a/b', "a'b", 'a?b', 'a\nb'])('is not %j', (id) => {
    expect(managementGroup.parse(id)).toEqual({ wrong: ['does not have the right form.'] })
  })
})

describe('the roles that the connector may hand out', () => {
  test.each(['none', 'privileged'])('are a word: %s', (word) => {
    expect(constrainRoles.parse(word)).toBe(word)
  })

  test('are names or GUIDs, on lines or behind commas, as they were written', () => {
    expect(constrainRoles.parse(`Reader, Key Vault Secrets User\r\n\n  ${OWNER.toUpperCase()}  `)).toEqual([
      'Reader',
      'Key Vault Secrets User',
      OWNER.toUpperCase(),
    ])
  })

  test('fit into a condition that Azure takes, and not one more', () => {
    const lengthOf = (count: number) =>
      conditionFor({ to: 'only', roles: Array.from({ length: count }, () => OWNER) })?.length ?? 0
    let most = 1
    while (lengthOf(most + 1) <= LONGEST_CONDITION) most += 1
    const roles = Array.from({ length: most + 1 }, (_, index) => `Role ${index}`)
    expect(constrainRoles.parse(roles.slice(1).join('\n'))).toHaveLength(most)
    expect(constrainRoles.parse(roles.join('\n'))).toEqual({
      wrong: [
        `has ${most + 1} roles; their condition would be ${lengthOf(most + 1)} characters long, and Azure takes 8192.`,
      ],
    })
  })

  // `GuidEquals {}` is no condition that Azure knows.
  test('are not none at all', () => {
    expect(constrainRoles.parse(' , \n ,')).toHaveProperty('wrong')
  })
})

describe('extra grants', () => {
  test('are a YAML list of role and scope', () => {
    const yaml = [
      '# what the connector needs besides',
      '- role: Key Vault Secrets User',
      `  scope: ${VAULT}`,
      `- { scope: "${SUBSCRIPTION}/resourceGroups/rg-(prod)", role: ${READER.toUpperCase()} }`,
      `- role: ' Reader '`,
      `  scope: ${MANAGEMENT_GROUP}`,
    ].join('\n')
    expect(extras.parse(yaml)).toEqual([
      { role: 'Key Vault Secrets User', scope: VAULT },
      { role: READER, scope: `${SUBSCRIPTION}/resourceGroups/rg-(prod)` },
      { role: 'Reader', scope: MANAGEMENT_GROUP },
    ])
  })

  test.each([SUBSCRIPTION, IDENTITY, `${VAULT}/secrets/one`, SUBSCRIPTION.toUpperCase()])(
    'are given at %s, with its casing',
    (scope) => {
      expect(extras.parse(JSON.stringify([{ role: 'Reader', scope }]))).toEqual([{ role: 'Reader', scope }])
    },
  )

  test('may be an empty list, or one with anchors that says the same', () => {
    expect(extras.parse('[]')).toEqual([])
    expect(
      extras.parse(`- role: &reader Reader\n  scope: ${VAULT}\n- role: *reader\n  scope: ${SUBSCRIPTION}`),
    ).toEqual([
      { role: 'Reader', scope: VAULT },
      { role: 'Reader', scope: SUBSCRIPTION },
    ])
  })

  test.each([
    ['a text', 'Reader'],
    ['a single entry', `role: Reader\nscope: ${SUBSCRIPTION}`],
    ['nothing but a comment', '# none'],
    ['no YAML', '- role: "Reader'],
    ['a key twice', '- role: a\n  role: b'],
    ['two documents', '[]\n---\n[]'],
  ])('are not %s', (_title, yaml) => {
    expect(extras.parse(yaml)).toEqual(NO_LIST)
  })

  test('name each entry that is not right, by its place', () => {
    const yaml = [
      '- Reader',
      `- scope: ${SUBSCRIPTION}`,
      '- role: Reader',
      '- role: Reader\n  scope: my-vault',
      `- role: Reader\n  scope: ${SUBSCRIPTION}\n  condition: x`,
      `- role: Reader\n  scope: ${SUBSCRIPTION}`,
      '- role: 7\n  scope: x',
      '-',
    ].join('\n')
    expect(extras.parse(yaml)).toEqual({
      wrong: [
        'has an entry 1 without a role.',
        'has an entry 2 without a role.',
        'has an entry 3 without a scope.',
        'has an entry 4 whose scope "my-vault" is no id of a subscription, resource group, resource or management group.',
        'has an entry 5 with more than role and scope.',
        'has an entry 7 without a role.',
        'has an entry 8 without a role.',
      ],
    })
  })

  test.each([
    '/subscriptions/my-subscription',
    `${SUBSCRIPTION}/resourceGroups`,
    `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults`,
    `${MANAGEMENT_GROUP}/x`,
    `https://management.azure.com${SUBSCRIPTION}`,
  ])('are not given at %s', (scope) => {
    expect(extras.parse(JSON.stringify([{ role: 'Reader', scope }]))).toEqual({
      wrong: [
        `has an entry 1 whose scope ${JSON.stringify(scope)} is no id of a subscription, resource group, resource or management group.`,
      ],
    })
  })

  // Scopes stand in addresses and in commands to paste.
  test.each(["rg'; az logout; '", 'rg?x=y', 'rg#x', 'rg\n::stop-commands::x', 'rg%2f..'])(
    'are not given in a resource group called %j, which no group is',
    (group) => {
      const scope = `${SUBSCRIPTION}/resourceGroups/${group}`
      expect(extras.parse(JSON.stringify([{ role: 'Reader', scope }]))).toHaveProperty('wrong')
    },
  )

  // A URL with two dots in its path is another URL.
  test.each(['.', '..'])('are not given in a resource group called %j', (group) => {
    for (const scope of [`${SUBSCRIPTION}/resourceGroups/${group}`, `${VAULT}/${group}/${group}`])
      expect(extras.parse(JSON.stringify([{ role: 'Reader', scope }]))).toHaveProperty('wrong')
  })

  // Names of grants stand in the log, where a line of its own may be a workflow command.
  test('have no role with a line break in its name', () => {
    expect(extras.parse(JSON.stringify([{ role: 'a\n::stop-commands::x', scope: VAULT }]))).toHaveProperty('wrong')
    expect(extras.parse(JSON.stringify([{ role: 'a\u001b[2K\u001b', scope: VAULT }]))).toHaveProperty('wrong')
  })

  test('have no role with an escape in its name', () => {
    expect(extras.parse(JSON.stringify([{ role: '\u001b[2K', scope: VAULT }]))).toHaveProperty('wrong')
  })

  test('have no role of blanks', () => {
    expect(extras.parse(JSON.stringify([{ role: '  ', scope: VAULT }]))).toHaveProperty('wrong')
  })
})

describe('hostile YAML', () => {
  test('of anchors that multiply is refused, quickly', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? '- &a0 [x, x, x, x, x, x, x, x, x]'
        : `- &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`)}]`,
    )
    const started = performance.now()
    expect(extras.parse(levels.join('\n'))).toEqual(NO_LIST)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  test('that refers to itself is refused', () => {
    expect(extras.parse('&a [*a]')).toHaveProperty('wrong')
    expect(extras.parse('- &a\n  role: *a\n  scope: x')).toHaveProperty('wrong')
  })

  test.each(['__proto__', 'constructor', '<<'])('with the key %s makes no grant and changes no object', (key) => {
    const yaml = `- role: Reader\n  scope: ${SUBSCRIPTION}\n  ${key}: { role: Owner }`
    expect(extras.parse(yaml)).toEqual({ wrong: ['has an entry 1 with more than role and scope.'] })
    expect(Object.hasOwn(Object.prototype, 'role')).toBe(false)
  })

  test('with inherited parts makes no grant', () => {
    expect(extras.parse('- __proto__: { role: Owner, scope: /subscriptions/x }')).toEqual({
      wrong: ['has an entry 1 without a role.'],
    })
  })

  test('with tags builds nothing but plain values', () => {
    expect(extras.parse("- !!js/function 'function () { return 1 }'")).toEqual(NO_LIST)
    expect(extras.parse('!!set { role, scope }')).toEqual(NO_LIST)
  })

  test('that is nested too deep is no list, not a crash', () => {
    expect(extras.parse('['.repeat(20_000))).toEqual(NO_LIST)
  })
})
