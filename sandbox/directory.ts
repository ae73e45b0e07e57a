import type { Application, Tenant, World } from './world.ts'

export type FederatedCredential = Application['federatedCredentials'][number]

export type NewApplication = {
  readonly displayName: string
  readonly clientId?: string
  readonly objectId?: string
  /** The first tenant unless told. */
  readonly tenantId?: string
}

/** Registers an application without any credential or role. */
export function addApplication(
  world: World,
  { displayName, clientId, objectId, tenantId }: NewApplication,
): Application {
  const application: Application = {
    clientId: clientId ?? world.random.guid(),
    objectId: objectId ?? world.random.guid(),
    displayName,
    federatedCredentials: [],
  }
  tenantOf(world, tenantId).applications.push(application)
  return application
}

export function removeApplication(world: World, clientId: string): boolean {
  const found = world.tenants.map(({ applications }) => remove(applications, (each) => each.clientId === clientId))
  return found.includes(true)
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

function applicationOf(world: World, clientId: string): Application | undefined {
  return world.tenants.flatMap(({ applications }) => applications).find((each) => each.clientId === clientId)
}

function tenantOf(world: World, tenantId: string | undefined): Tenant {
  const tenant = world.tenants.find((each) => each.tenantId === (tenantId ?? each.tenantId))
  if (tenant === undefined) throw new RangeError(`There is no tenant '${tenantId}'.`)
  return tenant
}

function remove<T>(from: T[], isMeant: (item: T) => boolean): boolean {
  const kept = from.filter((item) => !isMeant(item))
  const removed = from.length - kept.length
  from.splice(0, from.length, ...kept)
  return removed > 0
}
