import { expect, jest, test } from '@jest/globals'
import { BUILT_IN_ROLES } from '../../sandbox/role-definitions.ts'
import { AT_ONCE, onMain, onMerge, onPullRequest, shaOf } from '../scenarios/github/repository.ts'
import { placesOf } from '../scenarios/resources/places.ts'
import { fieldsOf } from '../specs/json.ts'
import { commandIn } from '../stage/failure.ts'
import { plainLog, writesOf } from '../stage/result.ts'
import { applicationNamed, scopesOf } from '../stage/rights.ts'
import { onStage, type Stage } from '../stage.ts'
import { carriedOut } from './carried-out.ts'
import type { Identity } from './directory.ts'
import { endOf, firstScreen, SCRIPT, setUp, withPart } from './first-screen.ts'
import { blockWith } from './pages.ts'
import { callsOf } from './recipe.ts'

jest.setTimeout(120_000)

const { owner, userAccessAdministrator, roleBasedAccessControlAdministrator, reader } = BUILT_IN_ROLES
const ROLES = /^role apono-plan Reader\n.*\n.*\n/m
const ADMINISTRATOR = /^role apono-apply "Role Based Access Control Administrator"\n/m
const CONNECTORS = { 'directory-readers': 'false', 'identity-type': 'UserAssigned' }

/** The identity that the sandbox has, under the name it has in the documentation. */
function connectorIn(stage: Stage): Identity {
  const { clientId, principalId } = fieldsOf(stage.control.resource(placesOf(stage).identity)?.properties)
  return { clientId: String(clientId), principalId: String(principalId) }
}

/** Sets up with a connector whose identity exists, in the resource group where the sandbox has it. */
function setUpWith(stage: Stage, script: string, files: Readonly<Record<string, string>>) {
  const known = { 'apono-connector': connectorIn(stage) }
  return setUp(stage, script.replaceAll('$GROUP-identities', '$GROUP'), { known, files })
}

function mayAssign(stage: Stage, by: string, role: string, principalId: string, action: 'write' | 'delete' = 'write') {
  const scope = scopesOf(stage).subscription
  const question = { action, roleDefinitionId: role, scope, principalId, principalType: 'ServicePrincipal' }
  return stage.control.mayAssign(by, question)
}

test.concurrent('custom roles: plan, apply, drift and destroy with no action more', () =>
  onStage(async (stage) => {
    const files = {
      'apono-plan.json': blockWith('docs/setup.md', 'json', '"Apono Connector Planner"'),
      'apono-apply.json': blockWith('docs/setup.md', 'json', '"Apono Connector Deployer"'),
    }
    const roles = withPart(SCRIPT, ROLES, blockWith('docs/setup.md', 'sh', '@apono-apply.json'))
    const repository = setUp(stage, withPart(roles, /^az provider register.*\n/m, ''), { files })
    onPullRequest(stage, 1)
    const planned = await firstScreen(stage, repository)
    expect([endOf(planned), plainLog(planned)]).toEqual(['pending', expect.not.stringMatching(/could not be/)])
    onMerge(stage, 1)
    const applied = await firstScreen(stage, repository)
    expect([endOf(applied), plainLog(applied)]).toEqual(['applied', expect.not.stringMatching(/could not be/)])
    expect(writesOf(applied)).toContain('POST register')
    onPullRequest(stage, 2)
    expect(endOf(await firstScreen(stage, repository, { inputs: { operation: 'drift' } }))).toBe('in-sync')
    onMain(stage.control, shaOf('b', 2))
    const inputs = { operation: 'destroy', confirm: 'apono-connector' }
    const destroyed = await firstScreen(stage, repository, { inputs })
    expect([endOf(destroyed), stage.stored()]).toEqual(['applied', undefined])
  }, AT_ONCE))

// https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
test.concurrent('whoever may give User Access Administrator away is Owner in two requests', () =>
  onStage(async (stage) => {
    const { objectId } = stage.control.addApplication({ displayName: 'apono-apply' })
    const give = `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${userAccessAdministrator.guid}}`
    const condition = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${give}))`
    const scope = scopesOf(stage).subscription
    const roleDefinitionId = roleBasedAccessControlAdministrator.guid
    stage.control.addRoleAssignment({ scope, roleDefinitionId, principalId: objectId, condition })
    expect(mayAssign(stage, objectId, owner.guid, objectId)).toBe(false)
    expect(mayAssign(stage, objectId, userAccessAdministrator.guid, objectId)).toBe(true)
    stage.control.addRoleAssignment({ scope, roleDefinitionId: userAccessAdministrator.guid, principalId: objectId })
    expect(mayAssign(stage, objectId, owner.guid, objectId)).toBe(true)
  }))

test.concurrent('no right to give rights: what an administrator gave is found as it is wanted', () =>
  onStage(async (stage) => {
    const files = { 'connector-condition.txt': blockWith('docs/setup.md', 'text', 'GuidNotEquals') }
    const script = `${withPart(SCRIPT, ADMINISTRATOR, '')}${blockWith('docs/setup.md', 'sh', 'connector-condition.txt')}`
    const repository = setUpWith(stage, script, files)
    const inputs = { ...CONNECTORS, 'identity-ids': placesOf(stage).identity }
    onPullRequest(stage, 1)
    expect(endOf(await firstScreen(stage, repository, { inputs }))).toBe('pending')
    onMerge(stage, 1)
    const applied = await firstScreen(stage, repository, { inputs })
    expect([endOf(applied), writesOf(applied).filter((write) => write.startsWith('PUT'))]).toEqual([
      'applied',
      ['PUT apono-connector'],
    ])
    const { objectId } = applicationNamed('apono-apply', stage)
    const connector = connectorIn(stage).principalId
    for (const role of [owner, userAccessAdministrator, reader])
      for (const principal of [objectId, connector])
        expect(mayAssign(stage, objectId, role.guid, principal)).toBe(false)
    expect(mayAssign(stage, connector, reader.guid, objectId)).toBe(true)
    expect(mayAssign(stage, connector, owner.guid, objectId)).toBe(false)
  }, AT_ONCE))

test.concurrent('rights for the connector alone: its grants come and go, and nobody else gets any', () =>
  onStage(async (stage) => {
    const files = { 'apply-condition.txt': blockWith('docs/setup.md', 'text', 'CONNECTOR') }
    const script = `${withPart(SCRIPT, ADMINISTRATOR, '')}${blockWith('docs/setup.md', 'sh', 'apply-condition.txt')}`
    const repository = setUpWith(stage, script, files)
    const inputs = { ...CONNECTORS, 'identity-ids': placesOf(stage).identity }
    onMain(stage.control, shaOf('b', 1))
    expect(endOf(await firstScreen(stage, repository, { inputs }))).toBe('applied')

    const { objectId } = applicationNamed('apono-apply', stage)
    const connector = connectorIn(stage).principalId
    expect(mayAssign(stage, objectId, userAccessAdministrator.guid, connector)).toBe(true)
    expect(mayAssign(stage, objectId, userAccessAdministrator.guid, objectId)).toBe(false)
    expect(mayAssign(stage, objectId, owner.guid, connector)).toBe(false)
    expect(mayAssign(stage, objectId, owner.guid, objectId, 'delete')).toBe(false)

    const destroy = { ...inputs, operation: 'destroy', confirm: 'apono-connector' }
    const destroyed = await firstScreen(stage, repository, { inputs: destroy })
    expect([endOf(destroyed), stage.stored()]).toEqual(['applied', undefined])
  }, AT_ONCE))

// A managed identity has no registration: az ad app … finds nothing there.
test.concurrent('the commands printed for a missing permission in Microsoft Graph give it, to whichever identity it is', () =>
  onStage(async (stage) => {
    const script = withPart(SCRIPT, /^graph apono-apply .*\n/m, '')
    const repository = setUp(stage, script)
    onMain(stage.control, shaOf('b', 1))
    const refused = await firstScreen(stage, repository)
    expect(endOf(refused)).toBe('permission-denied: failed')
    const commands = ['PRINCIPAL=', 'GRAPH=', 'az rest'].map((beginning) => commandIn(refused, beginning)).join('\n')
    const { clientId, objectId: principalId } = applicationNamed('apono-apply', stage)
    carriedOut(callsOf(commands), stage, { known: { [clientId]: { clientId, principalId } } })
    expect(endOf(await firstScreen(stage, repository))).toBe('applied')
  }, AT_ONCE))
