import { describe, expect, test } from '@jest/globals'
import * as imageRule from '../../src/inputs/image-rules.ts'
import * as logRule from '../../src/inputs/log-rules.ts'
import * as rule from '../../src/inputs/network-rules.ts'
import { SUBSCRIPTION_ID } from '../builders.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'
import { describeRules, malformed, same } from './rule-tables.ts'

const network = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v`
const SUBNET = `${network}/subnets/connectors`
const IDENTITY = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id`
const WORKSPACE = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/platform-logs`
const MIRROR = 'acme.azurecr.io/apono-connector:v1.7.8'
const PRIVATE: Raw = { 'ip-address-type': 'Private', 'subnet-ids': SUBNET }
const DIGEST = `sha256:${'0f'.repeat(32)}`

describeRules({
  'ip-address-type': {
    rule: rule.ipAddressType,
    takes: same('None', 'Private'),
    refuses: [
      ['Public', 'is none of the choices.'],
      ['private', 'is none of the choices.'],
    ],
  },
  'dns-nameservers': {
    rule: rule.nameServers,
    takes: [
      ['10.0.0.4', ['10.0.0.4']],
      ['10.0.0.4\n10.0.0.5, 10.0.0.4', ['10.0.0.4', '10.0.0.5']],
    ],
    refuses: [
      ['dns.example.com', 'has "dns.example.com", which is no IPv4 address.'],
      ['10.0.0.256', 'has "10.0.0.256", which is no IPv4 address.'],
      ['::1', 'has "::1", which is no IPv4 address.'],
      [' \n', 'holds nothing.'],
    ],
  },
  zones: {
    rule: rule.zones,
    takes: [
      ['2', ['2']],
      ['1\n3', ['1', '3']],
    ],
    refuses: [
      ['4', 'has "4", which is no zone.'],
      ['westeurope-1', 'has "westeurope-1", which is no zone.'],
    ],
  },
  image: {
    rule: imageRule.image,
    takes: same(
      MIRROR,
      'localhost:5000/apono/connector:1',
      'ghcr.io/a/b/c_d-e.f:V1',
      `acme.azurecr.io/x@${DIGEST}`,
      `acme.azurecr.io/x:v1@${DIGEST}`,
    ),
    refuses: malformed(
      'apono-connector:v1.7.8',
      'acme.azurecr.io/apono-connector',
      'https://acme.azurecr.io/x:1',
      'acme.azurecr.io/X:1',
      'acme.azurecr.io/x: 1',
      'acme.azurecr.io/x@sha256:0f',
    ),
  },
  'log-analytics': {
    rule: logRule.logAnalytics,
    takes: [...same('none', 'create', WORKSPACE), [`${WORKSPACE}/`, WORKSPACE]],
    refuses: ['true', 'platform-logs', SUBNET].map(
      (text) => [text, 'is neither none, create nor the id of a workspace.'] as const,
    ),
  },
  'log-analytics-retention': {
    rule: logRule.retention,
    takes: [
      ['30', 30],
      ['730', 730],
    ],
    refuses: [
      ['29', 'is out of range.'],
      ['731', 'is out of range.'],
      ['30.5', 'is not a multiple of 1.'],
    ],
  },
})

describe('the network', () => {
  test('is none, or a subnet with its name servers', async () => {
    expect(await parse(NEEDED)).toMatchObject({ subnet: null, zones: [] })
    const inputs = await parse({ ...NEEDED, ...PRIVATE, 'dns-nameservers': '10.0.0.4', zones: '1, 2', replicas: '2' })
    expect(inputs).toMatchObject({ subnet: { id: SUBNET, nameServers: ['10.0.0.4'] }, zones: ['1', '2'] })
  })

  test.each<[string, Raw, string]>([
    ['Private without a subnet', { 'ip-address-type': 'Private' }, '- subnet-ids: is empty.'],
    [
      'a subnet without Private',
      { 'subnet-ids': SUBNET },
      '- subnet-ids: is set, but `ip-address-type` asks for no subnet.',
    ],
    [
      'name servers without a subnet',
      { 'dns-nameservers': '10.0.0.4' },
      '- dns-nameservers: is set, but `ip-address-type` asks for no subnet.',
    ],
    [
      'several subnets',
      { ...PRIVATE, 'subnet-ids': `${SUBNET}\n${network}/subnets/other` },
      '- subnet-ids: has 2 subnets; a container group lives in one.',
    ],
    [
      'what is no subnet',
      { ...PRIVATE, 'subnet-ids': network },
      `- subnet-ids: has "${network}", which is no id of a subnet.`,
    ],
    [
      'a subnet of another subscription',
      { ...PRIVATE, 'subnet-ids': SUBNET.replace(SUBSCRIPTION_ID, '00000000-0000-4000-8000-000000000000') },
      '- subnet-ids: names a subnet of another subscription.',
    ],
    [
      'more zones than groups',
      { zones: '1,2,3', replicas: '2' },
      '- zones: has 3 zones for 2 container groups; each stands in one.',
    ],
    ['two zones for one group', { zones: '1,2' }, '- zones: has 2 zones for 1 container group; each stands in one.'],
    [
      'a zone where there is none',
      { zones: '1', location: 'North Central US' },
      '- zones: is set, but the region northcentralus has no availability zones.',
    ],
  ])('%s is refused', async (_title, raw, said) => {
    expect(await complaint(raw)).toContain(said)
  })
})

describe('the image', () => {
  const AS_IDENTITY: Raw = { image: MIRROR, 'identity-type': 'both', 'identity-ids': IDENTITY }
  const USER: Raw = { image: MIRROR, 'registry-username': 'acme', 'registry-password': 'p4ss word' }

  test.each<[string, Raw, unknown]>([
    ["is Apono's when nothing is said", {}, null],
    ['comes from an Azure registry as an identity', AS_IDENTITY, { by: 'identity', grant: true }],
    ['may leave the grant to others', { ...AS_IDENTITY, 'acr-pull': 'false' }, { by: 'identity', grant: false }],
    ['comes as a user', USER, { by: 'password', username: 'acme', password: 'p4ss word' }],
    [
      'may name its registry again',
      { ...USER, 'registry-server': 'ACME.azurecr.io' },
      { by: 'password', username: 'acme', password: 'p4ss word' },
    ],
    ['comes from anywhere else as nobody', { image: 'ghcr.io/acme/connector:1' }, { by: 'default' }],
  ])('%s', async (_title, raw, pull) => {
    const { image } = await parse({ ...NEEDED, ...raw })
    expect(image?.pull ?? null).toEqual(pull)
  })

  test.each<[string, Raw, string]>([
    ['an Azure registry without anybody to pull', { image: MIRROR }, '- image: comes from an Azure registry'],
    [
      'a password without an image',
      { 'registry-password': 'hidden-one' },
      '- registry-password: is set, but there is no `image`',
    ],
    ['a password without a user', { image: MIRROR, 'registry-password': 'x' }, '- registry-username: is empty.'],
    [
      'a server that is not that of the image',
      { ...USER, 'registry-server': 'other.azurecr.io' },
      '- registry-server: is not the registry that `image` comes from.',
    ],
    [
      'a user without a password, where it is needed',
      { image: MIRROR, 'registry-username': 'acme', operation: 'apply', 'apono-token': 'a-token-of-apono' },
      '- registry-password: is empty.',
    ],
    ['a password in a tag', { ...USER, tags: 'note=p4ss word' }, '- tags: holds the password of the registry.'],
  ])('%s is refused, and never repeats a password', async (_title, raw, said) => {
    const text = await complaint(raw)
    expect(text).toContain(said)
    expect(text).not.toMatch(/hidden-one|p4ss word/)
  })
})

describe('the logs', () => {
  test('go nowhere, to a workspace of ours, or to an existing one', async () => {
    const where = async (raw: Raw) => (await parse({ ...NEEDED, ...raw })).logAnalytics
    expect(await where({})).toEqual({ to: 'nowhere' })
    expect(await where({ 'log-analytics': 'create' })).toEqual({ to: 'own', retention: 30 })
    expect(await where({ 'log-analytics': 'create', 'log-analytics-retention': '90' })).toEqual({
      to: 'own',
      retention: 90,
    })
    expect(await where({ 'log-analytics': WORKSPACE })).toEqual({ to: 'existing', id: WORKSPACE })
  })

  test.each([{}, { 'log-analytics': WORKSPACE }])(
    'take no retention where the workspace is not ours: %j',
    async (raw) => {
      expect(await complaint({ ...raw, 'log-analytics-retention': '90' })).toContain(
        '- log-analytics-retention: is set, but there is no workspace of ours to set it on.',
      )
    },
  )
})
