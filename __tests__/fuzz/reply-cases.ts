import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { spoilt } from './hostile.ts'
import { expectOutcome } from './outcome.ts'
import type { Session } from './session.ts'

/** A good reply to one kind of request, and work that asks for it. */
export type ReplyCase = readonly [
  title: string,
  method: string,
  path: string,
  good: object,
  work: () => Promise<unknown>,
]

/** Whatever becomes of a good reply on the way, the work ends well, or says why it does not. `FUZZ` is how often each is spoilt. */
export function testReplies(cases: readonly ReplyCase[], session: () => Session): void {
  test.each(cases)(
    '%s of any form is understood or refused',
    async (_title, method, path, good, work) => {
      const { reply, sandbox } = session()
      reply(method, path, good)
      sandbox.control.clearRequests()
      await expectOutcome(work)
      expect(sandbox.control.requests().map(({ fault }) => fault)).toContain(`${method} ${path}`)
      await fc.assert(
        fc.asyncProperty(spoilt(good), async (body) => {
          reply(method, path, body)
          await expectOutcome(work)
        }),
        { numRuns: Number(process.env.FUZZ ?? 60) },
      )
    },
    600_000,
  )
}
