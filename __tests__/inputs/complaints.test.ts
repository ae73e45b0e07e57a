import { expect, test } from '@jest/globals'
import { SUBSCRIPTION_ID, TOKEN } from '../builders.ts'
import { expectGolden } from '../golden.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'

const inSubscription = (rest: string) => `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg/providers/${rest}`
const IDENTITY = inSubscription('Microsoft.ManagedIdentity/userAssignedIdentities/id')
const SUBNET = inSubscription('Microsoft.Network/virtualNetworks/net/subnets/one')
const GRANT = { role: 'Reader', scope: `/subscriptions/${SUBSCRIPTION_ID}` }
const AZURE_IMAGE = 'acme.azurecr.io/apono-connector:v1.7.8'
const PRIVATE_IMAGE = 'registry.example.com/apono-connector:v1.7.8'

/** Texts that no rule takes. The tokens are left out: their rules take nearly everything, and what they refuse is never shown. */
const NONSENSE: Raw = {
  operation: 'detect',
  auth: 'password',
  'client-id': 'mine',
  'tenant-id': 'ours',
  'subscription-id': 'prod',
  cloud: 'moon',
  'resource-group': 'rg.',
  location: 'west-europe',
  'apono-token-secret': 'vault/secret',
  'connector-id': '-',
  name: '-',
  'connector-version': 'latest',
  image: 'no image',
  'apono-url': 'https://api.apono.io/x',
  cpu: '0',
  memory: '0',
  replicas: '0',
  'ip-address-type': 'Public',
  'dns-nameservers': 'one',
  zones: '9',
  'log-analytics': 'maybe',
  'log-analytics-retention': '1',
  'delete-workspace': 'yes',
  adopt: 'yes',
  tags: '<no>',
  environment: '<no>',
  permissions: 'all',
  'management-group': 'a b',
  'directory-readers': 'yes',
  'disable-locks': 'yes',
  'constrain-roles': 'none, Reader',
  'extra-role-assignments': 'Reader',
  'identity-type': 'mine',
  'identity-ids': 'one',
  'apono-api-url': 'http://api.apono.io',
  force: 'yes',
  'allow-replace': 'yes',
  'expected-plan': 'newest?',
  'fail-on-drift': 'yes',
  'auto-repair': 'yes',
  wait: 'long',
  'wait-timeout': '5s',
  timeout: 'forever',
  label: '<b>',
  summary: 'yes',
  comment: 'often',
  'drift-issue': 'yes',
  'drift-issue-labels': 'a,,b',
  'drift-issue-assignees': 'not a user',
}

type Misfit = readonly [what: string, raw: Raw]

/** Texts that are right alone. */
const MISFITS: readonly Misfit[] = [
  ['no token to write', { operation: 'apply' }],
  ['no token to take drift back', { operation: 'drift', 'auto-repair': 'true' }],
  ['a token twice', { 'apono-token': TOKEN, 'apono-token-secret': 'https://acme.vault.azure.net/secrets/apono-token' }],
  ['no API token to wait with', { operation: 'apply', wait: 'connected', 'apono-token': TOKEN }],
  ['no API token to look for drift with', { operation: 'drift', wait: 'connected' }],
  ['an approval of drift', { operation: 'drift', 'expected-plan': 'pull-request' }],
  ['too long a name for replicas', { name: 'a'.repeat(62), replicas: '2' }],
  ['a token in the environment', { 'apono-token': TOKEN, environment: `COPY=${TOKEN}` }],
  ['a token in a tag', { 'apono-token': TOKEN, tags: `${TOKEN}=copy` }],
  [
    'an API token in the environment',
    { 'apono-api-token': 'api-token-of-acme', environment: 'COPY=api-token-of-acme' },
  ],
  [
    'a password of the registry in the environment',
    {
      image: PRIVATE_IMAGE,
      'registry-username': 'acme',
      'registry-password': 'correct horse',
      environment: 'COPY=correct horse',
    },
  ],
  ['a variable twice', { environment: 'A=one', 'environment-secure': 'A=another' }],
  ['a variable of ours', { environment: 'APONO_TOKEN=x' }],
  ['a variable with nothing', { environment: 'A=' }],
  ['a name of a variable that is none', { environment: '1A=x' }],
  ['a secret that cannot be hidden', { 'environment-secure': 'A=true\nB=123' }],
  ['a secret without a value', { operation: 'apply', 'apono-token': TOKEN, 'environment-secure': 'A=' }],
  [
    'too many secrets',
    { 'environment-secure': Array.from({ length: 40 }, (_, index) => `A${index}=some value`).join('\n') },
  ],
  ['rights beside none', { 'directory-readers': 'true', 'disable-locks': 'true', 'constrain-roles': 'privileged' }],
  ['a management group beside a subscription', { permissions: 'subscription', 'management-group': 'mg' }],
  ['no management group', { permissions: 'management-group' }],
  ['identities beside a system-assigned one', { 'identity-type': 'SystemAssigned', 'identity-ids': IDENTITY }],
  ['no identities', { 'identity-type': 'UserAssigned' }],
  [
    'a grant twice',
    {
      permissions: 'none',
      'extra-role-assignments': JSON.stringify([GRANT, { ...GRANT, role: 'Contributor' }, GRANT]),
    },
  ],
  [
    'a grant that permissions make',
    {
      permissions: 'subscription',
      'extra-role-assignments': JSON.stringify([
        { role: 'User Access Administrator', scope: `/subscriptions/${SUBSCRIPTION_ID}` },
      ]),
    },
  ],
  ['a private address without a subnet', { 'ip-address-type': 'Private' }],
  ['a subnet without a private address', { 'subnet-ids': SUBNET }],
  ['two subnets', { 'ip-address-type': 'Private', 'subnet-ids': `${SUBNET}\n${SUBNET}2` }],
  ['name servers without a subnet', { 'dns-nameservers': '10.0.0.4' }],
  [
    'a subnet of another subscription',
    {
      'ip-address-type': 'Private',
      'subnet-ids': SUBNET.replace(SUBSCRIPTION_ID, '00000000-0000-4000-8000-000000000000'),
    },
  ],
  ['more zones than groups', { zones: '1, 2' }],
  ['more zones than two groups', { zones: '1, 2, 3', replicas: '2' }],
  ['a zone where there is none', { zones: '1', location: 'northcentralus' }],
  ['an image that nobody can pull', { image: AZURE_IMAGE }],
  [
    'a registry without an image',
    { 'registry-server': 'acme.azurecr.io', 'registry-username': 'acme', 'registry-password': 'x y z' },
  ],
  ['another registry', { image: PRIVATE_IMAGE, 'registry-server': 'acme.azurecr.io', 'registry-username': 'acme' }],
  ['a password without a user', { image: PRIVATE_IMAGE, 'registry-password': 'correct horse' }],
  [
    'a user without a password',
    { operation: 'apply', 'apono-token': TOKEN, image: PRIVATE_IMAGE, 'registry-username': 'acme' },
  ],
  ['retention without a workspace', { 'log-analytics-retention': '90' }],
  ['no confirmation', { operation: 'destroy', permissions: '' }],
  ['another confirmation', { operation: 'destroy', permissions: '', confirm: 'yes' }],
  ['an environment without a secret', { auth: 'environment' }],
  ['an environment without a client', { auth: 'environment', 'client-id': '' }],
]

test('every complaint says what is wrong, what is allowed, and gives an example', async () => {
  const texts = [`# nonsense\n${await complaint(NONSENSE)}\n`]
  for (const [what, raw] of MISFITS) texts.push(`# ${what}\n${await complaint(raw)}\n`)
  expectGolden('complaints.txt', texts.join('\n'))
  expect(texts.join('\n')).not.toContain(TOKEN)
})

test.each<Misfit>([
  ['a plan waits for nothing, so it needs no API token', { operation: 'plan', wait: 'connected' }],
  [
    'an API token to wait with',
    { operation: 'apply', wait: 'connected', 'apono-token': TOKEN, 'apono-api-token': 'api-token' },
  ],
  ['one that runs is enough without an API token', { operation: 'apply', wait: 'running', 'apono-token': TOKEN }],
  ['an approval of an apply', { operation: 'apply', 'apono-token': TOKEN, 'expected-plan': 'pull-request' }],
  ['the longest name alone', { name: 'a'.repeat(63) }],
  ['the longest name with a number', { name: 'a'.repeat(61), replicas: '2' }],
  ['the longest name with a number of two digits', { name: 'a'.repeat(60), replicas: '10' }],
  ['variables that hold nothing secret', { 'apono-token': TOKEN, environment: 'COPY=of something', tags: 'team=iam' }],
  ['a secret variable that a plan was not given', { 'environment-secure': 'A=' }],
  [
    'other grants at other scopes',
    { 'extra-role-assignments': JSON.stringify([GRANT, { ...GRANT, role: 'Contributor' }]) },
  ],
  ['as many zones as groups', { zones: '1, 2', replicas: '2', location: 'westeurope' }],
  ['a zone where the region is not told', { zones: '1' }],
  [
    'an image that an identity pulls',
    { image: AZURE_IMAGE, 'identity-type': 'UserAssigned', 'identity-ids': IDENTITY },
  ],
  ['an image that anybody may pull', { image: PRIVATE_IMAGE }],
  ['a user without a password, for a plan', { image: PRIVATE_IMAGE, 'registry-username': 'acme' }],
  [
    'the registry of the image',
    { image: PRIVATE_IMAGE, 'registry-server': 'registry.example.com', 'registry-username': 'acme' },
  ],
  ['retention with a workspace of ours', { 'log-analytics': 'create', 'log-analytics-retention': '90' }],
])('%s is no complaint', async (_what, raw) => {
  await expect(parse({ ...NEEDED, ...raw })).resolves.toBeDefined()
})
