import { expect, test } from '@jest/globals'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { tokenFingerprint as fingerprintOf } from '../../src/spec/token-fingerprint.ts'
import { someInputs, TOKEN } from '../builders.ts'

const tokenFingerprint = (inputs: Inputs) => fingerprintOf(inputs.aponoToken, inputs)

test('a token has one fingerprint in one group, however its names are written', async () => {
  const fingerprint = await tokenFingerprint(someInputs())
  expect(fingerprint).toMatch(/^1\.[0-9a-f]{32}$/)
  expect(await tokenFingerprint(someInputs({ resourceGroup: 'RG-Apono', name: 'Apono-Connector' }))).toBe(fingerprint)
})

test('changes of anything but token and group leave it alone, so that they do not look like a rotation', async () => {
  const other = someInputs({ connectorVersion: 'v1.8.0', tags: {}, environment: {}, operation: 'apply', cpu: 2 })
  expect(await tokenFingerprint(other)).toBe(await tokenFingerprint(someInputs()))
})

test.each([
  ['token', { aponoToken: `${TOKEN}x` }],
  ['casing of the token', { aponoToken: TOKEN.toUpperCase() }],
  ['group', { name: 'connector-two' }],
  ['resource group', { resourceGroup: 'rg-other' }],
  ['subscription', { subscriptionId: '00000000-0000-4000-8000-000000000000' }],
])('another %s gives another fingerprint', async (_title, changes) => {
  expect(await tokenFingerprint(someInputs(changes))).not.toBe(await tokenFingerprint(someInputs()))
})

test('it holds nothing of the token', async () => {
  const fingerprint = (await tokenFingerprint(someInputs())) ?? ''
  for (const encoding of ['hex', 'base64', 'utf8'] as const) {
    expect(fingerprint).not.toContain(Buffer.from(TOKEN).toString(encoding).slice(0, 6))
  }
})

test('a run without a token has none', async () => {
  expect(await tokenFingerprint(someInputs({ aponoToken: undefined }))).toBeNull()
})
