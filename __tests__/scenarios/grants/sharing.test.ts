import { expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  directoryReadersIn,
  grantsOf,
  identityOf,
  refusal,
  rolesOf,
  subscriptionOf,
  throughIdentity,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

const EVERYTHING = { permissions: 'subscription', 'constrain-roles': 'privileged' }

/** Two connectors that differ in their id alone. */
function pair(inputs: Inputs): readonly [Inputs, Inputs] {
  return [
    { ...EVERYTHING, ...inputs, 'connector-id': 'one' },
    { ...EVERYTHING, ...inputs, 'connector-id': 'two' },
  ]
}

test('two connectors with one identity share its rights and do not fight over them', () =>
  onStage(async (stage) => {
    const [one, two] = pair(throughIdentity(stage))
    await stage.runInProcess({ ...one, operation: 'apply' })
    const granted = grantsOf(stage)
    const joined = await stage.runInProcess({ ...two, operation: 'apply' })
    expect([joined.exitCode, writesOf(joined)]).toEqual([0, ['PUT two']])
    for (const inputs of [one, two, one]) {
      const again = await stage.runInProcess({ ...inputs, operation: 'apply' })
      expect([again.outputs['has-changes'], writesOf(again)]).toEqual(['false', []])
    }
    expect(grantsOf(stage)).toEqual(granted)
  }))

test('the connector that did not give them does not take the Azure roles away', () =>
  onStage(async (stage) => {
    const [one, two] = pair(throughIdentity(stage))
    await stage.runInProcess({ ...one, operation: 'apply' })
    await stage.runInProcess({ ...two, operation: 'apply' })
    const left = await stage.runInProcess({
      ...throughIdentity(stage),
      'connector-id': 'two',
      permissions: 'none',
      operation: 'apply',
    })
    expect(left.exitCode).toBe(0)
    const { principal } = identityOf(stage)
    expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`])
    expect((await stage.runInProcess(one)).outputs['to-update']).toBe('0')
  }))

test('the connector that did not give it does not take Directory Readers away; the last one does', () =>
  onStage(async (stage) => {
    const [one, two] = pair(throughIdentity(stage))
    await stage.runInProcess({ ...one, operation: 'apply' })
    await stage.runInProcess({ ...two, operation: 'apply' })
    const without = { ...throughIdentity(stage), permissions: 'none', operation: 'apply' }
    const left = await stage.runInProcess({ ...without, 'connector-id': 'two' })
    expect([left.exitCode, directoryReadersIn(stage)]).toEqual([0, [identityOf(stage).principal]])
    expect(plainLog(left)).toContain(`Directory Readers (${stage.groupId('one')} needs it too)`)
    expect((await stage.runInProcess(one)).outputs['has-changes']).toBe('false')
    const last = await stage.runInProcess({ ...without, 'connector-id': 'one' })
    expect([last.exitCode, directoryReadersIn(stage)]).toEqual([0, []])
  }))

test('destroying one of two leaves the other its Directory Readers, in another resource group too', () =>
  onStage(async (stage) => {
    const [one, two] = pair(throughIdentity(stage))
    const other = { ...two, 'resource-group': 'rg-other' }
    await stage.runInProcess({ ...one, operation: 'apply' })
    await stage.runInProcess({ ...other, operation: 'apply' })
    const destroyed = await stage.runInProcess({ operation: 'destroy', 'connector-id': 'one', confirm: 'one' })
    expect([destroyed.exitCode, stage.stored('one')]).toEqual([0, undefined])
    expect(directoryReadersIn(stage)).toEqual([identityOf(stage).principal])
    await stage.runInProcess({
      operation: 'destroy',
      'resource-group': 'rg-other',
      'connector-id': 'two',
      confirm: 'two',
    })
    expect(directoryReadersIn(stage)).toEqual([])
  }))

test('who cannot see whether another connector needs it too leaves Directory Readers, and says so', () =>
  onStage(async (stage) => {
    const inputs = { ...EVERYTHING, ...throughIdentity(stage) }
    await stage.runInProcess({ ...inputs, operation: 'apply' })
    const effect = refusal(403, 'AuthorizationFailed', 'No.')
    const path = '^/subscriptions/[^/]+/providers/Microsoft.ContainerInstance/containerGroups$'
    stage.control.injectFault({ name: 'closed', path, on: 'every', effect })
    const left = await stage.runInProcess({ ...throughIdentity(stage), permissions: 'none', operation: 'apply' })
    expect([left.exitCode, directoryReadersIn(stage)]).toEqual([0, [identityOf(stage).principal]])
    expect(plainLog(left)).toContain('Directory Readers (whether another connector needs it too could not be read)')
  }))

test('a tag that names somebody who is no identity of the group takes nothing from them', () =>
  onStage(async (stage) => {
    const [one, two] = pair({})
    const victim = await stage.runInProcess({ ...one, operation: 'apply' })
    await stage.runInProcess({ ...two, operation: 'apply' })
    const principal = victim.outputs['principal-id'] ?? ''
    stage.control.patchResource(stage.groupId('two'), { tags: { 'apono-directory-readers': principal } })
    await stage.runInProcess({ 'connector-id': 'two', permissions: 'none', operation: 'apply' })
    expect(directoryReadersIn(stage)).toContain(principal)
  }))

test('two that want different limits are told apart before anything is written', () =>
  onStage(async (stage) => {
    const shared = throughIdentity(stage)
    await stage.runInProcess({ ...EVERYTHING, ...shared, 'connector-id': 'one', operation: 'apply' })
    const second = await stage.runInProcess({
      permissions: 'subscription',
      ...shared,
      'connector-id': 'two',
      operation: 'apply',
    })
    expectFailure(second, 'foreign-resource', 'User Access Administrator on', 'Apono connector one')
    expect(writesOf(second)).toEqual([])
  }))

test('two connectors with identities of their own have grants of their own', () =>
  onStage(async (stage) => {
    const [one, two] = pair({})
    const first = await stage.runInProcess({ ...one, operation: 'apply' })
    const second = await stage.runInProcess({ ...two, operation: 'apply' })
    await stage.runInProcess({ 'connector-id': 'one', permissions: 'none', operation: 'apply' })
    expect(rolesOf(stage, first.outputs['principal-id'])).toEqual([])
    expect(rolesOf(stage, second.outputs['principal-id'])).toHaveLength(1)
    expect(directoryReadersIn(stage)).toEqual([second.outputs['principal-id']])
  }))
