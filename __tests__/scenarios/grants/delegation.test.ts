import { expect, test } from '@jest/globals'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  CONTRIBUTOR,
  KEY_VAULT_SECRETS_USER,
  MANAGEMENT_GROUP,
  OWNER,
  RBAC_ADMINISTRATOR,
  READER,
  resourceGroupOf,
  subscriptionOf,
  TAG_CONTRIBUTOR,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>
type Verb = 'write' | 'delete'

const PRIVILEGED = {
  Owner: OWNER,
  'User Access Administrator': ACCESS_ADMINISTRATOR,
  'RBAC Administrator': RBAC_ADMINISTRATOR,
}
const ORDINARY = { Reader: READER, Contributor: CONTRIBUTOR, 'Key Vault Secrets User': KEY_VAULT_SECRETS_USER }
const ROLES = { ...PRIVILEGED, ...ORDINARY }
const VERBS: readonly Verb[] = ['write', 'delete']

/** The roles that the connector may give to, and take from, whoever it is: a user, or itself. */
async function powers(stage: Stage, inputs: Inputs, scope = subscriptionOf(stage)): Promise<Record<string, string[]>> {
  const applied = await stage.run({ ...inputs, operation: 'apply' })
  const connector = applied.outputs['principal-id'] ?? ''
  const alice = stage.control.addMember({ kind: 'User', displayName: 'Alice' }).objectId
  const may = (action: Verb, roleDefinitionId: string, principalId: string) =>
    stage.control.mayAssign(connector, {
      action,
      roleDefinitionId,
      scope,
      principalId,
      principalType: principalId === alice ? 'User' : 'ServicePrincipal',
    })
  const allowed = (action: Verb, who: string) =>
    Object.entries(ROLES).flatMap(([name, role]) => (may(action, role, who) ? [name] : []))
  return Object.fromEntries(
    VERBS.flatMap((verb) => [
      [`${verb} others`, allowed(verb, alice)],
      [`${verb} itself`, allowed(verb, connector)],
    ]),
  )
}

function always(names: readonly string[]): Record<string, readonly string[]> {
  return { 'write others': names, 'write itself': names, 'delete others': names, 'delete itself': names }
}

const NO_READERS = { 'directory-readers': 'false' }

test.concurrent('without a limit the connector can make anybody Owner, itself included', () =>
  onStage(async (stage) => {
    const inputs = { ...NO_READERS, permissions: 'subscription' }
    expect(await powers(stage, inputs)).toEqual(always(Object.keys(ROLES)))
  }))

test.concurrent.each(['subscription', 'management-group'])(
  'privileged: it deals in ordinary roles, but neither gives nor takes what gives rights (%s)',
  (permissions) =>
    onStage(async (stage) => {
      const group = permissions === 'management-group' ? { 'management-group': 'mg-platform' } : {}
      const inputs = { ...NO_READERS, permissions, ...group, 'disable-locks': 'true', 'constrain-roles': 'privileged' }
      const scopes = [
        subscriptionOf(stage),
        resourceGroupOf(stage),
        ...('management-group' in group ? [MANAGEMENT_GROUP] : []),
      ]
      for (const scope of scopes) expect(await powers(stage, inputs, scope)).toEqual(always(Object.keys(ORDINARY)))
    }),
)

test.concurrent('a list: it deals in those roles and no others', () =>
  onStage(async (stage) => {
    const inputs = {
      ...NO_READERS,
      permissions: 'subscription',
      'constrain-roles': `Reader\n${KEY_VAULT_SECRETS_USER}`,
    }
    expect(await powers(stage, inputs)).toEqual(always(['Reader', 'Key Vault Secrets User']))
  }))

test.concurrent('a limit that comes later binds the connector from then on', () =>
  onStage(async (stage) => {
    const inputs = { ...NO_READERS, permissions: 'subscription' }
    expect(await powers(stage, inputs)).toEqual(always(Object.keys(ROLES)))
    expect(await powers(stage, { ...inputs, 'constrain-roles': 'privileged' })).toEqual(always(Object.keys(ORDINARY)))
  }))

test.concurrent('without permissions it can give nothing to nobody, whatever else it was granted', () =>
  onStage(async (stage) => {
    const extra = `- role: ${TAG_CONTRIBUTOR}\n  scope: ${subscriptionOf(stage)}`
    expect(await powers(stage, { permissions: 'none', 'extra-role-assignments': extra })).toEqual(always([]))
  }))

test.concurrent('what it may hand out at the subscription it may not hand out above', () =>
  onStage(async (stage) => {
    expect(await powers(stage, { ...NO_READERS, permissions: 'subscription' }, MANAGEMENT_GROUP)).toEqual(always([]))
  }))
