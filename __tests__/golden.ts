import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'

const FOLDER = new URL('./golden/', import.meta.url)

/**
 * Holds a text against a file in golden/. `UPDATE_GOLDEN=1` rewrites the file instead: read the difference in git before you commit
 * it. In CI that is refused, since a run that rewrites its expectations cannot fail.
 */
export function expectGolden(name: string, text: string): void {
  const file = new URL(name, FOLDER)
  if (process.env.UPDATE_GOLDEN === '1') {
    if (process.env.CI === 'true') throw new Error('UPDATE_GOLDEN is for a desk, not for CI')
    writeFileSync(file, text)
  }
  expect(text).toBe(readFileSync(file, 'utf8'))
}

/** Escape characters as a sign that editors show. */
export function visible(text: string): string {
  return text.replaceAll('\u001b', '␛')
}
