import { expect, jest, test } from '@jest/globals'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { grantOnly, scopesOf } from '../../stage/rights.ts'
import { onStage, type Stage } from '../../stage.ts'
import { grantsOf } from '../grants/granted.ts'
import { AT_ONCE, CONFIRMED } from '../lifecycle/life.ts'
import { MIRROR, mirrored, placesOf } from './places.ts'

// The first one runs dist/ as the runner starts it, the others src/ in this process.
jest.setTimeout(60_000)

const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d'
const CONNECTOR = 'apono-connector'

async function expectInSync(stage: Stage, inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const operation of ['plan', 'apply', 'drift']) {
    const again = await stage.runInProcess({ ...inputs, operation })
    expect([operation, again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([operation, 0, 'in-sync', []])
  }
}

/** Object id of the sandbox's user-assigned identity. */
function identityOf(stage: Stage): string {
  const id = placesOf(stage).identity.replace('resourceGroups', 'resourcegroups').toLowerCase()
  return String(fieldsOf(stage.control.resource(id)?.properties).principalId)
}

function pullGrantsIn(stage: Stage) {
  return grantsOf(stage, identityOf(stage)).filter(({ role }) => role.endsWith(ACR_PULL))
}

/** User and password of the mirror. */
function mirrorUser({ control }: Stage): Readonly<Record<string, string>> {
  const [registry] = itemsOf(control.snapshot().registries)
    .map(fieldsOf)
    .filter(({ server }) => server === 'acme.azurecr.io')
  const { username, password } = fieldsOf(registry?.credentials)
  return { 'registry-username': String(username), 'registry-password': String(password) }
}

test('AcrPull for the identity comes before the group, is ours, and goes with the connector', () =>
  onStage(async (stage) => {
    const inputs = { ...mirrored(stage), operation: 'apply' }
    const planned = await stage.run({ ...inputs, operation: 'plan' })
    expect(plainLog(planned)).toContain(`role assignment "AcrPull on ${placesOf(stage).registry}" (create)`)
    const applied = await stage.run(inputs)
    expect([applied.exitCode, writesOf(applied).map((line) => line.replace(/PUT [0-9a-f-]{36}/, 'PUT grant'))]).toEqual(
      [0, ['PUT grant', `PUT ${CONNECTOR}`]],
    )
    expect(stage.stored()?.properties.imageRegistryCredentials).toEqual([
      { server: 'acme.azurecr.io', identity: placesOf(stage).identity.toLowerCase() },
    ])
    expect(pullGrantsIn(stage)).toHaveLength(1)
    await expectInSync(stage, inputs)
    const destroyed = await stage.run({ ...CONFIRMED, ...mirrored(stage) })
    expect([destroyed.exitCode, pullGrantsIn(stage)]).toEqual([0, []])
  }, AT_ONCE))

test('with both kinds of identity the connector acts as one and Azure pulls as the other', () =>
  onStage(async (stage) => {
    const inputs = { ...mirrored(stage), 'identity-type': 'both', operation: 'apply', replicas: '2' }
    const applied = await stage.runInProcess(inputs)
    expect([applied.exitCode, pullGrantsIn(stage).length]).toEqual([0, 1])
    expect(applied.outputs['principal-id']).not.toBe(identityOf(stage))
    await expectInSync(stage, inputs)
  }, AT_ONCE))

test('a right to pull that is new is waited for', () =>
  onStage(async (stage) => {
    const body = { error: { code: 'InaccessibleImage', message: 'The image is not accessible.' } }
    stage.control.injectFault({
      name: 'not yet',
      method: 'PUT',
      path: '/containerGroups/',
      effect: { kind: 'reply', status: 400, body },
    })
    const applied = await stage.runInProcess({ ...mirrored(stage), operation: 'apply' }, { pace: { second: 20 } })
    expect([applied.exitCode, plainLog(applied)]).toEqual([
      0,
      expect.stringContaining('waiting for the new right to pull the image to work, next try in 5 s'),
    ])
  }, AT_ONCE))

test('`acr-pull: false` leaves the right to others; where nobody gave it, the refusal says so', () =>
  onStage(async (stage) => {
    const inputs = { ...mirrored(stage), operation: 'apply', 'acr-pull': 'false' }
    const refused = await stage.runInProcess(inputs)
    expectFailure(refused, 'image-not-accessible', 'The identity needs AcrPull on the registry')
    expect(writesOf(refused)).toEqual([`PUT ${CONNECTOR}`])
    const scope = placesOf(stage).registry
    stage.control.addRoleAssignment({ scope, roleDefinitionId: ACR_PULL, principalId: identityOf(stage) })
    expect((await stage.runInProcess(inputs)).exitCode).toBe(0)
    await expectInSync(stage, inputs)
  }, AT_ONCE))

test('a registry that is not to be seen is no failure: the plan says what the identity needs', () =>
  onStage(async (stage) => {
    const { resourceGroup } = scopesOf(stage)
    grantOnly(stage, ['Contributor', resourceGroup])
    const planned = await stage.runInProcess({ ...mirrored(stage), operation: 'plan' })
    expect([planned.exitCode, plainLog(planned)]).toEqual([
      0,
      expect.stringContaining('The registry acme.azurecr.io is not to be seen in the subscription'),
    ])
  }, AT_ONCE))

test('a user name and password pull too, and a rotation of the password is seen and applied', () =>
  onStage(async (stage) => {
    const user = mirrorUser(stage)
    const inputs = { image: MIRROR, operation: 'apply', ...user }
    const applied = await stage.runInProcess(inputs)
    expect([applied.exitCode, stage.stored()?.properties.imageRegistryCredentials]).toEqual([
      0,
      [{ server: 'acme.azurecr.io', username: user['registry-username'], password: user['registry-password'] }],
    ])
    await expectInSync(stage, inputs)
    const unknown = await stage.runInProcess({ ...inputs, 'registry-password': '', operation: 'plan' })
    expect(unknown.outputs['has-changes']).toBe('false')
    const rotated = await stage.runInProcess({
      ...inputs,
      'registry-password': 'another-password-of-it',
      operation: 'plan',
    })
    expect(planLines(rotated)).toEqual(['~ registryPassword (sensitive value), changed'])
    const drift = await stage.runInProcess({
      ...inputs,
      'registry-password': 'another-password-of-it',
      operation: 'drift',
    })
    expect(drift.outputs.outcome).toBe('pending')
    expectFailure(
      await stage.runInProcess({ ...inputs, 'registry-password': 'another-password-of-it' }),
      'image-not-accessible',
    )
  }, AT_ONCE))

test("a public image needs nobody's password, and the way back to Apono's is in place", () =>
  onStage(async (stage) => {
    const inputs = { image: 'mcr.microsoft.com/apono-connector:v1.7.8', operation: 'apply' }
    const applied = await stage.runInProcess(inputs)
    expect([applied.exitCode, stage.stored()?.properties.imageRegistryCredentials]).toEqual([0, undefined])
    await expectInSync(stage, inputs)
    const back = await stage.runInProcess({ operation: 'apply' })
    expect([back.exitCode, writesOf(back)]).toEqual([0, [`PUT ${CONNECTOR}`]])
  }, AT_ONCE))
