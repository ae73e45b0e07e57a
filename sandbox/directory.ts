import { remove, removePrincipal } from './principals.ts'
import type { Application, Member, RunnerIdentity, Tenant, World } from './world.ts'

export type FederatedCredential = Application['federatedCredentials'][number]

export type NewApplication = {
  readonly displayName: string
  readonly clientId?: string
  readonly objectId?: string
  /** None unless told. */
  readonly appRoles?: readonly string[]
  /** The first tenant unless told. */
  readonly tenantId?: string
}

export type NewMember = {
  readonly kind: Member['kind']
  readonly displayName: string
  readonly objectId?: string
  /** Object ids of who is in a group. */
  readonly memberIds?: readonly string[]
}

export type NewSecret = { readonly secret: string; readonly lifetimeMs: number }

export type NewRunnerIdentity = {
  readonly kind: RunnerIdentity['kind']
  readonly displayName?: string
  /** The first tenant unless told. */
  readonly tenantId?: string
}

/** Registers an application without any credential or role. */
export function addApplication(
  world: World,
  { displayName, clientId, objectId, appRoles = [], tenantId }: NewApplication,
): Application {
  const application: Application = {
    clientId: clientId ?? world.random.guid(),
    objectId: objectId ?? world.random.guid(),
    displayName,
    appRoles: [...appRoles],
    federatedCredentials: [],
    clientSecrets: [],
    certificates: [],
  }
  tenantOf(world, tenantId).applications.push(application)
  return application
}

export function removeApplication(world: World, clientId: string): boolean {
  const application = applicationOf(world, clientId)
  return application !== undefined && removePrincipal(world, application.objectId)
}

/** Replaces what an application was granted in Microsoft Graph. False when there is no such application. */
export function setAppRoles(world: World, clientId: string, appRoles: readonly string[]): boolean {
  const application = applicationOf(world, clientId)
  application?.appRoles.splice(0, application.appRoles.length, ...appRoles)
  return application !== undefined
}

/** Adds a user or a group. */
export function addMember(world: World, { kind, displayName, objectId, memberIds = [] }: NewMember): Member {
  const member: Member = { objectId: objectId ?? world.random.guid(), displayName, kind, memberIds: [...memberIds] }
  tenantOf(world, undefined).members.push(member)
  return member
}

/** False when there is no such application. */
export function addFederatedCredential(world: World, clientId: string, credential: FederatedCredential): boolean {
  const application = applicationOf(world, clientId)
  application?.federatedCredentials.push(credential)
  return application !== undefined
}

/** Removes the credentials that have all of the given values. */
export function removeFederatedCredentials(
  world: World,
  clientId: string,
  like: Partial<FederatedCredential>,
): boolean {
  const credentials = applicationOf(world, clientId)?.federatedCredentials ?? []
  return remove(
    credentials,
    (each) =>
      (like.issuer ?? each.issuer) === each.issuer &&
      (like.subject ?? each.subject) === each.subject &&
      (like.audience ?? each.audience) === each.audience,
  )
}

/** Gives an application a secret that ends after so many milliseconds. False when there is no such application. */
export function addClientSecret(world: World, clientId: string, { secret, lifetimeMs }: NewSecret): boolean {
  const application = applicationOf(world, clientId)
  application?.clientSecrets.push({ secret, expires: world.clock.now() + lifetimeMs })
  return application !== undefined
}

/** Uploads a certificate, PEM. False when there is no such application. */
export function addCertificate(world: World, clientId: string, certificate: string): boolean {
  const application = applicationOf(world, clientId)
  application?.certificates.push(certificate)
  return application !== undefined
}

/** Another, empty tenant; answers its id. */
export function addTenant(world: World): string {
  const tenantId = world.random.guid()
  const nothing = { applications: [], managedIdentities: [], members: [], directoryRoleAssignments: [] }
  world.tenants.push({ tenantId, ...nothing })
  return tenantId
}

/** Gives the machine of the runner an identity, which has no role yet. */
export function addRunnerIdentity(
  world: World,
  { kind, displayName = 'runner', tenantId }: NewRunnerIdentity,
): RunnerIdentity {
  const tenant = tenantOf(world, tenantId)
  const identity = { objectId: world.random.guid(), clientId: world.random.guid() }
  tenant.managedIdentities.push({ ...identity, displayName, replicatedFrom: 0 })
  const assigned = { kind, tenantId: tenant.tenantId, ...identity }
  world.runner.identities.push(assigned)
  return assigned
}

function applicationOf(world: World, clientId: string): Application | undefined {
  return world.tenants.flatMap(({ applications }) => applications).find((each) => each.clientId === clientId)
}

function tenantOf(world: World, tenantId: string | undefined): Tenant {
  const tenant = world.tenants.find((each) => each.tenantId === (tenantId ?? each.tenantId))
  if (tenant === undefined) throw new RangeError(`There is no tenant '${tenantId}'.`)
  return tenant
}
