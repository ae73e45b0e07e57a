import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/engine/apply.ts'
import { DeployError } from '../../src/errors.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import { connectorOutputs, planOutputs } from '../../src/render/outputs.ts'
import { verdict } from '../../src/render/verdict.ts'
import { ARM_ID, actualGroup, desiredGroup, PRINCIPAL_ID, planOf, theOne } from '../builders.ts'
import { existingGrants, furtherGrant, onSubscription, planFor } from '../spec/grant-builders.ts'

const existing = actualGroup()
const plans = {
  create: planOf(desiredGroup()),
  tags: planOf(desiredGroup({ tags: {} }), existing),
  replace: planOf(desiredGroup({ cpu: 2 }), existing),
  nothing: planOf(desiredGroup(), existing),
  delete: planFor({}, [existing, furtherGrant(1, { by: 'us' })]),
}
const full = new DeployError('no-capacity', 'The region is full.', { hint: 'Wait.' })
const updated: Outcome = { result: 'updated', change: theOne(plans.tags.changes), actual: existing }

describe('the outputs of a plan', () => {
  test.each([
    ['create', [1, 0, 0, 0], '1 to create.'],
    ['tags', [0, 1, 0, 0], '1 to update.'],
    ['replace', [0, 0, 1, 0], '1 to replace.'],
    ['delete', [0, 0, 0, 1], '1 to delete.'],
    ['nothing', [0, 0, 0, 0], 'No changes.'],
  ] as const)('count its changes: %s', (name, counts, words) => {
    const [create, update, replace, remove] = counts.map(String)
    expect(planOutputs(plans[name], 'f'.repeat(64), [], undefined)).toEqual({
      'has-changes': String(name !== 'nothing'),
      'to-create': create,
      'to-update': update,
      'to-replace': replace,
      'to-delete': remove,
      'plan-fingerprint': 'f'.repeat(64),
      outcome: name === 'nothing' ? 'in-sync' : 'pending',
      'failure-reason': '',
    })
    expect(verdict(plans[name])).toBe(words)
  })

  test('count every kind of change that there is, and no other', () => {
    const changes = [plans.create, plans.create, plans.tags, plans.replace, plans.delete].flatMap(
      (plan) => plan.changes,
    )
    expect(verdict({ changes })).toBe('2 to create, 1 to update, 1 to replace, 1 to delete.')
    expect(verdict({ changes: changes.slice(2, 4) })).toBe('1 to update, 1 to replace.')
    expect(verdict({ changes: [] })).toBe('No changes.')
  })

  test('tell how the run ended', () => {
    expect(planOutputs(plans.tags, 'f', [updated], undefined)).toMatchObject({
      outcome: 'applied',
      'failure-reason': '',
    })
    expect(planOutputs(plans.tags, 'f', [updated], undefined, full)).toMatchObject({
      outcome: 'failed',
      'failure-reason': 'no-capacity',
    })
    expect(planOutputs(plans.nothing, 'f', [], undefined, full)).toMatchObject({ outcome: 'failed' })
  })

  test('of a drift run tell drift apart from what nobody applied yet, and a found drift from a failure', () => {
    const judged = (cause: 'drift' | 'pending' | 'both') => ({
      judgements: [{ change: theOne(plans.tags.changes), cause }],
      strangers: [],
    })
    const drifted = new DeployError('drifted', 'Somebody changed it.', { hint: 'Look.' })
    expect(planOutputs(plans.tags, 'f', [], judged('drift'), drifted)).toMatchObject({
      outcome: 'drifted',
      'drift-detected': 'true',
      'failure-reason': 'drifted',
    })
    expect(planOutputs(plans.tags, 'f', [], judged('both'))).toMatchObject({ outcome: 'drifted', 'failure-reason': '' })
    expect(planOutputs(plans.tags, 'f', [], judged('pending'))).toMatchObject({
      outcome: 'pending',
      'drift-detected': 'false',
    })
    expect(planOutputs(plans.tags, 'f', [], judged('drift'), full)).toMatchObject({
      outcome: 'failed',
      'drift-detected': 'true',
      'failure-reason': 'no-capacity',
    })
    expect(planOutputs(plans.nothing, 'f', [], { judgements: [], strangers: ['other'] })).toMatchObject({
      outcome: 'drifted',
      'has-changes': 'false',
    })
    expect(planOutputs(plans.nothing, 'f', [], { judgements: [], strangers: [] })).toMatchObject({
      outcome: 'in-sync',
      'drift-detected': 'false',
    })
    expect(planOutputs(plans.nothing, 'f', [], undefined)).not.toHaveProperty('drift-detected')
  })
})

describe('the outputs of a connector', () => {
  const portalUrl = (id: string) => `https://portal.azure.com/#resource${id}`

  test('that exists are its ids and pages', () => {
    expect(connectorOutputs('apono-connector', [existing], null, portalUrl)).toEqual({
      'connector-id': 'apono-connector',
      'connector-url': 'https://app.apono.io/connectors',
      'connector-status': 'running',
      'connector-version': 'v1.7.8',
      'container-group-id': ARM_ID,
      'portal-url': `https://portal.azure.com/#resource${ARM_ID}`,
      'principal-id': PRINCIPAL_ID,
      'role-assignment-ids': '[]',
    })
  })

  test.each([
    ['running', { health: { is: 'ready' } }],
    ['unhealthy', { health: { is: 'broken', detail: 'crashing' } }],
    ['unknown', { health: { is: 'unproven', detail: 'running for 3 s' } }],
    ['unknown', { health: { is: 'changing', detail: 'Creating' } }],
  ] as const)('that nobody watched say %s by one look at %j', (status, changes) => {
    const outputs = connectorOutputs('x', [actualGroup(undefined, changes)], null, portalUrl)
    expect(outputs['connector-status']).toBe(status)
  })

  test('that was stopped say that it is not well', () => {
    const stopped = actualGroup({ ...desiredGroup().properties, state: 'Stopped' })
    expect(connectorOutputs('x', [stopped], null, portalUrl)['connector-status']).toBe('unhealthy')
  })

  test('that was verified say what was found out, also when nothing is left to name', () => {
    const found = { status: 'connected', version: 'v1.7.9' } as const
    expect(connectorOutputs('x', [existing], null, portalUrl, found)).toMatchObject({
      'connector-status': 'connected',
      'connector-version': 'v1.7.9',
    })
    const ailing = { status: 'unhealthy', version: undefined } as const
    expect(connectorOutputs('x', [], null, portalUrl, ailing)).toMatchObject({ 'connector-status': 'unhealthy' })
  })

  test('that has no identity name no principal', () => {
    const outputs = connectorOutputs('x', [actualGroup(undefined, { attributes: {} })], null, portalUrl)
    expect(outputs).toMatchObject({ 'container-group-id': ARM_ID })
    expect(outputs).not.toHaveProperty('principal-id')
  })

  test('that acts through a user-assigned identity name its principal before it exists', () => {
    expect(connectorOutputs('x', [], 'known', portalUrl)).toMatchObject({ 'principal-id': 'known' })
    expect(connectorOutputs('x', [existing], 'known', portalUrl)).toMatchObject({ 'principal-id': PRINCIPAL_ID })
  })

  test('that does not exist yet are what is known before', () => {
    expect(connectorOutputs('x', [], null, portalUrl)).toEqual({
      'connector-id': 'x',
      'connector-url': 'https://app.apono.io/connectors',
      'role-assignment-ids': '[]',
    })
  })

  test('that holds rights name its role assignments, sorted, and no directory role', () => {
    const grants = existingGrants({ permissions: onSubscription({ directoryReaders: true, disableLocks: true }) })
    const ids = grants.filter(({ resource }) => resource.kind === 'role-assignment').map(({ armId }) => armId)
    expect(ids).toHaveLength(2)
    const outputs = connectorOutputs('x', [existing, ...grants.toReversed()], null, portalUrl)
    expect(outputs['role-assignment-ids']).toBe(JSON.stringify(ids))
  })
})

describe('what became of a change', () => {
  const change = theOne(plans.tags.changes)
  test.each<[string, Outcome]>([
    ['was created. It is Running.', { result: 'created', change, actual: existing }],
    ['was updated. It is Running.', updated],
    ['was left unchanged.', { result: 'unchanged', change, actual: actualGroup(undefined, { attributes: {} }) }],
    ['was replaced. It is Running.', { result: 'replaced', change, actual: existing }],
    ['was deleted.', { result: 'deleted', change }],
    ['was removed and not made again yet.', { result: 'removed', change }],
    ['was not finished.', { result: 'failed', change, error: full }],
    ['was not tried.', { result: 'skipped', change }],
  ])('is a sentence: it %s', (words, outcome) => {
    expect(outcomeLine(outcome)).toBe(`The container group "apono-connector" ${words}`)
  })

  test('names a grant as one', () => {
    const [, grant] = plans.delete.changes
    if (grant === undefined) throw new Error('the plan deletes no grant')
    expect(outcomeLine({ result: 'deleted', change: grant })).toBe(`The role assignment "${grant.name}" was deleted.`)
  })

  test('names a kind that has no other name by itself', () => {
    expect(outcomeLine({ result: 'skipped', change: { ...change, kind: 'thing' } })).toMatch(/^The thing "/)
  })
})
