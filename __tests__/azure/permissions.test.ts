import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { allows, type Permission, parsePermissions } from '../../src/azure/permissions.ts'

const WRITE = 'Microsoft.Authorization/roleAssignments/write'

function entry(actions: readonly string[], notActions: readonly string[] = []): Permission {
  return { actions, notActions }
}

const CONTRIBUTOR = entry(['*'], ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/*/Delete'])

describe('an action is allowed', () => {
  test.each<[string, readonly Permission[]]>([
    ['by its name', [entry([WRITE])]],
    ['in whatever casing', [entry([WRITE.toUpperCase()])]],
    ['by everything', [entry(['*'])]],
    ['by a wildcard at the end', [entry(['Microsoft.Authorization/*'])]],
    ['by a wildcard in the middle', [entry(['Microsoft.Authorization/*/write'])]],
    ['by two wildcards', [entry(['*/roleAssignments/*'])]],
    ['by a wildcard for nothing', [entry([`${WRITE}*`])]],
    ['by one entry, though another leaves it out', [CONTRIBUTOR, entry([WRITE])]],
    ['by one entry, whatever the order', [entry([WRITE]), CONTRIBUTOR]],
  ])('%s', (_title, permissions) => {
    expect(allows(permissions, WRITE)).toBe(true)
  })
})

describe('an action is not allowed', () => {
  test.each<[string, readonly Permission[]]>([
    ['without any entry', []],
    ['by an entry of nothing', [entry([])]],
    ['by another action', [entry(['Microsoft.Authorization/roleAssignments/read'])]],
    ['by the beginning of its name', [entry(['Microsoft.Authorization/roleAssignments'])]],
    ['by the end of its name', [entry(['roleAssignments/write'])]],
    ['where the same entry leaves it out, in whatever casing', [CONTRIBUTOR]],
    ['where every entry leaves it out', [CONTRIBUTOR, entry(['*'], [WRITE])]],
    ['by a name whose period is no wildcard', [entry(['MicrosoftxAuthorization/roleAssignments/write'])]],
    [
      'by a name that is a pattern elsewhere',
      [entry(['Microsoft.Authorization/(roleAssignments|x)/write', '.*', '['])],
    ],
  ])('%s', (_title, permissions) => {
    expect(allows(permissions, WRITE)).toBe(false)
  })
})

/** The same without regular expressions: does the pattern cover the text? */
function covers(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  // A star between two slashes may stand for nothing, and then one slash is enough.
  if (pattern.startsWith('/*/') && text.startsWith('/') && covers(pattern.slice(3), text.slice(1))) return true
  if (pattern.startsWith('*')) return covers(pattern.slice(1), text) || (text !== '' && covers(pattern, text.slice(1)))
  return pattern[0] === text[0] && covers(pattern.slice(1), text.slice(1))
}

const signs = fc.constantFrom('a', 'b', '.', '/', '+', '(')
const action = fc.string({ unit: signs, minLength: 1, maxLength: 6 })
const pattern = fc.string({ unit: fc.oneof(signs, fc.constantFrom('*', '/*/')), minLength: 1, maxLength: 6 })
const permission = fc.record({
  actions: fc.array(pattern, { maxLength: 3 }),
  notActions: fc.array(pattern, { maxLength: 2 }),
})

describe('for any permissions', () => {
  test('an action is allowed when some entry has it and does not leave it out', () => {
    fc.assert(
      fc.property(fc.array(permission, { maxLength: 3 }), action, (permissions, text) => {
        const expected = permissions.some(
          ({ actions, notActions }) =>
            actions.some((one) => covers(one, text)) && notActions.every((one) => !covers(one, text)),
        )
        expect(allows(permissions, text)).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  test('casing makes no difference, and a further entry takes nothing away', () => {
    fc.assert(
      fc.property(fc.array(permission, { maxLength: 3 }), permission, action, (permissions, further, text) => {
        expect(allows(permissions, text.toUpperCase())).toBe(allows(permissions, text))
        if (allows(permissions, text)) expect(allows([further, ...permissions], text)).toBe(true)
      }),
    )
  })
})

describe('the reply of the permissions API', () => {
  test('is a list of what each role allows and leaves out', () => {
    const body = {
      value: [{ actions: ['*'], notActions: ['a/b'], dataActions: ['c'], notDataActions: [] }, { actions: ['d/e'] }],
    }
    expect(parsePermissions(body)).toEqual([entry(['*'], ['a/b']), entry(['d/e'])])
  })

  test.each([undefined, null, 'x', {}, { value: null }, { value: {} }, { value: [null, 7, { actions: '*' }] }])(
    'in another form allows nothing: %j',
    (body) => {
      expect(allows(parsePermissions(body), WRITE)).toBe(false)
    },
  )
})
