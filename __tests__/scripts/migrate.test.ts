import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { parseInstall } from '../../scripts/migrate/install.ts'
import { withBlock } from '../../scripts/migrate/with-block.ts'
import { yamlOf } from '../../scripts/migrate/yaml.ts'
import { keyValues } from '../../src/inputs/key-values.ts'
import { yamlTexts } from '../../src/inputs/yaml-text.ts'
import { LATEST_KNOWN } from '../../src/spec/connector.ts'
import { ARM_ID, TOKEN } from '../builders.ts'
import { asAzShows, inputsOf } from '../scenarios/sources/shapes.ts'
import { fieldsOf } from '../specs/json.ts'

type Changes = {
  readonly group?: object
  readonly properties?: object
  readonly container?: object
  readonly variables?: readonly object[]
}

/** A group as Azure's API shows it: as the action's own defaults would make it, but for what differs. */
function shown({ group, properties, container, variables = [] }: Changes = {}) {
  const own = [
    { name: 'APONO_CONNECTOR_ID', value: 'apono-connector' },
    { name: 'APONO_TOKEN', value: TOKEN },
    { name: 'APONO_URL', value: 'api.apono.io' },
    { name: 'CONNECTOR_METADATA', value: '{"is_azure_admin": false}' },
  ]
  return {
    id: ARM_ID,
    name: 'apono-connector',
    location: 'westeurope',
    identity: { type: 'SystemAssigned', principalId: 'p', tenantId: 't' },
    ...group,
    properties: {
      osType: 'Linux',
      sku: 'Standard',
      restartPolicy: 'Always',
      imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono' }],
      ...properties,
      containers: [
        {
          name: 'apono-connector',
          properties: {
            image: `registry.apono.io/apono-connector:${LATEST_KNOWN.version}`,
            environmentVariables: [...own, ...variables],
            resources: { requests: { cpu: 1, memoryInGB: 2 } },
            ...container,
          },
        },
      ],
    },
  }
}

const printed = (group: unknown) => yamlOf(withBlock(parseInstall(JSON.stringify(group))))
const withOf = (group: unknown) => fieldsOf(fieldsOf(parse(printed(group))).with)

describe('the printed block', () => {
  test('says only what differs from the defaults', () => {
    expect(Object.keys(withOf(shown()))).toEqual([
      'client-id',
      'tenant-id',
      'subscription-id',
      'resource-group',
      'location',
      'apono-token',
      'permissions',
    ])
  })

  test('is the same for the shape of az', () => {
    expect(printed(asAzShows(shown()))).toBe(printed(shown()))
    expect(printed([asAzShows(shown())])).toBe(printed(shown()))
  })

  test.each<[string, Changes, Readonly<Record<string, string>>]>([
    ['size', { container: { resources: { requests: { cpu: 0.5, memoryInGB: 1.5 } } } }, { cpu: '0.5', memory: '1.5' }],
    [
      'version',
      { container: { image: 'registry.apono.io/apono-connector:v1.6.8' } },
      { 'connector-version': 'v1.6.8' },
    ],
    ['zones', { group: { zones: ['2'] } }, { zones: '2' }],
    [
      'mirror with a password',
      {
        properties: { imageRegistryCredentials: [{ server: 'acme.azurecr.io', username: 'acme' }] },
        container: { image: 'acme.azurecr.io/apono-connector:v1.7.8' },
      },
      {
        image: 'acme.azurecr.io/apono-connector:v1.7.8',
        'registry-username': 'acme',
        'registry-password': '${{ secrets.REGISTRY_PASSWORD }}',
      },
    ],
    [
      'identity that pulls before the others',
      {
        group: { identity: { type: 'UserAssigned', userAssignedIdentities: { '/a': {}, '/B': {} } } },
        properties: { imageRegistryCredentials: [{ server: 'acme.azurecr.io', identity: '/b' }] },
      },
      { 'identity-ids': '/B\n/a\n' },
    ],
    [
      'both identities',
      { group: { identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { '/a': {}, '/b': {} } } } },
      { 'identity-type': 'both', 'identity-ids': '/a\n/b\n' },
    ],
    [
      "az's workspace",
      {
        group: { tags: { 'oms-resource-link': '/workspaces/logs' } },
        properties: { diagnostics: { logAnalytics: { workspaceId: 'w' } } },
      },
      { 'log-analytics': '/workspaces/logs', tags: 'oms-resource-link=/workspaces/logs' },
    ],
    [
      'our own tags',
      { group: { tags: { 'apono-managed-by': 'azure-connector-action', team: 'a' } } },
      { tags: 'team=a' },
    ],
  ])('says the %s', (_what, changes, inputs) => {
    expect(withOf(shown(changes))).toMatchObject(inputs)
  })

  test.each<[string, Changes, string]>([
    [
      'a workspace that nothing names',
      { properties: { diagnostics: { logAnalytics: { workspaceId: 'w-guid' } } } },
      "# log-analytics: the resource id of the workspace: az monitor log-analytics workspace list --query \"[?customerId=='w-guid']",
    ],
    ['a volume', { properties: { volumes: [{ name: 'x' }] } }, '# The group has volumes. No input keeps that'],
    ['a command', { container: { command: ['sh'] } }, '# The group has a command of its own.'],
    ['a public address', { properties: { ipAddress: { type: 'Public' } } }, '# The group has a public address'],
    [
      'another restart policy',
      { properties: { restartPolicy: 'Never\nwith: evil' } },
      '# The group has the restart policy Never with: evil.',
    ],
    ['no identity', { group: { identity: null } }, '# identity-type: the group has no identity'],
    ['a readable token', {}, '# Its token can be read in plain text in Azure today.'],
  ])('tells of %s in a comment', (_what, changes, said) => {
    expect(printed(shown(changes))).toContain(said)
  })
})

describe('secrets', () => {
  test.each([
    ['DB_PASSWORD', 'hunter2-canary'],
    ['connection_string', 'canary'],
    ['PROXY', 'https://user:canary@proxy.example.com'],
    ['PEM', '-----BEGIN PRIVATE KEY-----\ncanary'],
    ['SESSION', 'eyJhbGciOiJub25lIn0.canary.x'],
    ['STORAGE', 'AccountName=a;AccountKey=canary'],
    ['GITHUB_PAT', 'ghp_canary'],
    ['PASSPHRASE', 'canary'],
    ['SLACK_WEBHOOK', 'https://hooks.example.com/canary'],
    ['HELM_ARGS', `--set apono=${TOKEN}-canary`],
    ['ANYTHING', 'canary'],
    ['LOG_LEVEL', 'https://user:canary@logs.example.com'],
  ])('that look like it, %s, become placeholders, whatever Azure shows', (name, value) => {
    const block = printed(shown({ variables: [{ name, value }] }))
    expect(block).not.toContain('canary')
    expect(block).toContain(`${name}=\${{ secrets.${name.replace(/^GITHUB_/, 'CONNECTOR_GITHUB_')} }}`)
    expect(block).toContain(`# ${name}: readable in Azure today. What is no secret may stand in`)
  })

  test('of Azure are placeholders too, under a name that GitHub takes', () => {
    const block = printed(shown({ variables: [{ name: 'A' }, { name: 'GITHUB_PAT' }] }))
    expect(block).toContain('    A=${{ secrets.A }}\n    GITHUB_PAT=${{ secrets.CONNECTOR_GITHUB_PAT }}\n')
  })

  test('in tags are left out, and counted', () => {
    const tags = { team: 'a', note: `it is ${TOKEN}`, url: 'https://user:canary@x.example.com' }
    const block = printed(shown({ group: { tags } }))
    expect(block).toContain('tags: team=a')
    expect(block).toContain('# tags: 2 more, left out because they look secret')
    expect([block.includes(TOKEN), block.includes('canary')]).toEqual([false, false])
  })

  test('are in no message about what cannot be read', () => {
    for (const text of [`{"APONO_TOKEN": "${TOKEN}"`, TOKEN, `[{"name": "${TOKEN}"}]`, `"${TOKEN}"`]) {
      expect(() => parseInstall(text)).toThrow()
      expect(() => parseInstall(text)).not.toThrow(TOKEN)
    }
  })
})

test('variables and tags survive the way through the block and the workflow', async () => {
  const parseYaml = await yamlTexts()
  const reader = keyValues({ parseYaml, problemOf: () => undefined })
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('${{ secrets.X }}', 'a\nb', '# x', "'${{ 'x' }}'"),
  )
  const name = fc.constantFrom('LOG_LEVEL', 'NO_PROXY', 'HTTPS_PROXY', 'TZ', 'LC_ALL')
  const harmless = value.filter((text) => !/:\/\/|-----|eyJ|=|gh/.test(text))
  fc.assert(
    fc.property(
      fc.dictionary(name, harmless, { minKeys: 1 }),
      fc.dictionary(fc.string({ minLength: 1 }), harmless, { minKeys: 1 }),
      (map, tags) => {
        const variables = Object.entries(map).map(([key, text]) => ({ name: key, value: text }))
        const block = parse(printed(shown({ variables, group: { tags } })))
        const inputs = inputsOf(block, { AZURE_CLIENT_ID: 'c', APONO_TOKEN: 't' })
        expect(reader.parse(inputs.environment ?? '')).toEqual({ ...map })
        expect(reader.parse(inputs.tags ?? '')).toEqual({ ...tags })
      },
    ),
  )
})

describe('several groups', () => {
  const replica = (name: string, changes: Changes = {}) => shown({ ...changes, group: { name, ...changes.group } })
  const two = [
    replica('apono-connector-2', { group: { zones: ['2'] } }),
    replica('apono-connector', { group: { zones: ['1'] } }),
  ]

  test('of one connector are its replicas, each in its zone', () => {
    expect(withOf(two)).toMatchObject({ replicas: '2', zones: '1\n2\n' })
    expect(printed([...two, { name: 'web', containers: [{ name: 'web' }] }])).toBe(printed(two))
  })

  test('that differ are told', () => {
    const larger = { container: { resources: { requests: { cpu: 2, memoryInGB: 2 } } } }
    expect(printed([replica('apono-connector'), replica('apono-connector-2', larger)])).toContain(
      '# Not all groups are alike: "apono-connector-2" would become as "apono-connector" is.',
    )
  })

  test('of several connectors, or of none, are refused', () => {
    const other = JSON.parse(JSON.stringify(shown()).replaceAll('"apono-connector"', '"another"'))
    expect(() => printed([shown(), other])).toThrow('these are 2 connectors (another, apono-connector)')
    expect(() => printed([{ name: 'web' }, { name: 'more' }])).toThrow('no group of this list runs an Apono connector')
  })
})

describe('what is no connector is told as such', () => {
  test.each<[string, string, string]>([
    ['no JSON', 'Name  ResourceGroup', 'this is no JSON. az prints it with --output json.'],
    ['something else', '{"id": "x"}', 'this is no container group: it has no containers.'],
    ['another group', '{"containers": [{"name": "web"}]}', 'it runs no Apono connector.'],
  ])('%s', (_what, text, said) => {
    expect(() => parseInstall(text)).toThrow(said)
  })
})

describe('npm run migrate', () => {
  const run = (args: readonly string[], input = '') =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/migrate.ts'), ...args], {
      input,
      encoding: 'utf8',
    })

  test('reads a file or standard input', () => {
    const folder = mkdtempSync(join(tmpdir(), 'migrate-'))
    const file = join(folder, 'group.json')
    writeFileSync(file, JSON.stringify(shown()))
    expect(run(['--from', file])).toMatchObject({ status: 0, stdout: printed(shown()), stderr: '' })
    expect(run(['--from', '-'], JSON.stringify(shown()))).toMatchObject({ status: 0, stdout: printed(shown()) })
    rmSync(folder, { recursive: true })
  })

  test('prints nothing where the token would be shown', () => {
    const url = { variables: [] as object[], group: { name: `with-${TOKEN}` } }
    expect(run(['--from', '-'], JSON.stringify(shown(url)))).toMatchObject({ status: 1, stdout: '' })
  })

  test.each([
    [[], 'Say where the container group is'],
    [['--from', '/nowhere/at/all'], 'no such file'],
    [['--into', 'x'], '--into'],
  ])('%j ends with 1 and a word on why', (args, said) => {
    expect(run(args)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(said) })
  })
})
