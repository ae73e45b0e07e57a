import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readMetadata } from '../../scripts/runner.ts'
import { blockWith } from '../docs/pages.ts'
import { lintWorkflow } from '../lint-workflow.ts'
import { runsOf } from './runs.ts'
import { EXAMPLES, exampleOf, exampleText, stepsOf, type Workflow } from './workflow.ts'

// Actionlint has looked at its form.
const FIRST_SCREEN = parse(blockWith('README.md', 'yaml', 'uses: apono/azure-connector-action')) as Workflow

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

describe.each([
  ['the first screen of the README', FIRST_SCREEN] as const,
  ...EXAMPLES.map((name) => [name, exampleOf(name)] as const),
])('in %s', (_, workflow) => {
  const runs = runsOf(workflow)

  test('pull requests plan, as somebody who may only read', () => {
    for (const { operation, clientId } of runs.filter(({ event }) => event === 'pull_request'))
      expect([operation, clientId]).toEqual(['plan', 'AZURE_PLAN_CLIENT_ID'])
  })

  test('who may write does nothing but write', () => {
    for (const { writes, clientId } of runs) expect(clientId === 'AZURE_CLIENT_ID').toBe(writes)
  })

  test('all that write to a connector wait for each other, and for nobody else', () => {
    for (const { writes, group, connectorId } of runs) {
      expect(group).not.toBe('')
      expect(group === `${connectorId}-apply`).toBe(writes)
    }
  })
})

test('a workflow that lets a pull request write is seen', () => {
  const text = exampleText('key-vault.yml').replace(/client-id: .*/, 'client-id: ${{ vars.AZURE_CLIENT_ID }}')
  expect(runsOf(parse(text) as Workflow)).toContainEqual(
    expect.objectContaining({ event: 'pull_request', clientId: 'AZURE_CLIENT_ID' }),
  )
})

test('actionlint sees what is wrong', async () => {
  const wrong = exampleText('drift.yml').replace('id-token: write', 'id-token: maybe')
  expect(await lintWorkflow(wrong)).toEqual([expect.stringContaining('"maybe" is invalid for permission')])
})
