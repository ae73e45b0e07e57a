import { expect, test } from '@jest/globals'
import { addressesInComments } from '../../../scripts/links/addresses.ts'

test('every kind of comment leads to its documents, without the marks around them', () => {
  const source = `/** As in https://one.example/a. */
/**
 * Groups (https://two.example/b#c), \`https://two.example/d\`:
 */
  // https://three.example/e,
# https://four.example/f_g?h=i
`
  expect(addressesInComments(source)).toEqual([
    'https://one.example/a',
    'https://two.example/b#c',
    'https://two.example/d',
    'https://three.example/e',
    'https://four.example/f_g?h=i',
  ])
})

test('what the code asks is no document', () => {
  expect(addressesInComments("fetch('https://one.example/a')\nconst url = 'https://one.example/b'")).toEqual([])
})

test.each([
  'https://localhost:8443',
  'https://api.example/',
  'https://host/.default',
  'https://kv.vault.azure.net/secrets/s',
])('neither is a service, though a comment speaks of it (%s)', (address) => {
  expect(addressesInComments(`// such as ${address}`)).toEqual([])
})
