import { describe, expect, test } from '@jest/globals'
import { majorTag, problemsOf } from '../../../scripts/release/readiness.ts'

const READY = {
  version: '1.2.0',
  tags: ['v1', 'v1.1.9', 'v1.1.10', 'nightly'],
  uncommitted: [],
  changelog: '## 1.2.0\n\n- New.\n',
  packageVersion: '1.2.0',
}

describe('a release', () => {
  test('may be made when nothing speaks against it', () => {
    expect(problemsOf(READY)).toEqual([])
  })

  test('may be checked once more after its tag was made', () => {
    expect(problemsOf({ ...READY, tags: [...READY.tags, 'v1.2.0'] })).toEqual([])
  })

  test.each([
    ['its number is none', { version: 'next' }, '"next" is no version. Give one such as 1.2.3.'],
    ['it has no number', { version: '' }, '"" is no version. Give one such as 1.2.3.'],
    ['a newer one is out', { tags: ['v1.2.1', 'v1.1.0'] }, 'v1.2.1 is released already, and 1.2.0 is not newer.'],
    ['something is not committed', { uncommitted: ['README.md'] }, 'These files are not committed: README.md.'],
    ['nobody wrote what is new', { changelog: '## 1.1.0\n\n- Old.\n' }, 'CHANGELOG.md says nothing under "## 1.2.0".'],
    ['package.json is behind', { packageVersion: '1.1.10' }, 'package.json says 1.1.10 and not 1.2.0.'],
  ])('may not be made when %s', (_, difference, problem) => {
    expect(problemsOf({ ...READY, ...difference })).toEqual([problem])
  })

  test('tells every problem at once', () => {
    expect(problemsOf({ ...READY, uncommitted: ['a', 'b'], packageVersion: '0.1.0' })).toHaveLength(2)
  })
})

test('the tag that moves names the major version alone', () => {
  expect([majorTag('1.2.3'), majorTag('v12.0.0')]).toEqual(['v1', 'v12'])
})
