import type { Stage, StageOptions } from '../../stage.ts'
import { READER, resourceGroupOf } from '../grants/granted.ts'
import { install, vendorGroup, WEB } from './by-hand.ts'

type Inputs = Readonly<Record<string, string>>

/** One run in the life of a connector, and what others do right before it. */
export type Chapter = { readonly name: string; readonly inputs: Inputs; before?(stage: Stage): Promise<unknown> }

/** Directory and identities answer at once: these tests are about what is done, not how long it takes. */
export const AT_ONCE: StageOptions = { timing: { replicationMs: 0, graphConsistencyMs: 0 } }

export const GRANTED = { permissions: 'subscription', 'constrain-roles': 'privileged' }
export const CONFIRMED = { operation: 'destroy', confirm: 'apono-connector' }

const apply = (inputs: Inputs): Inputs => ({ ...GRANTED, operation: 'apply', ...inputs })
const young = { 'connector-version': 'v1.7.7', tags: 'team=iam' }
const large = { tags: 'team=platform', cpu: '2', 'allow-replace': 'true' }

/** Ends where it began, so that a stage can live it again and again. */
export const LIFE: readonly Chapter[] = [
  { name: 'create', inputs: apply(young) },
  { name: 'update', inputs: apply({ tags: 'team=platform', environment: 'LOG_LEVEL=debug' }) },
  { name: 'replace', inputs: apply(large) },
  { name: 'more replicas', inputs: apply({ ...large, replicas: '3' }) },
  { name: 'rolling upgrade', inputs: apply({ ...large, replicas: '3', 'connector-version': 'v1.7.7' }) },
  { name: 'rolling replace', inputs: apply({ ...large, cpu: '1', replicas: '3' }) },
  { name: 'fewer replicas', inputs: apply({ ...large, cpu: '1', replicas: '2' }) },
  { name: 'destroy', inputs: CONFIRMED },
  {
    name: 'adopt',
    inputs: apply({ memory: '1.5' }),
    before: (stage) => install(stage, 'apono-connector', vendorGroup(stage)),
  },
  { name: 'adopt and replace', inputs: apply({ memory: '2', 'allow-replace': 'true' }) },
  { name: 'destroy what was adopted', inputs: CONFIRMED },
]

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
