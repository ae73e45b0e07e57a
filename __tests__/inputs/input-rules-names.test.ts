import { describe, expect, test } from '@jest/globals'
import { environmentProblem } from '../../src/inputs/environment.ts'
import * as rules from '../../src/inputs/rules.ts'
import { OWN_TAGS } from '../../src/spec/tags.ts'

describe('a variable', () => {
  test.each(['A', '_', 'a1', 'LOG_LEVEL', 'constructor', '__proto__'])('may be called %s', (name) => {
    expect(environmentProblem(name, 'any value')).toBeUndefined()
  })
  test.each(['', '1A', 'A-B', 'A.B', 'A B', 'Ä', 'A\n'])('may not be called %j', (name) => {
    expect(environmentProblem(name, 'any value')).toBe(
      'has a name that is none; names take letters, digits and underscores and do not begin with a digit.',
    )
  })
  // ARM: "One and only one property of 'value' and 'secureValue' is expected", and an empty text counts as none.
  test('may not be empty, as Azure refuses it', () => {
    expect(environmentProblem('LOG_LEVEL', '')).toBe('is set to nothing, which Azure does not take.')
    expect(environmentProblem('LOG_LEVEL', ' ')).toBeUndefined()
  })
  test.each(['APONO_CONNECTOR_ID', 'APONO_TOKEN', 'APONO_URL', 'CONNECTOR_METADATA'])('%s is ours', (name) => {
    expect(environmentProblem(name, 'x')).toBe(`sets ${name}, which the action sets itself.`)
  })
})

describe('a tag', () => {
  const RESERVED = 'Azure reserves names that begin with microsoft, azure, windows.'
  const CHARACTERS = 'tag names take none of < > % & \\ ? /.'

  test.each([
    ['team', 'platform'],
    ['a'.repeat(512), ''],
    ['team', 'v'.repeat(256)],
    ['cost center #7', '<b>&amp;</b>'],
    ['my-azure', ''],
    ['apono-connector', ''],
  ])('named %.20j is taken', (name, value) => {
    expect(rules.tagProblem(name, value)).toBeUndefined()
  })

  test.each([
    ['a'.repeat(513), '', 'has a tag whose name is longer than 512 characters.'],
    ['team', 'v'.repeat(257), 'has the tag "team" with a value longer than 256 characters.'],
    ['microsoft', '', `has the tag "microsoft"; ${RESERVED}`],
    ['AZURE-team', '', `has the tag "AZURE-team"; ${RESERVED}`],
    ['Windows_x', '', `has the tag "Windows_x"; ${RESERVED}`],
    ['apono-managed-by', '', 'sets the tag "apono-managed-by", which the action sets itself.'],
    ['Apono-Connector-Id', '', 'sets the tag "Apono-Connector-Id", which the action sets itself.'],
    ['APONO-TOKEN-FINGERPRINT', '', 'sets the tag "APONO-TOKEN-FINGERPRINT", which the action sets itself.'],
    ...[...'<>%&\\?/'].map((sign) => [`a${sign}b`, '', `has the tag ${JSON.stringify(`a${sign}b`)}; ${CHARACTERS}`]),
  ])('named %.30j with the value %.10j is refused', (name = '', value = '', problem = '') => {
    expect(rules.tagProblem(name, value)).toBe(problem)
  })

  test.each(['', ' ', '\t'])('without a name (%j) is refused, as Azure refuses it', (name) => {
    expect(rules.tagProblem(name, 'platform')).toBe('has a tag without a name.')
  })

  // Azure's refusal (InvalidTagNameCharacters) names control characters beside the reserved ones.
  test.each(['a\nb', 'a\u0000b', 'a\u001b[31mb', 'a\u0085b'])('with the control character in %j is refused', (text) => {
    expect(rules.tagProblem(text, 'platform')).toBe('has a tag with control characters.')
    expect(rules.tagProblem('team', text)).toBe('has a tag with control characters.')
  })
})

describe('tags together', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `tag-${index}`)

  const most = 50 - OWN_TAGS.length

  test('may be as many as Azure takes less those that are ours', () => {
    expect(rules.tagListProblems([])).toEqual([])
    expect(rules.tagListProblems(numbered(most))).toEqual([])
    expect(rules.tagListProblems(numbered(most + 1))).toEqual([
      `has ${most + 1} tags; Azure takes 50 and the action needs ${OWN_TAGS.length} of them, so ${most} are left.`,
    ])
  })

  test('may not differ in casing only', () => {
    expect(rules.tagListProblems(['team', 'stage', 'Team', 'TEAM'])).toEqual([
      'has the tag "Team" twice: Azure does not tell upper from lower case.',
      'has the tag "TEAM" twice: Azure does not tell upper from lower case.',
    ])
  })

  test('tell both problems at once', () => {
    expect(rules.tagListProblems([...numbered(most), 'TAG-0'])).toHaveLength(2)
  })
})
