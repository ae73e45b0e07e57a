import type { ContainerGroup as ArmGroup, Container, ContainerProbe } from '@azure/arm-containerinstance'
import { describe, expect, test } from '@jest/globals'
import { fromArm } from '../../src/azure/container-group-arm.ts'
import { diff } from '../../src/engine/diff.ts'
import type { Properties } from '../../src/engine/resource.ts'
import { desiredGroup, returnedGroup, theOne } from '../builders.ts'

const { livenessProbe: _probe, ...unprobed } = theOne(returnedGroup().containers)
const withoutProbe = returnedGroup({ containers: [unprobed] })

/** Paths at which such a group differs from ours, with what it has there. */
function differences(group: ArmGroup): Properties {
  return Object.fromEntries(
    diff(fromArm(group), desiredGroup().properties).map(({ path, before }) => [path.join('.'), before ?? null]),
  )
}

describe('what we never ask for is not hidden', () => {
  const id = '/subscriptions/x/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/v/subnets/S'
  const container = (name: string): Container => ({
    name,
    image: 'busybox:1',
    resources: { requests: { cpu: 1, memoryInGB: 1 } },
  })
  const probe: ContainerProbe = { exec: { command: ['true'] } }

  test.each<[string, ArmGroup, Properties]>([
    [
      'a second container',
      returnedGroup({ containers: [...returnedGroup().containers, container('side')] }),
      { containers: ['side (busybox:1)'] },
    ],
    ['another name of the container', returnedGroup({}, { name: 'connector' }), { containerName: 'connector' }],
    [
      'an init container',
      returnedGroup({ initContainers: [{ name: 'init', image: 'busybox:1' }, { name: 'bare' }] }),
      { initContainers: ['init (busybox:1)', 'bare (undefined)'] },
    ],
    [
      'a volume',
      returnedGroup(
        { volumes: [{ name: 'data', emptyDir: {} }] },
        { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ),
      { volumeMounts: [{ mountPath: '/data', name: 'data' }], volumes: ['data'] },
    ],
    [
      'a subnet',
      returnedGroup({ subnetIds: [{ id }] }),
      { 'network.address': { type: 'Private', ports: [] }, 'network.subnet': id.toLowerCase() },
    ],
    [
      'a public address',
      returnedGroup({ ipAddress: { type: 'Public', ports: [{ port: 80 }] } }),
      { 'network.address': { ports: ['TCP:80'], type: 'Public' } },
    ],
    [
      'name servers',
      returnedGroup({ dnsConfig: { nameServers: ['10.0.0.4'] } }),
      { 'network.dns': { nameServers: ['10.0.0.4'] } },
    ],
    ['a zone', returnedGroup({ zones: ['1'] }), { zones: ['1'] }],
    [
      'logs',
      returnedGroup({ diagnostics: { logAnalytics: { workspaceId: 'w', workspaceKey: '' } } }),
      { logAnalytics: { workspace: 'w' } },
    ],
    ['another sku', returnedGroup({ sku: 'Confidential' }), { sku: 'Confidential' }],
    ['another priority', returnedGroup({ priority: 'Spot' }), { priority: 'Spot' }],
    [
      'a user-assigned identity',
      returnedGroup({ identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { '/id': {} } } }),
      { 'identity.ids': ['/id'], 'identity.type': 'SystemAssigned, UserAssigned' },
    ],
    ['no identity', returnedGroup({ identity: { type: 'None' } }), { 'identity.type': 'None' }],
    [
      'a second registry',
      returnedGroup({
        imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono' }, { server: 'acr.example' }],
      }),
      { registries: ['acr.example'] },
    ],
    ['no registry', returnedGroup({ imageRegistryCredentials: [] }), { registry: null }],
    [
      'a registry without a user',
      returnedGroup({ imageRegistryCredentials: [{ server: 'registry.apono.io' }] }),
      { 'registry.username': '' },
    ],
    ['an extension', returnedGroup({ extensions: [{ name: 'vk' }] }), { extensions: ['vk'] }],
    ['a command', returnedGroup({}, { command: ['sh'] }), { command: ['sh'] }],
    ['a port', returnedGroup({}, { ports: [{ port: 8080 }] }), { 'network.ports': ['TCP:8080'] }],
    [
      'a readiness probe',
      returnedGroup({}, { readinessProbe: probe }),
      { readinessProbe: { exec: { command: ['true'] } } },
    ],
    [
      'a security context',
      returnedGroup({}, { securityContext: { privileged: true } }),
      { securityContext: { privileged: true } },
    ],
    [
      'limits and a GPU',
      returnedGroup(
        {},
        { resources: { requests: { cpu: 1, memoryInGB: 2, gpu: { count: 1, sku: 'V100' } }, limits: { cpu: 2 } } },
      ),
      { gpu: { count: 1, sku: 'V100' }, limits: { cpu: 2 } },
    ],
    [
      'encryption',
      returnedGroup({ encryptionProperties: { vaultBaseUrl: 'https://v', keyName: 'k', keyVersion: '1' } }),
      { encryption: { keyName: 'k', keyVersion: '1', vaultBaseUrl: 'https://v' } },
    ],
    [
      'confidential computing',
      returnedGroup({ confidentialComputeProperties: { ccePolicy: 'p' } }),
      { confidential: { ccePolicy: 'p' } },
    ],
    ['another restart policy', returnedGroup({ restartPolicy: 'Never' }), { restartPolicy: 'Never' }],
    ['no health probe', withoutProbe, { livenessProbe: null }],
  ])('%s', (_title, group, expected) => {
    expect(differences(group)).toEqual(expected)
  })

  test('in a health probe, each oddity under its name', () => {
    const odd = {
      httpGet: { path: '/healthz', port: 8080, scheme: 'https', httpHeaders: [{ name: 'a', value: 'b' }] },
      timeoutSeconds: 5,
      successThreshold: 2,
    }
    expect(fromArm(returnedGroup({}, { livenessProbe: odd })).livenessProbe).toEqual({
      path: '/healthz',
      port: 8080,
      initialDelay: 0,
      period: 10,
      failures: 3,
      others: { scheme: 'https', successThreshold: 2, timeoutSeconds: 5, httpHeaders: [{ name: 'a', value: 'b' }] },
    })
    expect(fromArm(returnedGroup({}, { livenessProbe: probe })).livenessProbe).toMatchObject({
      path: '',
      port: 0,
      others: { exec: { command: ['true'] } },
    })
  })
})
