import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { GroupDefinition } from '../../sandbox/container-instance/definition.ts'
import { expectFailure } from '../stage/failure.ts'
import {
  withContainer,
  withoutVariable,
  withProperties,
  withTags,
  withVariable,
  withVariables,
} from '../stage/group-edits.ts'
import { plainLog, planLines, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

type Edit = {
  readonly what: string
  readonly edit: (group: GroupDefinition) => GroupDefinition
  readonly lines: readonly string[]
  readonly note?: string
}

let stage: Stage
let untouched: GroupDefinition

beforeAll(async () => {
  stage = await openStage()
  await stage.runInProcess({ operation: 'apply' })
  untouched = stage.stored() ?? { properties: {} }
})
beforeEach(() => {
  stage.edit(() => untouched)
})
afterAll(() => stage.close())

const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'http' } }
const settings = { initialDelaySeconds: 30, periodSeconds: 30, failureThreshold: 3 }

const inPlace: readonly Edit[] = [
  {
    what: 'another image',
    edit: withContainer((container) => ({ ...container, image: 'registry.apono.io/apono-connector:v1.7.6' })),
    lines: ['~ image "registry.apono.io/apono-connector:v1.7.6" → "registry.apono.io/apono-connector:v1.7.8"'],
  },
  {
    what: 'a variable changed',
    edit: withVariable({ name: 'APONO_URL', value: 'proxy.example.com' }),
    lines: ['~ environment.APONO_URL "proxy.example.com" → "api.apono.io"'],
  },
  {
    what: 'a variable added',
    edit: withVariables((variables) => [...variables, { name: 'DEBUG', value: 'a\n"b" 🔑' }]),
    lines: ['- environment.DEBUG "a\\n\\"b\\" 🔑"'],
  },
  {
    what: 'a secure variable added',
    edit: withVariables((variables) => [...variables, { name: 'EXTRA', secureValue: 'hidden' }]),
    lines: ['- environment.EXTRA (sensitive value)'],
  },
  {
    what: 'a variable removed',
    edit: withoutVariable('APONO_URL'),
    lines: ['+ environment.APONO_URL "api.apono.io"'],
  },
  {
    what: 'a variable made secure',
    edit: withVariable({ name: 'APONO_URL', secureValue: 'api.apono.io' }),
    lines: ['~ environment.APONO_URL (sensitive value) → "api.apono.io"'],
  },
  {
    what: 'the token removed',
    edit: withoutVariable('APONO_TOKEN'),
    lines: ['+ token (sensitive value)'],
  },
  {
    what: 'metadata that claim more',
    edit: withVariable({ name: 'CONNECTOR_METADATA', value: '{"is_azure_admin":true}' }),
    lines: [
      '+ environment.CONNECTOR_METADATA.cloud_provider "AZURE"',
      '~ environment.CONNECTOR_METADATA.is_azure_admin true → false',
      '+ environment.CONNECTOR_METADATA.region "westeurope"',
      '+ environment.CONNECTOR_METADATA.resource_group "rg-apono"',
      '+ environment.CONNECTOR_METADATA.subscription_id "(subscription)"',
    ],
  },
  {
    what: 'metadata that are no JSON',
    edit: withVariable({ name: 'CONNECTOR_METADATA', value: 'none' }),
    lines: [
      '~ environment.CONNECTOR_METADATA "none" → {"cloud_provider":"AZURE","subscription_id":"(subscription)","resource_group":"rg-apono","region":"westeurope","is_azure_admin":false}',
    ],
  },
  {
    what: 'the mark lost',
    edit: withTags({ 'apono-managed-by': null }),
    lines: ['+ tags.apono-managed-by "azure-connector-action"'],
    note: 'carries no mark of this action: it is adopted and marked.',
  },
  {
    what: 'a tag added and one changed',
    edit: withTags({ owner: 'mallory', 'apono-managed-by': 'terraform' }),
    lines: ['~ tags.apono-managed-by "terraform" → "azure-connector-action"', '- tags.owner "mallory"'],
  },
  {
    what: 'all tags lost',
    edit: ({ tags: _, ...group }) => group,
    lines: [
      '+ tags.apono-connector-id "apono-connector"',
      '+ tags.apono-managed-by "azure-connector-action"',
      '~ token (sensitive value), changed',
    ],
  },
  {
    what: 'another probe',
    edit: withContainer((container) => ({
      ...container,
      livenessProbe: { ...probe, ...settings, httpGet: { ...probe.httpGet, port: 9090 }, timeoutSeconds: 5 },
    })),
    lines: ['- livenessProbe.others.timeoutSeconds 5', '~ livenessProbe.port 9090 → 8080'],
  },
  {
    what: 'a probe that runs a command',
    edit: withContainer((container) => ({ ...container, livenessProbe: { exec: { command: ['true'] }, ...settings } })),
    lines: [
      '- livenessProbe.others.exec.command ["true"]',
      '~ livenessProbe.path "" → "/healthz"',
      '~ livenessProbe.port 0 → 8080',
    ],
  },
  {
    what: 'no probe',
    edit: withContainer(({ livenessProbe: _, ...container }) => container),
    lines: [
      '+ livenessProbe.path "/healthz"',
      '+ livenessProbe.port 8080',
      '+ livenessProbe.initialDelay 30',
      '+ livenessProbe.period 30',
      '+ livenessProbe.failures 3',
    ],
  },
  {
    what: 'another user of the registry',
    edit: withProperties((properties) => ({
      ...properties,
      imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'somebody', password: 'x' }],
    })),
    lines: ['~ registry.username "somebody" → "apono"'],
  },
]

const replaced: readonly Edit[] = [
  {
    what: 'more memory and cores',
    edit: withContainer((container) => ({ ...container, resources: { requests: { cpu: 2, memoryInGB: 4 } } })),
    lines: ['~ cpu 2 → 1  (forces a replace)', '~ memory 4 → 2  (forces a replace)'],
  },
  {
    what: 'a command',
    edit: withContainer((container) => ({ ...container, command: ['sleep', '1'] })),
    lines: ['- command ["sleep","1"]  (forces a replace)'],
  },
  {
    what: 'another container',
    edit: withProperties((properties) => ({
      ...properties,
      containers: [
        ...(properties.containers ?? []),
        { name: 'sidecar', properties: { image: 'nginx', resources: { requests: { cpu: 1, memoryInGB: 1 } } } },
      ],
    })),
    lines: ['- containers ["sidecar (nginx)"]  (forces a replace)'],
  },
  {
    what: 'a volume',
    edit: withProperties((properties) => ({ ...properties, volumes: [{ name: 'scratch', emptyDir: {} }] })),
    lines: ['- volumes ["scratch"]  (forces a replace)'],
  },
  {
    what: 'no identity',
    edit: ({ identity: _, ...group }) => group,
    lines: ['~ identity.type "None" → "SystemAssigned"  (forces a replace)'],
  },
  {
    what: 'a public address',
    edit: withProperties((properties) => ({ ...properties, ipAddress: { type: 'Public', ports: [{ port: 80 }] } })),
    lines: [
      '- network.address.type "Public"  (forces a replace)',
      '- network.address.ports ["TCP:80"]  (forces a replace)',
    ],
  },
  {
    what: 'another restart policy, and a tag besides',
    edit: (group) =>
      withTags({ owner: 'mallory' })({ ...group, properties: { ...group.properties, restartPolicy: 'Never' } }),
    lines: ['~ restartPolicy "Never" → "Always"  (forces a replace)', '- tags.owner "mallory"'],
  },
  {
    what: 'a zone',
    edit: (group) => ({ ...group, zones: ['1'] }),
    lines: ['- zones ["1"]  (forces a replace)'],
  },
]

function withIds(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace('(subscription)', stage.sandbox.inputs['subscription-id'] ?? ''))
}

test.each(inPlace)('repaired in place: $what', async ({ edit, lines, note }) => {
  stage.edit(edit)
  const applied = await stage.runInProcess({ operation: 'apply' })
  expect([applied.exitCode, planLines(applied)]).toEqual([0, withIds(lines)])
  expect(applied.outputs).toMatchObject({ 'to-update': '1', 'to-replace': '0', outcome: 'applied' })
  if (note !== undefined) expect(plainLog(applied)).toContain(note)
  const method = lines.every((line) => line.includes(' tags.')) ? 'PATCH' : 'PUT'
  expect(writesOf(applied)).toEqual([`${method} apono-connector`])
  expect((await stage.runInProcess({})).outputs['has-changes']).toBe('false')
})

test.each(replaced)(
  'shown, refused before anything is written, and replaced on consent: $what',
  async ({ edit, lines }) => {
    stage.edit(edit)
    const before = stage.stored()
    const planned = await stage.runInProcess({})
    expect([planned.exitCode, planLines(planned).filter((line) => !line.includes('principal-id'))]).toEqual([0, lines])
    expect(planned.outputs).toMatchObject({ 'to-update': '0', 'to-replace': '1' })
    expect(plainLog(planned)).toContain('Apply refuses this plan unless the step says `allow-replace: true`.')

    const applied = await stage.runInProcess({ operation: 'apply' })
    expectFailure(applied, 'replace-refused', 'Nothing was changed.', 'allow-replace: true')
    expect(writesOf(applied)).toEqual([])
    expect(stage.stored()).toEqual(before)

    const agreed = await stage.runInProcess({ operation: 'apply', 'allow-replace': 'true' })
    expect([agreed.exitCode, agreed.outputs.outcome]).toEqual([0, 'applied'])
    expect(writesOf(agreed)).toEqual(['DELETE apono-connector', 'PUT apono-connector'])
    expect((await stage.runInProcess({})).outputs['has-changes']).toBe('false')
  },
)
