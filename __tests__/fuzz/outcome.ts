import { expect } from '@jest/globals'
import { DeployError } from '../../src/errors.ts'
import { isPolluted } from './hostile.ts'

/** Whatever comes back: a result, or an error of ours that is no defect. */
export async function expectOutcome(work: () => Promise<unknown>): Promise<void> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(isPolluted()).toBe(false)
  if (error === undefined) return
  if (!(error instanceof DeployError) || error.code === 'unexpected') throw error
  expect(error.hint).not.toBe('')
}
