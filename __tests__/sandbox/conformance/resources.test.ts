import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadSpecs, violations } from '../../specs/conformance.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'

/** Requests for what is around container groups: method, path below the subscription, status, body. */
const exchanges: readonly (readonly [string, string, number, object?])[] = [
  ['GET', '?api-version=2019-11-01', 200],
  ['GET', '?api-version=2022-12-01', 200],
  ['GET', '/resourcegroups?api-version=2022-09-01', 200],
  ['GET', '/resourcegroups/rg-apono?api-version=2021-04-01', 200],
  ['GET', '/resourcegroups/rg-apono?api-version=2022-09-01', 200],
  ['GET', '/resourcegroups/nowhere?api-version=2022-09-01', 404],
  ['HEAD', '/resourcegroups/rg-apono?api-version=2022-09-01', 204],
  ['HEAD', '/resourcegroups/nowhere?api-version=2022-09-01', 404],
  ['PUT', '/resourcegroups/rg-new?api-version=2022-09-01', 201, { location: 'westeurope', tags: { team: 'a' } }],
  ['PUT', '/resourcegroups/rg-new?api-version=2022-09-01', 200, { location: 'westeurope' }],
  ['GET', '/resourceGroups/rg-apono/resources?api-version=2022-09-01', 200],
  ['GET', '/providers/Microsoft.ContainerInstance?api-version=2022-09-01', 200],
  ['GET', '/providers/Microsoft.Nothing?api-version=2022-09-01', 404],
  ['POST', '/providers/Microsoft.ContainerInstance/register?api-version=2022-09-01', 200],
]

describeWithSpecs('resources, providers and subscriptions', () => {
  const specs = loadSpecs()
  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  test.each(exchanges)('%s %s is answered %i as described', async (...exchange) => {
    const [method, path, status, body] = exchange
    const answer = await session.send(method, `/subscriptions/${session.subscriptionId}${path}`, body)

    const found = { status: answer.exchange.status, violations: violations(specs, answer.exchange) }
    expect(found).toEqual({ status, violations: [] })
  })

  test('subscriptions are listed as described', async () => {
    const answer = await session.send('GET', '/subscriptions?api-version=2022-12-01')

    expect(violations(specs, answer.exchange)).toEqual([])
  })
})
