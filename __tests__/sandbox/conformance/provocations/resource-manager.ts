import type { Session } from '../../../specs/sandbox-session.ts'
import { arm, nobody, type Provocation, type Reply, reader, signedInWithRole } from './provocation.ts'

const requests = { cpu: 1, memoryInGB: 1.5 }
const alpine = { name: 'c', properties: { image: 'alpine:latest', ports: [{ port: 80 }], resources: { requests } } }

function withContainer(properties: object): object {
  return { containers: [{ ...alpine, properties: { ...alpine.properties, ...properties } }] }
}

function groupPath(session: Session, name: string): string {
  return `/resourceGroups/${session.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${name}?api-version=2023-05-01`
}

function put(session: Session, name: string, properties: object = {}, rest: object = {}): Promise<Reply> {
  const body = { location: 'westeurope', properties: { containers: [alpine], osType: 'Linux', ...properties }, ...rest }
  return arm(session, 'PUT', groupPath(session, name), body)
}

/** Errors of Azure Resource Manager and of container groups. */
export const armProvocations: Readonly<Record<string, Provocation>> = {
  ResourceGroupNotFound: (session) => arm(session, 'GET', '/resourcegroups/nowhere?api-version=2022-09-01'),
  SubscriptionNotFound: async (session) => {
    const { exchange, headers } = await session.send('GET', `/subscriptions/${nobody}?api-version=2022-12-01`)
    return { status: exchange.status, headers, body: exchange.replyBody }
  },
  ResourceNotFound: (session) => arm(session, 'GET', groupPath(session, 'nothing')),
  AuthorizationFailed: async (session) => {
    const stranger = await signedInWithRole(session, reader)
    return put({ ...session, send: stranger }, 'forbidden')
  },
  LinkedAuthorizationFailed: async (session) => {
    const limited = await signedInWithRole(session, '5d977122-f97e-4b4d-a52f-6b43003ddb4d')
    const identity = { type: 'UserAssigned', userAssignedIdentities: { [session.identityId]: {} } }
    return put({ ...session, send: limited }, 'linked', {}, { identity })
  },
  MissingSubscriptionRegistration: async (session) => {
    const { control } = session.sandbox
    control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const reply = await put(session, 'unregistered')
    control.setProvider('Microsoft.ContainerInstance', 'Registered')
    return reply
  },
  InvalidContainerGroupUpdate: async (session) => {
    await put(session, 'bigger')
    session.settle()
    return put(session, 'bigger', withContainer({ resources: { requests: { ...requests, cpu: 2 } } }))
  },
  ContainerGroupTransitioning: async (session) => {
    await put(session, 'busy')
    return arm(session, 'DELETE', groupPath(session, 'busy'))
  },
  ContainerGroupQuotaReached: async (session) => {
    const large = withContainer({ resources: { requests: { cpu: 31, memoryInGB: 1 } } })
    // A region that nothing else here uses, since its cores are gone afterwards.
    const elsewhere = { location: 'eastus' }
    for (const name of ['one', 'two', 'three']) await put(session, name, large, elsewhere)
    return put(session, 'four', large, elsewhere)
  },
  ScopeLocked: async (session) => {
    await put(session, 'locked', { containers: [alpine] })
    session.settle()
    const { control, inputs } = session.sandbox
    const scope = `/subscriptions/${inputs['subscription-id']}/resourceGroups/${session.resourceGroup}`
    const lock = control.addLock({ scope, name: 'keep', level: 'CanNotDelete' })
    const reply = await arm(session, 'DELETE', groupPath(session, 'locked'))
    control.deleteResource(lock)
    return reply
  },
  RequestDisallowedByPolicy: async (session) => {
    const { control, inputs } = session.sandbox
    const scope = `/subscriptions/${inputs['subscription-id']}`
    const policy = control.addPolicy({ scope, name: 'tags', displayName: 'Require a team', requiredTag: 'team' })
    const reply = await put(session, 'untagged')
    control.deleteResource(policy)
    return reply
  },
  InaccessibleImage: (session) =>
    put(session, 'private', withContainer({ image: 'registry.apono.io/apono-connector:v1.7.8' })),
  CustomProvisioningTimeoutInSecondsNotSuppported: (session) =>
    put(session, 'timeout', { provisioningTimeoutInSeconds: 1800 }),
  LocationNotAvailableForResourceType: (session) => put(session, 'moon', {}, { location: 'westindia' }),
  MissingIpAddressPorts: (session) => put(session, 'portless', { ipAddress: { type: 'Public', ports: [] } }),
  InvalidIpAddressTypeForNetworkProfile: (session) =>
    put(session, 'public', {
      subnetIds: [{ id: session.subnetId }],
      ipAddress: { type: 'Public', ports: [{ port: 80 }] },
    }),
}
