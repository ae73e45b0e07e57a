import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DEFAULTS } from '../../src/inputs/defaults.ts'
import { version } from '../../src/inputs/rules.ts'
import { imageOf, LATEST_KNOWN, versionOf } from '../../src/spec/connector.ts'
import { warningsOn } from '../../src/spec/warnings.ts'
import { actualGroup, desiredGroup, planOf } from '../builders.ts'

const running = (image: string) => actualGroup({ ...desiredGroup().properties, image })
const warned = (connectorVersion: string, before?: string) =>
  warningsOn(planOf(desiredGroup({ connectorVersion }), before === undefined ? undefined : running(imageOf(before))))

test.each([
  ['v1.7.6', 'v1.7.8'],
  ['v1.7.8', 'v1.10.0'],
  ['v1.9.9', 'v2.0.0'],
])('going to %s from %s is called a downgrade', (after, before) => {
  expect(warned(after, before)).toEqual([
    `This is a downgrade: the connector of "apono-connector" goes from ${before} back to ${after}.`,
  ])
  expect(warned(before, after)).toEqual([])
})

test.each([
  ['v1.3.5', "Apono's Azure integrations need v1.3.6 or newer."],
  ['v0.9.0', "Apono's Azure integrations need v1.3.6 or newer."],
  ['v1.3.6', 'has no health endpoint'],
  ['v1.6.6', 'has no health endpoint'],
])('%s is warned of, whether it is new or runs already', (old, said) => {
  expect(warned(old)).toEqual([expect.stringContaining(said)])
  expect(warned(old, old)).toEqual([expect.stringContaining(said)])
})

test.each(['v1.6.7', 'v1.7.8', 'v1.10.0', 'v2.0.0'])('%s is no reason to warn', (fine) => {
  expect(warned(fine)).toEqual([])
})

test.each([
  ['acme.azurecr.io/apono:v1.7.8', 'v1.7.8'],
  ['localhost:5000/apono-connector:1.7.8', '1.7.8'],
  ['nginx', undefined],
  ['localhost:5000/apono-connector', undefined],
  ['acme.azurecr.io/apono:stable', undefined],
  [`acme.azurecr.io/apono@sha256:${'a'.repeat(64)}`, undefined],
])('the image %s has the version %s', (image, found) => {
  expect(versionOf(image)).toBe(found)
  expect(warningsOn(planOf(desiredGroup(), running(image)))).toEqual([])
})

test('every version that may be given is one that can be compared', () => {
  const part = fc.integer({ min: 0, max: 9999 })
  fc.assert(
    fc.property(part, part, part, fc.constantFrom('', 'v'), (major, minor, patch, v) => {
      const parsed = version.parse(`${v}${major}.${minor}.${patch}`)
      expect(versionOf(imageOf(String(parsed)))).toBe(`v${major}.${minor}.${patch}`)
    }),
  )
})

test('latest-known is the default, and a version with the day it came out', () => {
  expect(DEFAULTS['connector-version']).toBe('latest-known')
  expect(version.parse('latest-known')).toBe(LATEST_KNOWN.version)
  expect(version.parse(LATEST_KNOWN.version)).toBe(LATEST_KNOWN.version)
  expect(new Date(LATEST_KNOWN.date).toISOString().slice(0, 10)).toBe(LATEST_KNOWN.date)
})
