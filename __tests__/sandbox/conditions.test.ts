import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { attributes, type Condition, operators, quantifiers } from '../../sandbox/role-based-access/condition.ts'
import { type Circumstances, evaluate } from '../../sandbox/role-based-access/condition-evaluation.ts'
import { parseCondition } from '../../sandbox/role-based-access/condition-parser.ts'

const write = 'Microsoft.Authorization/roleAssignments/write'
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'

const comparison: fc.Arbitrary<Condition> = fc.constantFrom(...operators).chain((operator) =>
  fc.record({
    kind: fc.constant('comparison'),
    source: fc.constantFrom('Request', 'Resource'),
    attribute: fc.constantFrom(...attributes),
    quantifier: fc.constantFrom(...quantifiers),
    operator: fc.constant(operator),
    values: fc.array(operator.startsWith('Guid') ? fc.uuid() : fc.string(), { minLength: 1, maxLength: 3 }),
  }),
)
const anyCondition = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({
      kind: fc.constant('action'),
      pattern: fc.constantFrom(write, 'Microsoft.Authorization/*', '*/delete'),
    }),
    fc.record({ kind: fc.constant('not'), of: tie('condition') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), left: tie('condition'), right: tie('condition') }),
  ),
})).condition

const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

/** The condition as a person might write it: `tight` or with blanks, in words or in symbols. */
function written(condition: Condition, tight: boolean): string {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const sign = { and: ['&&', ' AND '], or: ['||', '\n OR '] }[condition.kind][tight ? 0 : 1]
      return `(${written(condition.left, tight)})${sign}(${written(condition.right, tight)})`
    }
    case 'not':
      return `!(${written(condition.of, tight)})`
    case 'action':
      return `ActionMatches{${quoted(condition.pattern)}}`
    case 'comparison': {
      const { source, attribute, quantifier, operator, values } = condition
      const listed = values
        .map((value) => (operator.startsWith('Guid') ? value : quoted(value)))
        .join(tight ? ',' : ' , ')
      return `@${source}[Microsoft.Authorization/roleAssignments:${attribute}] ${quantifier}:${operator} {${listed}}`
    }
  }
}

test('what is written is what is read', () => {
  fc.assert(
    fc.property(anyCondition, fc.boolean(), (condition, tight) => {
      expect(parseCondition(written(condition, tight))).toEqual(condition)
    }),
  )
})

test('no text brings the reader down with anything but a refusal', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '!',
    '{',
    '}',
    ',',
    "'a'",
    'AND',
    '||',
    'ActionMatches',
    reader,
    '@Request[x]',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join(' ')),
      ),
      (text) => {
        try {
          parseCondition(text)
        } catch (error) {
          expect(error).toHaveProperty('name', 'ConditionError')
        }
      },
    ),
  )
})

test('a condition and its negation never agree', () => {
  const circumstances: fc.Arbitrary<Circumstances> = fc.record({
    action: fc.constantFrom(write, 'Microsoft.Authorization/roleAssignments/delete'),
    request: fc.record({ RoleDefinitionId: fc.uuid(), PrincipalId: fc.uuid(), PrincipalType: fc.string() }),
  })
  fc.assert(
    fc.property(anyCondition, circumstances, (condition, given) => {
      expect(evaluate({ kind: 'not', of: condition }, given)).toBe(!evaluate(condition, given))
    }),
  )
})

const role = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]'
const type = '@Request[Microsoft.Authorization/roleAssignments:PrincipalType]'
const request = { RoleDefinitionId: reader, PrincipalType: 'Group' }

test.each<[string, boolean]>([
  [`${role} ForAnyOfAnyValues:GuidEquals {${owner}, ${reader}}`, true],
  [`${role} ForAnyOfAllValues:GuidEquals {${owner}, ${reader}}`, false],
  [`${role} ForAnyOfAllValues:GuidNotEquals {${owner}}`, true],
  [`${role} ForAnyOfAllValues:GuidNotEquals {${owner}, ${reader.toUpperCase()}}`, false],
  [`${role} GuidEquals ${reader}`, true],
  [`${type} ForAnyOfAnyValues:StringEqualsIgnoreCase {'user', 'group'}`, true],
  [`${type} StringEquals 'group'`, false],
  [`@Request[Microsoft.Authorization/roleAssignments:PrincipalId] GuidNotEquals ${owner}`, false],
  [`@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals ${reader}`, false],
  [`ActionMatches{'${write}'}`, true],
  [`ActionMatches{'microsoft.authorization/*/WRITE'}`, true],
  [`!ActionMatches{'${write}'}`, false],
  // AND before OR: (true OR (false AND false)).
  [`${type} StringEquals 'Group' OR ${type} StringEquals 'a' AND ${type} StringEquals 'b'`, true],
])('%s holds: %s', (text, holds) => {
  expect(evaluate(parseCondition(text), { action: write, request })).toBe(holds)
})

test.each([
  '',
  '()',
  `${role} GuidEquals '${reader}'`,
  `${role} GuidEquals {${reader}}`,
  `${role} ForAnyOfAnyValues:GuidEquals {}`,
  `${role} ForAnyOfAnyValues:GuidEquals ${reader}`,
  `${role} ForSomeValues:GuidEquals {${reader}}`,
  `${type} StringEquals User`,
  `@Request[Microsoft.Authorization/roleAssignments:Scope] StringEquals 'a'`,
  `${role} GuidEquals ${reader} ${role} GuidEquals ${reader}`,
  `(${role} GuidEquals ${reader}`,
  "ActionMatches('x')",
  `${role} GuidEquals ${reader}; true`,
])('%s is malformed', (text) => {
  expect(() => parseCondition(text)).toThrow(expect.objectContaining({ name: 'ConditionError', reason: 'malformed' }))
})

test.each(["@Environment[isPrivateLink] BoolEquals 'true'", `${type} StringLike 'U*'`, "SubOperationMatches{'x'}"])(
  '%s is known not to be served',
  (text) => {
    expect(() => parseCondition(text)).toThrow(expect.objectContaining({ reason: 'not-served' }))
  },
)
