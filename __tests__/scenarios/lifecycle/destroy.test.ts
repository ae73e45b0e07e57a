import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, type Result, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import {
  directoryReadersIn,
  grantsOf,
  identityOf,
  READER,
  refusal,
  resourceGroupOf,
  throughIdentity,
} from '../grants/granted.ts'
import { install, vendorGroup } from './by-hand.ts'
import { AT_ONCE, CONFIRMED, GRANTED, settleNeighbours } from './life.ts'
import { stateOf } from './state.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }

/** Position of the last write whose line matches, and of the first. */
function lastOf(result: Result, pattern: RegExp): number {
  return writesOf(result).findLastIndex((line) => pattern.test(line))
}
function firstOf(result: Result, pattern: RegExp): number {
  return writesOf(result).findIndex((line) => pattern.test(line))
}

test.concurrent.each(['', 'another', 'APONO-CONNECTOR'])(
  'without the connector id as `confirm` (%j) nothing is asked',
  (confirm) =>
    onStage(async (stage) => {
      await stage.run(APPLY)
      const before = stateOf(stage)
      const refused = await stage.run({ operation: 'destroy', confirm })
      expectFailure(refused, 'invalid-inputs', 'confirm: apono-connector')
      expect([refused.requests, stateOf(stage)]).toEqual([[], before])
    }, AT_ONCE),
)

test.concurrent('what we made goes, rights first; everything else stays; a second destroy is quiet', () =>
  onStage(
    async (stage) => {
      await settleNeighbours(stage)
      const before = stateOf(stage)
      await stage.run({ ...APPLY, replicas: '2', 'disable-locks': 'true' })
      const destroyed = await stage.run(CONFIRMED)
      expect([destroyed.exitCode, destroyed.outputs.outcome, destroyed.outputs['to-delete']]).toEqual([
        0,
        'applied',
        '8',
      ])
      expect(lastOf(destroyed, /^DELETE (?!apono-connector)/)).toBeLessThan(
        firstOf(destroyed, /^DELETE apono-connector/),
      )
      expect(stateOf(stage)).toEqual(before)

      const again = await stage.run(CONFIRMED)
      expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
    },
    { ...AT_ONCE, readableToken: true },
  ))

test.concurrent('destroy asks for neither the token nor the permissions nor what was given at the install', () =>
  onStage(async (stage) => {
    const empty = stateOf(stage)
    await stage.run({ ...APPLY, name: 'named', tags: 'a=b' })
    const destroyed = await stage.run({ ...CONFIRMED, 'apono-token': '', permissions: '' })
    expect([destroyed.exitCode, stateOf(stage)]).toEqual([0, empty])
  }, AT_ONCE))

test.concurrent('a group that was never adopted is listed and left', () =>
  onStage(
    async (stage) => {
      await install(stage, 'apono-connector', vendorGroup(stage))
      const before = stateOf(stage)
      const destroyed = await stage.run(CONFIRMED)
      expect([destroyed.exitCode, writesOf(destroyed), stateOf(stage)]).toEqual([0, [], before])
      expect(plainLog(destroyed)).toContain('"apono-connector" runs this connector too')
      expect(plainLog(destroyed)).toContain('It is left alone.')
    },
    { ...AT_ONCE, readableToken: true },
  ))

test.concurrent('rights that somebody else gave the connector are listed and left', () =>
  onStage(async (stage) => {
    const inputs = { ...APPLY, ...throughIdentity(stage) }
    await stage.run(inputs)
    const { id, principal } = identityOf(stage)
    const foreign = stage.control.addRoleAssignment({
      scope: resourceGroupOf(stage),
      roleDefinitionId: READER,
      principalId: principal,
    })
    const destroyed = await stage.run({ ...CONFIRMED, ...throughIdentity(stage) })
    expect(destroyed.exitCode).toBe(0)
    expect(plainLog(destroyed)).toContain('further rights that this action did not give and leaves alone: Reader on')
    expect(grantsOf(stage, principal).map((grant) => grant.id)).toEqual([foreign])
    expect([directoryReadersIn(stage), stage.stored()]).toEqual([[], undefined])
    expect(stage.control.resource(id)).toBeDefined()
  }, AT_ONCE))

test.concurrent('a policy that denies the delete is named', () =>
  onStage(async (stage) => {
    await stage.run(APPLY)
    const message = "Resource 'apono-connector' was disallowed by policy. Policy identifiers: '[keep-groups]'."
    const effect = refusal(403, 'RequestDisallowedByPolicy', message)
    stage.control.injectFault({ name: 'policy', method: 'DELETE', path: '/containerGroups/', on: 'every', effect })
    expectFailure(await stage.run(CONFIRMED), 'policy-denied', 'keep-groups')
  }, AT_ONCE))
