import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { deviationFrom } from '../../src/approval.ts'
import { azureError, restErrorOf } from '../../src/azure/errors.ts'
import { graphError } from '../../src/azure/graph.ts'
import { parsePermissions } from '../../src/azure/permissions.ts'
import { signInError } from '../../src/azure/sign-in-errors.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { DeployError, explain } from '../../src/errors.ts'
import type { Host } from '../../src/host/host.ts'
import { planDocument } from '../../src/render/plan-json.ts'
import { CLIENT_ID, desiredGroup, SUBJECT, someInputs, TENANT_ID } from '../builders.ts'
import { hostileText, isPolluted, spoilt } from './hostile.ts'

const wanted = desiredGroup()
const plan = makePlan(new Map([[wanted.address, wanted]]), new Map(), () => ({
  impactOf: () => 'none',
  knownAfterApply: [],
}))
const FINGERPRINT = 'a'.repeat(64)
const document = planDocument({ plan, fingerprint: FINGERPRINT, drift: undefined })

/** Nothing of a host but its files takes part. */
const HOST: Pick<Host, 'context' | 'discussion' | 'redact'> = {
  context: { repository: '', eventName: '', commit: '', runUrl: '' },
  redact: (text) => text,
  discussion: () => Promise.reject(new Error('nobody talks here')),
}

/** What is read of an approved plan, which may be any file. */
async function approved(content: string): Promise<DeployError | undefined> {
  return deviationFrom(
    'plan.json',
    { inputs: someInputs(), plan, fingerprint: FINGERPRINT },
    { ...HOST, readFile: async () => content },
  )
}

test('a file that is no plan, or another plan, never passes for the approved one', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        hostileText,
        spoilt({ ...document, fingerprint: 'b'.repeat(64) }).map((value) => JSON.stringify(value)),
      ),
      async (content) => {
        const error = await approved(content)
        expect(isPolluted()).toBe(false)
        // Only the very fingerprint passes, and no edit makes that up.
        expect(error).toBeInstanceOf(DeployError)
        expect(error?.code).toBe('plan-changed')
        expect(explain(error as DeployError)).not.toContain('undefined')
      },
    ),
    { numRuns: 1_000 },
  ))

const ERROR = {
  error: {
    code: 'RequestDisallowedByPolicy',
    message: "Resource 'x' was disallowed by policy.",
    additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentDisplayName: 'No' } }],
    details: [{ code: 'a', message: 'b' }],
  },
}
const status = fc.constantFrom(400, 401, 403, 404, 409, 412, 429, 500, 503)

test('whatever a refusal of ARM looks like, it is told as one of ours', () =>
  fc.assert(
    fc.property(
      status,
      fc.oneof(
        hostileText,
        spoilt(ERROR).map((value) => JSON.stringify(value)),
      ),
      (code, bodyAsText) => {
        const request = createPipelineRequest({ url: 'https://management.azure.com/x', method: 'PUT' })
        const error = azureError(
          restErrorOf({ status: code, request, headers: createHttpHeaders(), bodyAsText }),
          'try',
          SUBJECT,
        )
        expect(error.code).not.toBe('unexpected')
        expect([typeof error.message, typeof error.hint]).toEqual(['string', 'string'])
        expect(isPolluted()).toBe(false)
      },
    ),
    { numRuns: 1_000 },
  ))

/** Its client puts whatever stands in the reply into an error of its own. */
const fields = spoilt({ statusCode: 403, code: 'Authorization_RequestDenied', requestId: 'r', body: '{}' })

test("whatever Graph's client throws, it is told as one of ours", () =>
  fc.assert(
    fc.property(fields, hostileText, (more, message) => {
      const error = graphError(Object.assign(new Error(message), more), 'try', CLIENT_ID)
      expect(error.code).not.toBe('unexpected')
      expect(error.hint).not.toBe('')
    }),
    { numRuns: 500 },
  ))

test('whatever Entra says, it is told as one of ours', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        hostileText,
        fc.nat().map((number) => `AADSTS${number}: x`),
      ),
      hostileText,
      (message, claim) => {
        const claims = { subject: claim, issuer: claim, audience: claim }
        const error = signInError(new Error(message), {
          auth: { by: 'oidc', clientId: CLIENT_ID },
          tenantId: TENANT_ID,
          claims,
        })
        expect(error.code).not.toBe('unexpected')
        expect(error.hint).not.toBe('')
      },
    ),
    { numRuns: 500 },
  ))

test('whatever the permissions API says, rights are a list', () =>
  fc.assert(
    fc.property(spoilt({ value: [{ actions: ['*'], notActions: ['a/*/b'] }] }), (body) => {
      for (const { actions, notActions } of parsePermissions(body))
        expect([...actions, ...notActions].every((action) => typeof action === 'string')).toBe(true)
    }),
    { numRuns: 500 },
  ))
