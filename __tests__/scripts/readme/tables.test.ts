import { expect, test } from '@jest/globals'
import { withTables } from '../../../scripts/readme/tables.ts'

const README = `# An action

## Inputs

<!-- inputs: npm run docs -->
| an old table |
<!-- /inputs -->

## Outputs

<!-- outputs: npm run docs -->
<!-- /outputs -->

The end.
`

const CONTRACT = {
  inputs: {
    operation: { description: 'plan | apply,\n  or drift.\n', default: 'plan', required: false },
    'tenant-id': { description: 'Where to sign in.', required: true },
    memory: { description: "What costs $1 and is $& and $' as it stands.", required: false },
    tags: { description: 'More tags.', default: '', required: false },
  },
  outputs: { changed: { description: '`true` when something was changed.' } },
}

test('the tables stand in their places, and all else stays as it is', () => {
  expect(withTables(README, CONTRACT)).toBe(`# An action

## Inputs

<!-- inputs: npm run docs -->
| input | default | |
|---|---|---|
| \`operation\` | \`plan\` | plan \\| apply, or drift. |
| \`tenant-id\` | required | Where to sign in. |
| \`memory\` | – | What costs $1 and is $& and $' as it stands. |
| \`tags\` | – | More tags. |
<!-- /inputs -->

## Outputs

<!-- outputs: npm run docs -->
| output | |
|---|---|
| \`changed\` | \`true\` when something was changed. |
<!-- /outputs -->

The end.
`)
})

test('a second time nothing changes', () => {
  const once = withTables(README, CONTRACT)
  expect(withTables(once, CONTRACT)).toBe(once)
})

test.each(['inputs', 'outputs'])('a page that lost the place for its %s is not written', (name) => {
  const page = README.replace(`<!-- /${name} -->`, '')
  expect(() => withTables(page, CONTRACT)).toThrow(
    `README.md has no place for its table of ${name}: <!-- ${name}: npm run docs --> … <!-- /${name} -->`,
  )
})
