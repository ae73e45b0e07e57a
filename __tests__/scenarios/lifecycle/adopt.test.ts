import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage, type StageOptions } from '../../stage.ts'
import { directoryReadersIn, grantsOf } from '../grants/granted.ts'
import { install, TERRAFORM_NAME, terraformGroup, vendorGroup } from './by-hand.ts'
import { AT_ONCE, GRANTED } from './life.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const READABLE: StageOptions = { ...AT_ONCE, readableToken: true }
const APPLY = { ...GRANTED, operation: 'apply' }
const CONSENT = { 'allow-replace': 'true' }
const ROTATE = 'rotate it in Apono as well'

test("the plan of a vendor's install tells in place from replace, field by field, and about the token", () =>
  onStage(async (stage) => {
    const principal = await install(stage, 'apono-connector', vendorGroup(stage))
    const planned = await stage.runInProcess({ ...GRANTED, operation: 'plan' })
    expect([planned.exitCode, planned.outputs.outcome, planned.outputs['to-replace']]).toEqual([0, 'pending', '1'])
    const lines = planLines(planned)
    expect(lines).toContain('~ memory 1.5 → 2  (forces a replace)')
    expect(lines).toContain('+ livenessProbe.path "/healthz"')
    expect(lines).toContain('+ tags.apono-managed-by "azure-connector-action"')
    expect(lines).toContain('~ token "readable in plain text" → (sensitive value)')
    expect(lines.filter((line) => line.includes('forces a replace'))).toHaveLength(1)
    expect(plainLog(planned)).toContain(ROTATE)
    expect(plainLog(planned)).toContain('it is adopted and marked.')
    expect(planned.outputs['principal-id']).toBe(principal)
    expect(writesOf(planned)).toEqual([])
    expectFailure(await stage.runInProcess(APPLY), 'replace-refused', 'memory', 'allow-replace: true')
  }, READABLE))

test('keep-size adopts in place, with the identity and whatever rights it holds, and the plan stays empty', () =>
  onStage(async (stage) => {
    const principal = await install(stage, 'apono-connector', vendorGroup(stage))
    const keep = { ...APPLY, adopt: 'keep-size' }
    const adopted = await stage.runInProcess(keep)
    expect([adopted.exitCode, adopted.outputs['principal-id']]).toEqual([0, principal])
    expect(writesOf(adopted)).toContain('PUT apono-connector')
    expect(writesOf(adopted).some((line) => line.startsWith('DELETE'))).toBe(false)
    expect(stage.stored()?.properties.containers?.[0]?.properties?.resources?.requests?.memoryInGB).toBe(1.5)
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([1, [principal]])
    for (const operation of ['plan', 'apply', 'drift']) {
      const again = await stage.runInProcess({ ...keep, operation })
      expect([operation, again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([operation, 0, 'in-sync', []])
    }
  }, READABLE))

test('keep-size does not overrule a size that the inputs set', () =>
  onStage(async (stage) => {
    await install(stage, 'apono-connector', vendorGroup(stage))
    const planned = await stage.runInProcess({ ...GRANTED, operation: 'plan', adopt: 'keep-size', memory: '3' })
    expect(planLines(planned)).toContain('~ memory 1.5 → 3  (forces a replace)')
  }, READABLE))

test("the Terraform module's install is found under its own name and not doubled", () =>
  onStage(async (stage) => {
    const former = await install(stage, TERRAFORM_NAME, terraformGroup(stage))
    const planned = await stage.runInProcess({ ...GRANTED, operation: 'plan' })
    expect(planned.outputs).toMatchObject({ 'to-replace': '1', outcome: 'pending', 'principal-id': former })
    const lines = planLines(planned)
    expect(lines.some((line) => line.includes('logAnalytics') && line.includes('forces a replace'))).toBe(true)
    expect(lines.some((line) => line.includes('containerName'))).toBe(false)
    expect(lines.some((line) => line.startsWith('~ memory') || line.includes('livenessProbe'))).toBe(false)
    expect(plainLog(planned)).toContain(ROTATE)

    const refused = await stage.runInProcess(APPLY)
    expectFailure(refused, 'replace-refused', TERRAFORM_NAME)
    expect(writesOf(refused)).toEqual([])
    const adopted = await stage.runInProcess({ ...APPLY, ...CONSENT })
    expect([adopted.exitCode, stage.stored()]).toEqual([0, undefined])
    expect(stage.stored(TERRAFORM_NAME)?.tags).toMatchObject({ 'apono-managed-by': 'azure-connector-action' })
    expect((await stage.runInProcess({ ...GRANTED, operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, READABLE))

test('`adopt: false` stops with the name of what is in the way', () =>
  onStage(async (stage) => {
    await install(stage, TERRAFORM_NAME, terraformGroup(stage))
    const before = stage.stored(TERRAFORM_NAME)
    for (const operation of ['plan', 'apply']) {
      const refused = await stage.runInProcess({ ...APPLY, ...CONSENT, operation, adopt: 'false' })
      expectFailure(refused, 'adoption-refused', TERRAFORM_NAME, 'Nothing was changed')
      expect(writesOf(refused)).toEqual([])
    }
    expect([stage.stored(TERRAFORM_NAME), stage.stored()]).toEqual([before, undefined])
  }, READABLE))

test('a name of its own does not make a second connector beside the first', () =>
  onStage(async (stage) => {
    await install(stage, TERRAFORM_NAME, terraformGroup(stage))
    const refused = await stage.runInProcess({ ...APPLY, ...CONSENT, name: 'apono-new' })
    expectFailure(refused, 'adoption-refused', TERRAFORM_NAME, `name: ${TERRAFORM_NAME}`)
    expect([writesOf(refused), stage.stored('apono-new')]).toEqual([[], undefined])

    const followed = await stage.runInProcess({ ...APPLY, ...CONSENT, name: TERRAFORM_NAME })
    expect([followed.exitCode, followed.outputs.outcome]).toEqual([0, 'applied'])
    expect(stage.stored('apono-new')).toBeUndefined()
  }, READABLE))

test('a group of another connector is never adopted, whatever stands beside it', () =>
  onStage(async (stage) => {
    await install(stage, 'another', vendorGroup(stage, 'another'))
    const before = stage.stored('another')
    const applied = await stage.runInProcess(APPLY)
    expect([applied.exitCode, writesOf(applied)[0], stage.stored('another')]).toEqual([
      0,
      'PUT apono-connector',
      before,
    ])
  }, READABLE))

test('an installed grant is adopted with the group: nothing is granted twice', () =>
  onStage(async (stage) => {
    const principalId = await install(stage, 'apono-connector', vendorGroup(stage))
    const scope = `/subscriptions/${stage.sandbox.inputs['subscription-id']}`
    const roleDefinitionId = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
    const id = stage.control.addRoleAssignment({ scope, roleDefinitionId, principalId })
    const adopted = await stage.runInProcess({ ...APPLY, adopt: 'keep-size' })
    expect(adopted.exitCode).toBe(0)
    expect(plainLog(adopted)).toContain('is granted already, without our mark: it is adopted and marked.')
    const [grant, ...further] = grantsOf(stage, principalId)
    expect([grant?.id, further]).toEqual([id, []])
    expect(grant?.description).toContain('Apono connector apono-connector, kept by azure-connector-action')
  }, READABLE))
