import { describe, expect, test } from '@jest/globals'
import { DEFAULTS } from '../../src/inputs/defaults.ts'
import { CLIENT_ID, SUBSCRIPTION_ID, TENANT_ID, TOKEN } from '../builders.ts'
import { IDENTITY } from '../spec/grant-builders.ts'
import { complaint, NEEDED, parse } from './raw.ts'

const API_TOKEN = 'apono-api-canary-3Rf8wK1z'

describe('what is not set', () => {
  const defaults = {
    operation: 'plan',
    auth: { by: 'oidc', clientId: CLIENT_ID },
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    cloud: { name: 'public' },
    resourceGroup: 'rg-apono',
    location: undefined,
    aponoToken: undefined,
    aponoTokenSecret: undefined,
    connectorId: 'apono-connector',
    name: 'apono-connector',
    given: { name: false, cpu: false, memory: false },
    adopt: 'yes',
    replicas: 1,
    subnet: null,
    zones: [],
    image: null,
    logAnalytics: { to: 'nowhere' },
    deleteWorkspace: false,
    connectorVersion: 'v1.7.8',
    aponoUrl: 'api.apono.io',
    cpu: 1,
    memory: 2,
    environment: {},
    environmentSecure: {},
    tags: {},
    permissions: { scope: 'none' },
    identity: { type: 'SystemAssigned' },
    extraRoleAssignments: [],
    aponoApiToken: undefined,
    aponoApiUrl: 'https://api.apono.io',
    force: false,
    allowReplace: false,
    expectedPlan: undefined,
    label: undefined,
    failOnDrift: true,
    autoRepair: false,
    wait: 'running',
    waitTimeout: 600,
    timeout: 1200,
    summary: true,
    githubToken: undefined,
    comment: 'auto',
    driftIssue: false,
    driftIssueLabels: [],
    driftIssueAssignees: [],
  }

  test('has a default', async () => {
    expect(await parse(NEEDED)).toEqual(defaults)
  })

  test.each(['', ' ', '\n\t '])('is what holds only %j, as an unset `vars` entry does', async (blank) => {
    const others = [
      'location',
      'apono-token',
      'apono-token-secret',
      'apono-api-token',
      'expected-plan',
      'confirm',
      'name',
      'environment',
      'environment-secure',
      'tags',
      'management-group',
      'directory-readers',
      'github-token',
      'drift-issue-labels',
      'drift-issue-assignees',
    ]
    const optional = [...Object.keys(DEFAULTS), ...others, 'identity-ids', 'extra-role-assignments']
    const blanks = Object.fromEntries(optional.map((name) => [name, blank]))
    expect(await parse({ ...NEEDED, ...blanks })).toEqual(defaults)
  })

  test.each(Object.keys(NEEDED))('and is needed, %s, is a problem', async (name) => {
    expect(await complaint({ [name]: '  ' })).toContain(
      `- ${name}: is empty. If it comes from \`vars\` or \`secrets\`, check that the name exists and is visible to this job.`,
    )
  })

  test('and is needed for apply alone, the token, is a problem there only', async () => {
    expect((await parse(NEEDED)).aponoToken).toBeUndefined()
    expect(await complaint({ operation: 'apply' })).toBe(
      [
        'One input is not right:',
        '- apono-token: is empty. If it comes from `vars` or `secrets`, check that the name exists and is visible to this job.',
        '    allowed: the token from the "Install connector" screen of Apono, without blanks or line breaks inside',
        '    example: apono-token: ${{ secrets.APONO_TOKEN }}',
      ].join('\n'),
    )
  })
})

test('everything that is set is taken, without the blanks around it', async () => {
  const raw = {
    operation: ' apply ',
    'client-id': `${CLIENT_ID.toUpperCase()}\n`,
    'tenant-id': TENANT_ID,
    'subscription-id': SUBSCRIPTION_ID,
    cloud: 'https://management.local.azurestack.external/',
    'resource-group': 'rg-(prod)',
    location: 'West Europe',
    'apono-token': ` ${TOKEN}\n`,
    'connector-id': 'team.one',
    name: 'connector-one',
    'connector-version': '1.8.0',
    'apono-url': 'api.EU.apono.io',
    cpu: '1.5',
    memory: '3.5',
    environment: 'LOG_LEVEL=debug \nEQUATION=a=b',
    'environment-secure': 'PASSWORD: "with # and = "\nLICENCE: |-\n  two\n  lines',
    tags: '{"team": "platform"}',
    permissions: ' management-group ',
    'management-group': ' mg-platform\n',
    'directory-readers': 'false ',
    'disable-locks': ' true',
    'constrain-roles': ' Reader \n',
    'extra-role-assignments': '\n- role: Reader\n  scope: /providers/Microsoft.Management/managementGroups/mg-other\n',
    'identity-type': ' both',
    'identity-ids': `\n  ${IDENTITY}\n`,
    replicas: ' 3',
    adopt: 'keep-size\n',
    'apono-api-token': ` ${API_TOKEN}\n`,
    'apono-api-url': 'https://api.eu.apono.io/',
    force: 'true ',
    'allow-replace': ' true',
    'expected-plan': ` ${'a'.repeat(64)}\n`,
    label: 'production 2',
    'fail-on-drift': 'false',
    'auto-repair': ' true',
    wait: 'none',
    'wait-timeout': '90s',
    timeout: '1h',
    summary: 'false',
    'github-token': ' ghs_abc\n',
    comment: 'on-change ',
    'drift-issue': ' true',
    'drift-issue-labels': 'drift, help wanted\n drift\n',
    'drift-issue-assignees': 'octocat,\nhubot',
  }
  expect(await parse(raw)).toEqual({
    operation: 'apply',
    auth: { by: 'oidc', clientId: CLIENT_ID },
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    cloud: { name: 'custom', url: 'https://management.local.azurestack.external' },
    resourceGroup: 'rg-(prod)',
    location: 'westeurope',
    aponoToken: TOKEN,
    aponoTokenSecret: undefined,
    connectorId: 'team.one',
    name: 'connector-one',
    given: { name: true, cpu: true, memory: true },
    adopt: 'keep-size',
    replicas: 3,
    subnet: null,
    zones: [],
    image: null,
    logAnalytics: { to: 'nowhere' },
    deleteWorkspace: false,
    connectorVersion: 'v1.8.0',
    aponoUrl: 'api.eu.apono.io',
    cpu: 1.5,
    memory: 3.5,
    environment: { LOG_LEVEL: 'debug ', EQUATION: 'a=b' },
    environmentSecure: { PASSWORD: 'with # and = ', LICENCE: 'two\nlines' },
    tags: { team: 'platform' },
    permissions: {
      scope: 'management-group',
      managementGroup: 'mg-platform',
      directoryReaders: false,
      disableLocks: true,
      constrainRoles: ['Reader'],
    },
    identity: { type: 'SystemAssigned, UserAssigned', ids: [IDENTITY] },
    extraRoleAssignments: [{ role: 'Reader', scope: '/providers/Microsoft.Management/managementGroups/mg-other' }],
    aponoApiToken: API_TOKEN,
    aponoApiUrl: 'https://api.eu.apono.io',
    force: true,
    allowReplace: true,
    expectedPlan: 'a'.repeat(64),
    label: 'production 2',
    failOnDrift: false,
    autoRepair: true,
    wait: 'none',
    waitTimeout: 90,
    timeout: 3600,
    summary: false,
    githubToken: 'ghs_abc',
    comment: 'on-change',
    driftIssue: true,
    driftIssueLabels: ['drift', 'help wanted'],
    driftIssueAssignees: ['octocat', 'hubot'],
  })
})

describe('problems', () => {
  test('are told all at once, each with what is allowed and an example', async () => {
    const message = await complaint({
      operation: 'deploy',
      'client-id': 'my-app',
      cloud: 'mars',
      cpu: '0.5',
      tags: 'azure-x=1\nTeam=a\nteam=b',
      timeout: '1d',
    })
    expect(message.split('\n')[0]).toBe('7 inputs are not right:')
    expect(message.match(/^- .*/gm)).toEqual([
      '- operation: is none of the choices. Given: "deploy".',
      '- client-id: does not have the right form. Given: "my-app".',
      '- cloud: is neither a cloud we know nor a URL.',
      '- cpu: is out of range. Given: "0.5".',
      '- tags: has the tag "team" twice: Azure does not tell upper from lower case.',
      '- tags: entry 1 has the tag "azure-x"; Azure reserves names that begin with microsoft, azure, windows.',
      '- timeout: is not a duration. Given: "1d".',
    ])
    expect(message).toContain('    allowed: plan, apply, drift, destroy\n    example: operation: plan\n')
    expect(message.match(/^ {4}allowed: ./gm)).toHaveLength(7)
    expect(message.match(/^ {4}example: ./gm)).toHaveLength(7)
  })

  test('repeat long texts in part only, and on one line', async () => {
    expect(await complaint({ location: `\u001b[31m${'x\n'.repeat(200)}` })).toContain(
      `Given: ${JSON.stringify(`\u001b[31m${'x\n'.repeat(57)}x…`)}.`,
    )
  })

  test('of a connector id that is no group name are told of the name that was to be taken from it', async () => {
    const message = await complaint({ 'connector-id': 'team.one' })
    expect(message).toContain(
      '- name: is taken from connector-id when it is not set; that value does not have the right form. Given: "team.one".',
    )
    expect(message).toContain('example: name: apono-connector')
  })

  test('of a connector id are not told a second time of the name', async () => {
    expect(await complaint({ 'connector-id': '-' })).toMatch(/^One input is not right:\n- connector-id: /)
  })

  test.each([
    'https://user:canary@management.azure.com',
    'https://canary@management.azure.com',
    'http://user:canary@management.azure.com',
    'https//user:canary@management.azure.com',
    'https://management.azure.com/?sig=canary',
  ])('of the cloud URL %s do not repeat it, as it may hold a password', async (cloud) => {
    expect(await complaint({ cloud })).not.toContain('canary')
  })

  test('of a variable name its entry', async () => {
    const message = await complaint({ environment: '# one comment\nLOG_LEVEL=info\nEMPTY=\n1A=x' })
    expect(message.match(/^- .*/gm)).toEqual([
      '- environment: entry 2 is set to nothing, which Azure does not take.',
      '- environment: entry 3 has a name that is none; names take letters, digits and underscores and do not begin with a digit.',
    ])
  })
})
