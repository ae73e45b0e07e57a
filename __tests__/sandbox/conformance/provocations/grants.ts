import { fieldsOf } from '../../../specs/json.ts'
import type { Session } from '../../../specs/sandbox-session.ts'
import { arm, nobody, type Provocation, type Reply, reader, signedInWithRole } from './provocation.ts'

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

/** Errors of role assignments. */
export const grantProvocations: Readonly<Record<string, Provocation>> = {
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
