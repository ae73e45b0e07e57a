import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { firstScreenOf } from '../../../scripts/newcomer/first-screen.ts'

const README = `# An action

\`\`\`yaml
on: push
\`\`\`

Try it:

\`\`\`sh
npm ci && npm run demo

npm ci && npm test
\`\`\`

The demo plays a pull
request.

More is below.

\`\`\`sh
az login
\`\`\`
`

test('the first screen is the first block of commands, and what is said right below', () => {
  expect(firstScreenOf(README)).toEqual({
    commands: ['npm ci && npm run demo', 'npm ci && npm test'],
    promise: 'The demo plays a pull request.',
  })
})

test.each([
  ['no commands', README.replaceAll('```sh', '```yaml'), 'README.md has no block of commands.'],
  ['an empty block', README.replace(/npm ci.*\n\n.*\n/, ''), 'README.md has no block of commands.'],
  ['no word about them', README.split('The demo')[0] ?? '', 'README.md does not say what comes of its commands.'],
])('a README with %s is wrong', (_, readme, problem) => {
  expect(() => firstScreenOf(readme)).toThrow(problem)
})

test('our README tells a newcomer to see the demo and to run the tests', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  expect(firstScreenOf(readme).commands.join('\n')).toMatch(/npm run demo[\s\S]*npm test/)
})
