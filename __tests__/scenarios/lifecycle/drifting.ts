import { graphSession } from '../../sandbox/graph-session.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import type { Result } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import { directoryReadersIn, grantsOf } from '../grants/granted.ts'
import { GRANTED } from './life.ts'

export const APPLY = { ...GRANTED, operation: 'apply' }
export const DRIFT = { ...GRANTED, operation: 'drift' }

/** What a drift run said of itself. */
export function verdictOf({ exitCode, outputs }: Result) {
  return [exitCode, outputs.outcome, outputs['drift-detected'], outputs['failure-reason']]
}

export const DRIFTED = [1, 'drifted', 'true', 'drifted']
export const IN_SYNC = [0, 'in-sync', 'false', '']
export const PENDING = [0, 'pending', 'false', '']

export function grantIdIn(stage: Stage): string {
  return grantsOf(stage).find(({ description }) => description?.startsWith('Apono connector'))?.id ?? ''
}

/** As an administrator takes it back in Entra. */
export async function revokeDirectoryRole(stage: Stage): Promise<void> {
  const [principal] = directoryReadersIn(stage)
  const graph = await graphSession(stage.sandbox)
  const { body } = await graph.send(
    'GET',
    `/roleManagement/directory/roleAssignments?$filter=principalId eq '${principal}'`,
  )
  const [assignment] = itemsOf(fieldsOf(body).value).map(fieldsOf)
  const { status } = await graph.send('DELETE', `/roleManagement/directory/roleAssignments/${String(assignment?.id)}`)
  if (status !== 204) throw new Error(`the directory role was not taken back: ${status}`)
}
