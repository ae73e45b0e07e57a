import { expect, test } from '@jest/globals'
import { notesOf } from '../../../scripts/release/changelog.ts'

const CHANGELOG = `# Changelog

## 1.10.0

## 1.1.0 – 2027-01-02

- More.

### Mended

- Less.

## 1.0.0

- All of it.
`

test('the notes of a release are what stands under its heading, with or without a date', () => {
  expect(notesOf('1.1.0', CHANGELOG)).toBe('- More.\n\n### Mended\n\n- Less.')
  expect(notesOf('1.0.0', CHANGELOG)).toBe('- All of it.')
})

test.each([
  ['a version that is not there', '2.0.0'],
  ['one that another begins with', '1.1'],
  ['a heading with nothing under it', '1.10.0'],
])('there are none for %s', (_, version) => {
  expect(notesOf(version, CHANGELOG)).toBeUndefined()
})
