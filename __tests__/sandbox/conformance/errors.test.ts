import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadSpecs, type Specs, violations } from '../../specs/conformance.ts'
import { type CataloguedError, readErrorCatalogue } from '../../specs/error-catalogue.ts'
import type { Exchange } from '../../specs/exchange.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { exchangesOf } from '../../specs/logged-exchange.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'
import { entraProvocations } from './provocations/entra.ts'
import { grantProvocations } from './provocations/grants.ts'
import type { Provocation } from './provocations/provocation.ts'
import { armProvocations } from './provocations/resource-manager.ts'

/** Catalogued errors that the sandbox does not answer with on its own, and why. */
const notProvoked: Readonly<Record<string, string>> = {
  ServiceUnavailable: 'a region without capacity is a fault that a test injects',
  RegistryErrorResponse: 'the registries of the sandbox have no pull limits; a fault that a test injects',
  InvalidImageRegistryCredentialType: 'needs an api-version before 2021-07-01, which the sandbox does not serve',
  DenyAssignmentAuthorizationFailed: 'the sandbox has no deny assignments',
  SubscriptionRequestsThrottled: 'the sandbox never throttles by itself; a fault that a test injects',
  AADSTS70021: 'the older form of AADSTS700211 to 700213, which Entra no longer uses for these causes',
}

/** Where the catalogue has no certain text, and the sandbox therefore says it in words of its own. */
const wordsOfItsOwn = new Set(['AADSTS900612'])

/** One code is catalogued twice: the second form tells of a condition. */
function nameOf(error: CataloguedError): string {
  return error.message.source.includes('ABAC') ? `${error.name} with a condition` : error.name
}

describeWithSpecs('catalogued errors', () => {
  const specs = loadSpecs()
  const catalogue = readErrorCatalogue().filter(({ service }) => service !== 'Microsoft Graph')
  const provocations: Readonly<Record<string, Provocation>> = {
    ...armProvocations,
    ...grantProvocations,
    ...entraProvocations,
  }
  const provoked = catalogue.map((error) => ({ name: nameOf(error), error })).filter(({ name }) => name in provocations)

  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  test.each(provoked)('$name is answered as catalogued', async ({ name, error }) => {
    const reply = await provocations[name]?.(session)
    if (!reply) throw new Error(`Nothing provokes ${name}.`)

    const { code, message } = partsOf(reply.body, error)
    expect({ status: error.status && reply.status, code }).toEqual({ status: error.status, code: error.code })
    if (!wordsOfItsOwn.has(name)) expect(message).toMatch(error.message)
    for (const header of error.headers) expect([...reply.headers.keys()]).toContain(header)
    if (error.aadsts !== undefined) expect(itemsOf(fieldsOf(reply.body).error_codes)).toEqual([error.aadsts])
  })

  test('come in replies that conform', () => {
    const exchanges = exchangesOf(session.sandbox.control.requests())

    expect(exchanges).not.toHaveLength(0)
    expect(exchanges.flatMap((each) => replyViolations(specs, each))).toEqual([])
  })

  test('are all provoked, or known not to be', () => {
    const known = [...Object.keys(provocations), ...Object.keys(notProvoked)]

    expect(new Set(catalogue.map(nameOf))).toEqual(new Set(known))
  })
})

/** Some of the requests are wrong on purpose. */
function replyViolations(specs: Specs, exchange: Exchange): string[] {
  return violations(specs, exchange).filter(
    (violation) => violation.includes(': reply.') || violation.includes(': status '),
  )
}

function partsOf(body: unknown, { aadsts }: CataloguedError): { code: unknown; message: string } {
  const { error, error_description: description } = fieldsOf(body)
  if (aadsts !== undefined) return { code: error, message: String(description) }
  const { code, message } = fieldsOf(error)
  return { code, message: String(message) }
}
