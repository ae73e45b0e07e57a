import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expectFailure } from '../stage/failure.ts'
import type { Result } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

/** The shortest time a run can be given is half a minute, so all runs of this file go on side by side. */
const scenes = {
  'the create': { method: 'PUT', path: '/nowhere', timing: { startMs: 600_000 } },
  'the read': { method: 'GET', path: '/containerGroups/', timing: {} },
  "the cloud's description": { method: 'GET', path: '/metadata/', timing: {} },
  "GitHub's token": { method: 'GET', path: '/runner/token', timing: {} },
} as const
type Scene = keyof typeof scenes

const stages = new Map<Scene, Stage>()
const results = new Map<Scene, Result>()

beforeAll(async () => {
  await Promise.all(
    // Object.keys forgets which names these are.
    (Object.keys(scenes) as Scene[]).map(async (scene) => {
      const { method, path, timing } = scenes[scene]
      const stage = await openStage({ timing })
      stages.set(scene, stage)
      stage.control.injectFault({ name: 'hangs', method, path, on: 'every', effect: { kind: 'delay', ms: 60_000 } })
      // A run that does not end by itself is killed, which is no failure that it tells.
      const kill = AbortSignal.timeout(45_000)
      results.set(scene, await stage.run({ operation: 'apply', timeout: '30s' }, { kill }))
    }),
  )
}, 120_000)
afterAll(async () => {
  await Promise.all([...stages.values()].map((stage) => stage.close()))
})

function resultOf(scene: Scene): Result {
  const result = results.get(scene)
  if (result === undefined) throw new Error(`${scene} did not run`)
  return result
}

test('a run whose time is used up while Azure works says so; the work goes on', () => {
  const result = resultOf('the create')
  expectFailure(
    result,
    'timed-out',
    'The time of this run was used up',
    'Run again: the action continues from what is there.',
  )
  expect(stages.get('the create')?.stored()).toBeDefined()
})

test('a read that hangs ends with the time of the run', () => {
  expectFailure(resultOf('the read'), 'timed-out', 'read the container group "apono-connector"')
})

test("a cloud's description that hangs is a matter of time, not of reachability", () => {
  expectFailure(resultOf("the cloud's description"), 'timed-out', 'The time of this run was used up')
})

test('a token of GitHub that hangs ends with the time of the run', () => {
  expectFailure(resultOf("GitHub's token"), 'timed-out', 'The time of this run was used up')
})
