import { describe, expect, test } from '@jest/globals'
import { asDeployError, DeployError, explain } from '../src/errors.ts'

const full = new DeployError('no-capacity', 'The region is full.', {
  hint: 'Choose another region:\n  az account list-locations --output table',
  facts: { 'Azure error': '409 ServiceUnavailable', 'correlation id': '6f0e' },
  cause: new Error('409'),
})

describe('a failure we understand', () => {
  test('reads as what is wrong, the facts, what to do, and where to read more', () => {
    expect(explain(full)).toBe(
      [
        'The region is full.',
        '  Azure error: 409 ServiceUnavailable',
        '  correlation id: 6f0e',
        '',
        'Choose another region:',
        '  az account list-locations --output table',
        '',
        'More: https://github.com/apono/azure-connector-action/blob/main/docs/errors.md#no-capacity',
      ].join('\n'),
    )
  })

  test('reads well without facts', () => {
    expect(explain(new DeployError('throttled', 'Too many requests.', { hint: 'Wait.' }))).toMatch(
      /^Too many requests\.\n\nWait\.\n\nMore: /,
    )
  })

  test('that finds little room loses what is wrong before what mends it', () => {
    const long = new DeployError('azure-refused', 'x'.repeat(10_000), { hint: full.hint, facts: full.facts })
    const text = explain(long, 4_000)
    expect(text).toHaveLength(4_000)
    expect(text).toMatch(/^x{3000}x+…\n {2}Azure error: 409 ServiceUnavailable\n/)
    expect(
      text.endsWith(
        `${full.hint}\n\nMore: https://github.com/apono/azure-connector-action/blob/main/docs/errors.md#azure-refused`,
      ),
    ).toBe(true)
    expect(explain(full, 4_000)).toBe(explain(full))
    expect(explain(new DeployError('azure-refused', 'x', { hint: 'y'.repeat(10_000) }), 4_000)).toHaveLength(4_000)
  })

  test('is an Error with a name and its cause, for stack traces', () => {
    expect(full).toBeInstanceOf(Error)
    expect(String(full)).toBe('DeployError: The region is full.')
    expect(full.cause).toEqual(new Error('409'))
  })

  test('stays itself', () => {
    expect(asDeployError(full)).toBe(full)
  })
})

describe('anything else that is thrown', () => {
  test.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [{ status: 500 }, '[object Object]'],
  ])('is said to be unknown, with the original as the cause', (thrown, message) => {
    const error = asDeployError(thrown)
    expect(error.code).toBe('unexpected')
    expect(error.message).toBe(`Something went wrong that this action does not know: ${message}`)
    expect(error.hint).toMatch(/running again is safe.*https:\/\/github\.com\/apono\/azure-connector-action\/issues$/)
    expect(error.cause).toBe(thrown)
  })
})
