import { expect, test } from '@jest/globals'
import { writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { throughIdentity } from './granted.ts'

type Inputs = Readonly<Record<string, string>>

test.each<[string, Inputs, number]>([
  ['without permissions', { permissions: 'none' }, 4],
  ['with permissions', { permissions: 'subscription', 'directory-readers': 'false', 'disable-locks': 'true' }, 4],
  ['with permissions and directory readers', { permissions: 'subscription' }, 5],
])('a plan with nothing to do, %s, waits no oftener for the network than it has to', (_what, inputs, most) =>
  onStage(async (stage) => {
    await stage.run({ ...inputs, operation: 'apply' })
    stage.control.setLatency(60)
    const planned = await stage.run(inputs)
    expect([planned.outputs['has-changes'], writesOf(planned)]).toEqual(['false', []])
    expect(planned.roundTrips).toBeLessThanOrEqual(most)
  }),
)

test('a user-assigned identity costs a plan no further wait', () =>
  onStage(async (stage) => {
    const inputs = { permissions: 'subscription', ...throughIdentity(stage) }
    await stage.run({ ...inputs, operation: 'apply' })
    stage.control.setLatency(60)
    const planned = await stage.run(inputs)
    expect([planned.outputs['has-changes'], writesOf(planned)]).toEqual(['false', []])
    expect(planned.roundTrips).toBeLessThanOrEqual(5)
  }))
