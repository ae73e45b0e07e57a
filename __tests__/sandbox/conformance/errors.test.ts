import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair, SignJWT } from 'jose'
import { armClient, jobToken, redeem, type SignIn } from '../../specs/arm-client.ts'
import { loadSpecs, type Specs, violations } from '../../specs/conformance.ts'
import { skipReason } from '../../specs/documents.ts'
import { type CataloguedError, readErrorCatalogue } from '../../specs/error-catalogue.ts'
import type { Exchange } from '../../specs/exchange.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { exchangesOf } from '../../specs/logged-exchange.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'

type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown }
/** Brings the session's sandbox to answer with one error. */
type Provocation = (session: Session) => Promise<Reply>

const nobody = '99999999-9999-4999-8999-999999999999'
const requests = { cpu: 1, memoryInGB: 1.5 }
const alpine = { name: 'c', properties: { image: 'alpine:latest', ports: [{ port: 80 }], resources: { requests } } }

function withContainer(properties: object): object {
  return { containers: [{ ...alpine, properties: { ...alpine.properties, ...properties } }] }
}

async function arm(session: Session, method: string, path: string, body?: unknown): Promise<Reply> {
  const answer = await session.send(method, `/subscriptions/${session.subscriptionId}${path}`, body)
  return { status: answer.exchange.status, headers: answer.headers, body: answer.exchange.replyBody }
}

function groupPath(session: Session, name: string): string {
  return `/resourceGroups/${session.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${name}?api-version=2023-05-01`
}

function put(session: Session, name: string, properties: object = {}, rest: object = {}): Promise<Reply> {
  const body = { location: 'westeurope', properties: { containers: [alpine], osType: 'Linux', ...properties }, ...rest }
  return arm(session, 'PUT', groupPath(session, name), body)
}

/** An assertion made up by somebody who is not GitHub. */
async function forged(session: Session, claims: { iss?: string; sub?: string; aud?: string }): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  const genuine = {
    iss: `${session.signIn.origin}/github`,
    sub: 'repo:acme/infrastructure:ref:refs/heads/main',
    aud: 'api://AzureADTokenExchange',
  }
  return new SignJWT({ ...genuine, ...claims })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('5m')
    .sign(privateKey)
}

async function signIn(session: Session, changes: Partial<SignIn>): Promise<Reply> {
  return redeem({ ...session.signIn, ...changes }, await jobToken(session.signIn))
}

const armProvocations: Readonly<Record<string, Provocation>> = {
  ResourceGroupNotFound: (session) => arm(session, 'GET', '/resourcegroups/nowhere?api-version=2022-09-01'),
  SubscriptionNotFound: async (session) => {
    const { exchange, headers } = await session.send('GET', `/subscriptions/${nobody}?api-version=2022-12-01`)
    return { status: exchange.status, headers, body: exchange.replyBody }
  },
  ResourceNotFound: (session) => arm(session, 'GET', groupPath(session, 'nothing')),
  AuthorizationFailed: async (session) => {
    const stranger = await signedInWithRole(session, 'acdd72a7-3385-48ef-bd42-f606fba81ae7')
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

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

/** Gives a role in the resource group, Reader to the seeded identity unless told. */
async function assign(session: Session, name: string, changes: object = {}): Promise<Reply> {
  const roleDefinitionId = `/subscriptions/${session.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${reader}`
  const properties = { roleDefinitionId, principalId: await seededPrincipal(session), ...changes }
  const path = `/resourceGroups/${session.resourceGroup}/providers/Microsoft.Authorization/roleAssignments/${name}`
  return arm(session, 'PUT', `${path}?api-version=2022-04-01`, { properties })
}

async function seededPrincipal(session: Session): Promise<string> {
  const { exchange } = await session.send('GET', `${session.identityId}?api-version=2023-01-31`)
  return String(fieldsOf(fieldsOf(exchange.replyBody).properties).principalId)
}

const first = '11111111-1111-4111-8111-111111111111'
const second = '22222222-2222-4222-8222-222222222222'

const grantProvocations: Readonly<Record<string, Provocation>> = {
  'AuthorizationFailed with a condition': async (session) => {
    const condition = `!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR @Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {${nobody}}`
    const send = await signedInWithRole(session, '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', condition)
    // It looks the identity up with its own Reader-like rights before it is refused.
    return assign({ ...session, send }, first)
  },
  RoleAssignmentExists: async (session) => {
    await assign(session, first)
    return assign(session, second)
  },
  RoleAssignmentUpdateNotPermitted: async (session) => {
    await assign(session, first)
    const { objectId } = session.sandbox.control.addMember({ kind: 'User', displayName: 'Bob' })
    return assign(session, first, { principalId: objectId })
  },
  PrincipalNotFound: (session) => assign(session, second, { principalId: nobody }),
  RoleAssignmentLimitExceeded: async (session) => {
    const { control } = session.sandbox
    control.setRoleAssignmentLimits({ subscription: 1 })
    const { objectId } = control.addMember({ kind: 'User', displayName: 'Carol' })
    const reply = await assign(session, second, { principalId: objectId })
    control.setRoleAssignmentLimits({ subscription: 4_000 })
    return reply
  },
  RoleDefinitionDoesNotExist: (session) => {
    const id = '/providers/Microsoft.Authorization/roleDefinitions/88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
    return assign(session, second, { roleDefinitionId: id })
  },
  BadRequest: async (session) => {
    const send = await signedInWithRole(session, reader)
    const path = '/providers/Microsoft.Management/managementGroups/mg-platform?api-version=2021-04-01'
    const { exchange, headers } = await send('GET', path)
    return { status: exchange.status, headers, body: exchange.replyBody }
  },
}

const entraProvocations: Readonly<Record<string, Provocation>> = {
  AADSTS700213: async (session) =>
    redeem(session.signIn, await forged(session, { sub: 'repo:acme/other:pull_request' })),
  AADSTS700211: async (session) => redeem(session.signIn, await forged(session, { iss: 'https://token.example' })),
  AADSTS700212: async (session) =>
    redeem(session.signIn, await forged(session, { aud: 'api://AzureADTokenExchangeChina' })),
  AADSTS70025: async (session) => {
    const { clientId } = session.sandbox.control.addApplication({ displayName: 'bare' })
    return signIn(session, { clientId })
  },
  AADSTS700016: (session) => signIn(session, { clientId: nobody }),
  AADSTS90002: (session) => signIn(session, { tenantId: nobody }),
  AADSTS900023: (session) => signIn(session, { tenantId: 'not-a-tenant' }),
  AADSTS700024: async (session) => {
    const assertion = await jobToken(session.signIn)
    session.sandbox.control.advanceClock(301_000)
    return redeem(session.signIn, assertion)
  },
  AADSTS700027: async (session) => redeem(session.signIn, await forged(session, {})),
  AADSTS900612: async (session) => {
    const issuer = 'https://unreachable.example'
    session.sandbox.control.addFederatedCredential(session.signIn.clientId, { issuer })
    return redeem(session.signIn, await forged(session, { iss: issuer }))
  },
}

/** Catalogued errors that the sandbox does not answer with on its own, and why. */
const notProvoked: Readonly<Record<string, string>> = {
  ServiceUnavailable: 'a region without capacity is a fault that a test injects',
  RegistryErrorResponse: 'the registries of the sandbox have no pull limits; a fault that a test injects',
  InvalidImageRegistryCredentialType: 'needs an api-version before 2021-07-01, which the sandbox does not serve',
  DenyAssignmentAuthorizationFailed: 'the sandbox has no deny assignments',
  ScopeLocked: 'the sandbox has no locks',
  RequestDisallowedByPolicy: 'the sandbox has no policies',
  SubscriptionRequestsThrottled: 'the sandbox never throttles by itself; a fault that a test injects',
  AADSTS70021: 'the older form of AADSTS700211 to 700213, which Entra no longer uses for these causes',
}

/** Where the catalogue has no certain text, and the sandbox therefore says it in words of its own. */
const wordsOfItsOwn = new Set(['AADSTS900612'])

/** An application in the role, signed in. */
async function signedInWithRole(
  session: Session,
  roleDefinitionId: string,
  condition?: string,
): Promise<Session['send']> {
  const { control } = session.sandbox
  const { clientId, objectId } = control.addApplication({ displayName: 'limited' })
  control.addFederatedCredential(clientId)
  control.addRoleAssignment({
    scope: `/subscriptions/${session.subscriptionId}`,
    roleDefinitionId,
    principalId: objectId,
    ...(condition === undefined ? {} : { condition }),
  })
  const { body } = await signIn(session, { clientId })
  return armClient(session.signIn.origin, String(fieldsOf(body).access_token))
}

/** One code is catalogued twice: the second form tells of a condition. */
function nameOf(error: CataloguedError): string {
  return error.message.source.includes('ABAC') ? `${error.name} with a condition` : error.name
}

const specs = loadSpecs()

if (!specs) {
  describe.skip(`catalogued errors ${skipReason}`, () => test('are answered as catalogued', () => undefined))
} else {
  const catalogue = readErrorCatalogue().filter(({ service }) => service !== 'Microsoft Graph')
  const provocations: Readonly<Record<string, Provocation>> = {
    ...armProvocations,
    ...grantProvocations,
    ...entraProvocations,
  }
  const provoked = catalogue.map((error) => ({ name: nameOf(error), error })).filter(({ name }) => name in provocations)

  describe('catalogued errors', () => {
    let session: Session
    beforeAll(async () => {
      session = await openSession()
    })
    afterAll(() => session.close())

    test.each(provoked)('$name is answered as catalogued', async ({ name, error }) => {
      const reply = await provocations[name]?.(session)
      if (!reply) throw new Error(`Nothing provokes ${name}.`)

      const { code, message } = partsOf(reply.body, error)
      expect({ status: error.status && reply.status, code }).toEqual({ status: error.status, code: error.code })
      if (!wordsOfItsOwn.has(name)) expect(message).toMatch(error.message)
      for (const header of error.headers) expect([...reply.headers.keys()]).toContain(header)
      if (error.aadsts !== undefined) expect(itemsOf(fieldsOf(reply.body).error_codes)).toEqual([error.aadsts])
    })

    test('come in replies that conform', () => {
      const exchanges = exchangesOf(session.sandbox.control.requests())

      expect(exchanges).not.toHaveLength(0)
      expect(exchanges.flatMap((each) => replyViolations(specs, each))).toEqual([])
    })

    test('are all provoked, or known not to be', () => {
      const known = [...Object.keys(provocations), ...Object.keys(notProvoked)]

      expect(new Set(catalogue.map(nameOf))).toEqual(new Set(known))
    })
  })
}

/** Some of the requests are wrong on purpose. */
function replyViolations(specs: Specs, exchange: Exchange): string[] {
  return violations(specs, exchange).filter(
    (violation) => violation.includes(': reply.') || violation.includes(': status '),
  )
}

function partsOf(body: unknown, { aadsts }: CataloguedError): { code: unknown; message: string } {
  const { error, error_description: description } = fieldsOf(body)
  if (aadsts !== undefined) return { code: error, message: String(description) }
  const { code, message } = fieldsOf(error)
  return { code, message: String(message) }
}
