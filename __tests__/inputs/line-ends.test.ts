import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SUBSCRIPTION_ID } from '../builders.ts'
import { NEEDED, parse } from './raw.ts'

const IDENTITY = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities`

/** Every input that takes more than one line, as a file with the line ends of Unix has it. */
const LINES = {
  ...NEEDED,
  permissions: 'subscription',
  environment: 'LOG_LEVEL=debug\n\n# why\nPROXY=http://proxy:8080/?a=b\n',
  tags: 'team=platform\ncost-center=4711\n',
  'constrain-roles': 'Reader\nKey Vault Secrets User\n',
  'identity-type': 'UserAssigned',
  'identity-ids': `${IDENTITY}/one\n${IDENTITY}/two\n`,
  'extra-role-assignments': `- role: Reader\n  scope: /subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg\n`,
}

test('line ends of Windows mean the same in every input', async () => {
  const windows = Object.fromEntries(Object.entries(LINES).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')]))
  expect(await parse(windows)).toEqual(await parse(LINES))
})

test('and so do those of a JSON object, and of values with blanks in them', async () => {
  const value = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text))
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), async (values) => {
      const lines = values.map((text, index) => `KEY_${index}=${text}`)
      const [unix, windows] = await Promise.all(
        ['\n', '\r\n'].map((end) => parse({ ...NEEDED, environment: lines.join(end) })),
      )
      expect(windows).toEqual(unix)
      const json = JSON.stringify(Object.fromEntries(lines.map((line) => line.split('='))), null, 2)
      expect(await parse({ ...NEEDED, tags: json.replaceAll('\n', '\r\n') }).catch(String)).toEqual(
        await parse({ ...NEEDED, tags: json }).catch(String),
      )
    }),
    { numRuns: 50 },
  )
})
