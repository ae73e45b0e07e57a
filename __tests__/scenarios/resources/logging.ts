import { expect } from '@jest/globals'
import type { GroupDefinition } from '../../../sandbox/container-instance/definition.ts'
import { fieldsOf } from '../../specs/json.ts'
import { writesOf } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import { azureOf } from '../lifecycle/by-hand.ts'
import { placesOf } from './places.ts'

export const CREATE = { 'log-analytics': 'create', operation: 'apply' }
export const NAME = 'apono-connector-logs'

export function workspaceIn(stage: Stage) {
  return fieldsOf(stage.control.resource(placesOf(stage).workspace.toLowerCase()))
}

export function logTargetOf(group: GroupDefinition | undefined) {
  return group?.properties.diagnostics?.logAnalytics
}

/** What the group sends its logs to and with is the workspace, and its key. */
export function expectLogging(stage: Stage, name?: string): void {
  const { customerId, sharedKeys } = fieldsOf(workspaceIn(stage).properties)
  expect(logTargetOf(stage.stored(name))).toEqual({
    workspaceId: customerId,
    workspaceKey: fieldsOf(sharedKeys).primarySharedKey,
  })
}

export async function expectInSync(stage: Stage, inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const operation of ['plan', 'apply', 'drift']) {
    const again = await stage.runInProcess({ ...inputs, operation })
    expect([operation, again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([operation, 0, 'in-sync', []])
    expect(again.outputs['log-analytics-workspace-id']).toMatch(/workspaces\/[a-z-]+$/)
  }
}

/** A workspace that somebody else made. @returns its id. */
export async function workspaceOfOthers(stage: Stage, properties: object = {}): Promise<string> {
  const id = placesOf(stage).workspace.replace(NAME, 'platform-logs')
  const send = await azureOf(stage)
  const sent = {
    location: 'westeurope',
    properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90, ...properties },
  }
  await send('PUT', `${id}?api-version=2022-10-01`, sent)
  return id
}
