import { expect, test } from '@jest/globals'
import { shortName } from '../../src/render/short-name.ts'
import { SUBSCRIPTION_ID } from '../builders.ts'
import { MANAGEMENT_GROUP, SUBSCRIPTION, VAULT } from '../spec/grant-builders.ts'

test.each([
  ['apono-connector', 'apono-connector'],
  [`Reader on ${SUBSCRIPTION}`, 'Reader on this subscription'],
  [
    `Reader on ${SUBSCRIPTION.toUpperCase()} for apono-connector-2`,
    'Reader on this subscription for apono-connector-2',
  ],
  [`Reader on ${SUBSCRIPTION}/resourceGroups/rg-(a)`, 'Reader on resource group rg-(a)'],
  [`Reader on ${VAULT}`, 'Reader on vaults/kv-apono in rg-keys'],
  [`Reader on ${MANAGEMENT_GROUP}`, `Reader on ${MANAGEMENT_GROUP}`],
])('%s is shown as %s', (name, shown) => {
  expect(shortName(name, SUBSCRIPTION_ID)).toBe(shown)
})

test.each([
  '/subscriptions/00000000-0000-0000-0000-000000000000',
  `${VAULT}/secrets/a`,
  `${SUBSCRIPTION}/resourceGroups/rg|x`,
  `${SUBSCRIPTION}x`,
])('what lies elsewhere or deeper keeps its id: %s', (scope) => {
  expect(shortName(`Reader on ${scope}`, SUBSCRIPTION_ID)).toBe(`Reader on ${scope}`)
})

test('a name without an end gets one', () => {
  const shown = shortName('x'.repeat(1_000), SUBSCRIPTION_ID)
  expect([shown.length, shown.at(-1)]).toEqual([300, '…'])
})
