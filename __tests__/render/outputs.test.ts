import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/engine/apply.ts'
import { DeployError } from '../../src/errors.ts'
import { notesOn } from '../../src/render/notes.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import { connectorOutputs, planOutputs } from '../../src/render/outputs.ts'
import { verdict } from '../../src/render/verdict.ts'
import { ARM_ID, actualGroup, desiredGroup, only, PRINCIPAL_ID, planOf } from '../builders.ts'

const existing = actualGroup()
const plans = {
  create: planOf(desiredGroup()),
  tags: planOf(desiredGroup({ tags: {} }), existing),
  restart: planOf(desiredGroup({ connectorVersion: 'v1.8.0' }), existing),
  replace: planOf(desiredGroup({ cpu: 2 }), existing),
  nothing: planOf(desiredGroup(), existing),
}
const full = new DeployError('no-capacity', 'The region is full.', { hint: 'Wait.' })
const updated: Outcome = { result: 'updated', change: only(plans.tags.changes), actual: existing }

describe('the outputs of a plan', () => {
  test.each([
    ['create', 'true', '1', '0', '0', '1 to create.'],
    ['tags', 'true', '0', '1', '0', '1 to update.'],
    ['replace', 'true', '0', '0', '1', '1 to replace.'],
    ['nothing', 'false', '0', '0', '0', 'No changes.'],
  ] as const)('count its changes: %s', (name, hasChanges, create, update, replace, words) => {
    expect(planOutputs(plans[name], 'f'.repeat(64), [])).toEqual({
      'has-changes': hasChanges,
      'to-create': create,
      'to-update': update,
      'to-replace': replace,
      'plan-fingerprint': 'f'.repeat(64),
      outcome: name === 'nothing' ? 'in-sync' : 'pending',
      'failure-reason': '',
    })
    expect(verdict(plans[name])).toBe(words)
  })

  test('count every kind of change that there is, and no other', () => {
    const changes = [plans.create, plans.create, plans.tags, plans.replace, plans.nothing].flatMap(
      (plan) => plan.changes,
    )
    expect(verdict({ changes })).toBe('2 to create, 1 to update, 1 to replace.')
    expect(verdict({ changes: changes.slice(2, 4) })).toBe('1 to update, 1 to replace.')
    expect(verdict({ changes: [] })).toBe('No changes.')
  })

  test('tell how the run ended', () => {
    expect(planOutputs(plans.tags, 'f', [updated])).toMatchObject({ outcome: 'applied', 'failure-reason': '' })
    expect(planOutputs(plans.tags, 'f', [updated], full)).toMatchObject({
      outcome: 'failed',
      'failure-reason': 'no-capacity',
    })
    expect(planOutputs(plans.nothing, 'f', [], full)).toMatchObject({ outcome: 'failed' })
  })
})

describe('the outputs of a connector', () => {
  const portalUrl = (id: string) => `https://portal.azure.com/#resource${id}`

  test('that exists are its ids and pages', () => {
    expect(connectorOutputs('apono-connector', existing, portalUrl)).toEqual({
      'connector-id': 'apono-connector',
      'connector-url': 'https://app.apono.io/connectors',
      'container-group-id': ARM_ID,
      'portal-url': `https://portal.azure.com/#resource${ARM_ID}`,
      'principal-id': PRINCIPAL_ID,
    })
  })

  test('that has no identity name no principal', () => {
    const outputs = connectorOutputs('x', actualGroup(undefined, { attributes: {} }), portalUrl)
    expect(outputs).toMatchObject({ 'container-group-id': ARM_ID })
    expect(outputs).not.toHaveProperty('principal-id')
  })

  test('that does not exist yet are what is known before', () => {
    expect(connectorOutputs('x', undefined, portalUrl)).toEqual({
      'connector-id': 'x',
      'connector-url': 'https://app.apono.io/connectors',
    })
  })
})

describe('what a reviewer is told', () => {
  const given = { tokenGiven: true }

  test('of a tag-only change is that the connector does not restart', () => {
    expect(notesOn(plans.tags, given)).toEqual(['Updating "apono-connector" does not restart the connector.'])
  })

  test('of any other update is that it restarts', () => {
    expect(notesOn(plans.restart, given)).toEqual([
      'Updating "apono-connector" restarts the connector; its identity and roles stay.',
    ])
  })

  test('of a replace is what forces it, what it costs and that apply refuses it', () => {
    expect(notesOn(plans.replace, given)).toEqual([
      'Azure cannot change cpu of a live group. Replacing "apono-connector" would give it a new identity without the roles of the old one. This version does not do that: apply refuses this plan.',
    ])
  })

  test('of a create and of nothing to do is nothing', () => {
    expect(notesOn(plans.create, given)).toEqual([])
    expect(notesOn(plans.nothing, given)).toEqual([])
  })

  test('of a connector that does not run is that, whether or not there is anything to do', () => {
    const stopped = actualGroup(undefined, { condition: { is: 'broken', detail: 'Stopped' } })
    const sentence = '"apono-connector" does not run at the moment: it is Stopped.'
    expect(notesOn(planOf(desiredGroup(), stopped), given)).toEqual([sentence])
    expect(notesOn(planOf(desiredGroup({ tags: {} }), stopped), given)[0]).toBe(sentence)
  })

  test('of an install by hand is that it is adopted, and that its token was for everyone to read', () => {
    const byHand = actualGroup(
      { ...desiredGroup().properties, token: 'readable in plain text', tags: {} },
      { ownership: { by: 'nobody' } },
    )
    expect(notesOn(planOf(desiredGroup(), byHand), given)).toEqual([
      '"apono-connector" runs this connector but carries no mark of this action: it is adopted and marked.',
      'The token of "apono-connector" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.',
      'Updating "apono-connector" restarts the connector; its identity and roles stay.',
    ])
  })

  test('of a create without the token is nothing, as there is nothing to compare', () => {
    expect(notesOn(planOf(desiredGroup({}, null)), { tokenGiven: false })).toEqual([])
  })

  test('of a plan without the token is what could not be compared', () => {
    expect(notesOn(plans.nothing, { tokenGiven: false })).toEqual([
      'No apono-token was given, so whether it changed was not compared.',
    ])
  })
})

describe('what became of a change', () => {
  const change = only(plans.tags.changes)
  test.each<[string, Outcome]>([
    ['was created. It is Running.', { result: 'created', change, actual: existing }],
    ['was updated. It is Running.', updated],
    ['was left unchanged.', { result: 'unchanged', change, actual: actualGroup(undefined, { attributes: {} }) }],
    ['was not finished.', { result: 'failed', change, error: full }],
    ['was not tried.', { result: 'skipped', change }],
  ])('is a sentence: it %s', (words, outcome) => {
    expect(outcomeLine(outcome)).toBe(`The container group "apono-connector" ${words}`)
  })

  test('names a kind that has no other name by itself', () => {
    expect(outcomeLine({ result: 'skipped', change: { ...change, kind: 'thing' } })).toMatch(/^The thing "/)
  })
})
