import type { GroupDefinition } from '../../../sandbox/container-instance/definition.ts'
import type { Stage, StageOptions } from '../../stage.ts'
import { identityOf, READER, resourceGroupOf, throughIdentity } from '../grants/granted.ts'
import { install, vendorGroup, WEB } from './by-hand.ts'

type Inputs = Readonly<Record<string, string>>

/** One run in the life of a connector, and what others do right before it. */
export type Chapter = {
  readonly name: string
  inputs(stage: Stage): Inputs
  before?(stage: Stage): Promise<unknown>
}

/** Ends where it began, so that a stage can live it again and again. */
export type Life = { readonly name: string; readonly chapters: readonly Chapter[] }

/** Directory and identities answer at once: these tests are about what is done, not how long it takes. */
export const AT_ONCE: StageOptions = { timing: { replicationMs: 0, graphConsistencyMs: 0 } }

export const GRANTED = { permissions: 'subscription', 'constrain-roles': 'privileged' }
export const CONFIRMED = { operation: 'destroy', confirm: 'apono-connector' }

const young = { 'connector-version': 'v1.7.7', tags: 'team=iam' }
const large = { tags: 'team=platform', cpu: '2', 'allow-replace': 'true' }

const applying = (name: string, inputs: Inputs, before?: Chapter['before']): Chapter => ({
  name,
  inputs: () => ({ ...GRANTED, operation: 'apply', ...inputs }),
  ...(before && { before }),
})
const throughAssigned = (chapter: Chapter): Chapter => ({
  ...chapter,
  inputs: (stage) => ({ ...chapter.inputs(stage), ...throughIdentity(stage) }),
})
// Destroy is not told what the install was told.
const destroying = (name: string): Chapter => ({ name, inputs: () => CONFIRMED })

const GROWING: readonly Chapter[] = [
  applying('create', young),
  applying('update', { tags: 'team=platform', environment: 'LOG_LEVEL=debug' }),
  applying('replace', large),
  applying('more replicas', { ...large, replicas: '3' }),
  applying('rolling upgrade', { ...large, replicas: '3', 'connector-version': 'v1.7.7' }),
  applying('rolling replace', { ...large, cpu: '1', replicas: '3' }),
  applying('fewer replicas', { ...large, cpu: '1', replicas: '2' }),
]

/** With the identity of the group itself, which goes with it: grants come after it and go before it. */
const WITH_ITS_OWN: Life = {
  name: 'with its own identity',
  chapters: [
    ...GROWING,
    destroying('destroy'),
    applying('adopt', { memory: '1.5' }, (stage) => install(stage, 'apono-connector', vendorGroup(stage))),
    applying('adopt and replace', { memory: '2', 'allow-replace': 'true' }),
    destroying('destroy what was adopted'),
  ],
}

/** With an identity that stays: grants come before the group and outlive a replace. */
const WITH_AN_ASSIGNED: Life = {
  name: 'with a user-assigned identity',
  chapters: [
    ...GROWING.map(throughAssigned),
    applying('change of identity', { replicas: '2', 'allow-replace': 'true' }),
    destroying('destroy'),
    throughAssigned(
      applying('adopt', { memory: '1.5' }, (stage) => install(stage, 'apono-connector', vendorGroupThrough(stage))),
    ),
    destroying('destroy what was adopted'),
  ],
}

export const LIVES: readonly Life[] = [WITH_ITS_OWN, WITH_AN_ASSIGNED]

function vendorGroupThrough(stage: Stage): GroupDefinition {
  const identity = { type: 'UserAssigned', userAssignedIdentities: { [identityOf(stage).id]: {} } }
  return { ...vendorGroup(stage), identity }
}

/** What is none of our business and has to be the same at the end: another connector, a web server, and their rights. */
export async function settleNeighbours(stage: Stage): Promise<void> {
  const principalId = await install(stage, 'another', vendorGroup(stage, 'another'))
  await install(stage, 'web', WEB)
  const scope = resourceGroupOf(stage)
  const description = 'Apono connector another, kept by azure-connector-action for somewhere else'
  stage.control.addRoleAssignment({ scope, roleDefinitionId: READER, principalId })
  stage.control.addRoleAssignment({
    scope: `${scope}/providers/Microsoft.ContainerInstance/containerGroups/web`,
    roleDefinitionId: READER,
    principalId,
    description,
  })
}
