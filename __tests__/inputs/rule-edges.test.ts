import { describe, expect, test } from '@jest/globals'
import * as discussionRules from '../../src/inputs/discussion-rules.ts'
import * as imageRules from '../../src/inputs/image-rules.ts'
import * as networkRules from '../../src/inputs/network-rules.ts'
import { constrainRoles, extraRoleAssignments, identityIds } from '../../src/inputs/permission-rules.ts'
import * as rules from '../../src/inputs/rules.ts'
import { complaint, NEEDED, parse } from './raw.ts'
import { describeRules, letters, malformed, same } from './rule-tables.ts'

const GUID = '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11'
const IDENTITY = `/subscriptions/${GUID}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`
const WORKSPACE = `/subscriptions/${GUID}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs`
const SUBNET = `/subscriptions/${GUID}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/one`
const SECRET_FORM = 'has not the form https://<vault>/secrets/<name> or https://<vault>/secrets/<name>/<version>.'
const CREDENTIALS = 'has a user name or password in it.'
const CONTROL = String.fromCharCode(7)

// What stands before or behind something right does not make it right.
describeRules({
  guid: { rule: rules.guid(`client-id: ${GUID}`), takes: same(GUID), refuses: malformed(`x${GUID}`, `${GUID}x`) },
  label: {
    rule: rules.label,
    takes: same('a', '7', 'ä b', 'production 2', letters(64)),
    refuses: malformed(letters(65), ' a', '-a', '<a', 'a>', 'a/b', 'a\nb'),
  },
  'secret of a vault': {
    rule: rules.vaultSecret,
    takes: [
      ['https://a.vault.azure.net/secrets/b/', { host: 'a.vault.azure.net', name: 'b', version: undefined }],
      ['https://A.vault.azure.net/secrets/b/c1', { host: 'a.vault.azure.net', name: 'b', version: 'c1' }],
    ],
    refuses: [
      ['https://me@a.vault.azure.net/secrets/b', CREDENTIALS],
      ['https://:word@a.vault.azure.net/secrets/b', CREDENTIALS],
      ['https://me:word@a.vault.azure.net/secrets/b', CREDENTIALS],
      ['https://a.vault.azure.net/x/secrets/b', SECRET_FORM],
      ['https://a.vault.azure.net/secrets/b/c/d', SECRET_FORM],
      ['https://a.vault.azure.net/keys/b', SECRET_FORM],
      ['https://a.vault.azure.net/', SECRET_FORM],
      ['https://a.vault.azure.net:8443/secrets/b', SECRET_FORM],
      ['https://a.vault.azure.net/secrets/b?x', SECRET_FORM],
      ['https://a.vault.azure.net/secrets/b#x', SECRET_FORM],
      ['http://a.vault.azure.net/secrets/b', 'has to begin with https://.'],
    ],
  },
  duration: {
    rule: rules.duration,
    takes: [
      ['30s', 30],
      ['6h', 21_600],
    ],
    refuses: [
      ['30', 'is not a duration.'],
      ['30d', 'is not a duration.'],
      ['m', 'is not a duration.'],
      ['29s', 'is out of range.'],
      ['7h', 'is out of range.'],
    ],
  },
  registry: {
    rule: imageRules.registryServer,
    takes: same('a', 'registry.example.com', 'localhost:5000'),
    refuses: malformed('-a', 'a-', 'https://a', 'a/b', 'a:', 'a:123456', 'a:b', ':5000'),
  },
  'user of a registry': {
    rule: imageRules.registryUsername,
    takes: same('a', letters(256)),
    refuses: malformed(`${CONTROL}a`, `a${CONTROL}`, letters(257)),
  },
  'password of a registry': {
    rule: imageRules.registryPassword,
    takes: same('a b'),
    refuses: malformed('a\nb', '\na'),
  },
  'token of GitHub': {
    rule: discussionRules.githubToken,
    takes: same('ghs_a'),
    refuses: malformed('a b', ' a', 'a\n'),
  },
  zones: {
    rule: networkRules.zones,
    takes: [['1, 3', ['1', '3']]],
    refuses: [
      ['12', 'has "12", which is no zone.'],
      ['0', 'has "0", which is no zone.'],
    ],
  },
  version: { rule: rules.version, takes: [['v1.7.8', 'v1.7.8']], refuses: malformed('1v7.8', 'vv1.7.8') },
})

describe('roles and identities', () => {
  test('take no control characters', () => {
    expect(constrainRoles.parse(`Reader, Own${CONTROL}er`)).toEqual({ wrong: ['has control characters.'] })
    const { wrong } = { wrong: [], ...Object(extraRoleAssignments(JSON.parse).parse(grant(`Own${CONTROL}er`))) }
    expect(wrong).toEqual([expect.stringContaining('whose role has control characters.')])
  })

  test('that are blanks are none', () => {
    expect(constrainRoles.parse(' , ')).toEqual({ wrong: ['holds nothing.'] })
    expect(identityIds.parse(' , ')).toEqual({ wrong: ['holds nothing.'] })
    expect(extraRoleAssignments(JSON.parse).parse(grant('  '))).toHaveProperty('wrong')
  })

  test('are ids and nothing before or behind them', () => {
    for (const id of [`x${IDENTITY}`, `${IDENTITY}/x`]) expect(identityIds.parse(id)).toHaveProperty('wrong')
    expect(identityIds.parse(`${IDENTITY}\n${IDENTITY.toUpperCase()}`)).toHaveLength(1)
  })

  test('have both a role and a scope, and nothing more', () => {
    const parsed = (entry: object) => extraRoleAssignments(JSON.parse).parse(JSON.stringify([entry]))
    const scope = `/subscriptions/${GUID}`
    expect(parsed({ role: 'Reader', scope })).toEqual([{ role: 'Reader', scope }])
    expect(parsed({ role: 'Reader', scope: `${scope}/` })).toEqual([{ role: 'Reader', scope }])
    for (const entry of [
      { role: 'Reader' },
      { scope },
      { role: 'Reader', scope, more: 1 },
      { role: 'Reader', scope: 'x' },
    ])
      expect(parsed(entry)).toHaveProperty('wrong')
  })
})

test.each([
  ['log-analytics', WORKSPACE],
  ['subnet-ids', SUBNET],
])('%s is an id and nothing before or behind it', async (input, id) => {
  for (const wrong of [`x${id}`, `${id}/x`])
    expect(await complaint({ 'ip-address-type': 'Private', [input]: wrong })).toContain(`- ${input}: `)
})

test.each([
  ['acme.azurecr.io', true],
  ['acme.azurecr.us', true],
  ['acme.azurecr.io.example.com', false],
  ['azurecr.io.example.com', false],
  ['acme-azurecr.io', false],
])("whether %s is a registry of Azure's, which an identity may be let into: %s", (server, is) => {
  expect(imageRules.isAzureRegistry(server)).toBe(is)
})

function grant(role: string): string {
  return JSON.stringify([{ role, scope: `/subscriptions/${GUID}` }])
}

test('a drift run that repairs nothing needs no token; one that repairs does', async () => {
  expect((await parse({ ...NEEDED, operation: 'drift' })).aponoToken).toBeUndefined()
  expect(await complaint({ operation: 'drift', 'auto-repair': 'true' })).toContain('- apono-token: is empty.')
})

test('a long text is shown by its beginning', async () => {
  expect(await complaint({ location: letters(120) })).toContain(`Given: "${letters(120)}".`)
  expect(await complaint({ location: letters(121) })).toContain(`Given: "${letters(120)}…".`)
})
