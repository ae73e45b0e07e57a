import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { jobToken, redeem } from '../../specs/arm-client.ts'
import { fieldsOf } from '../../specs/json.ts'
import { replaced } from '../../specs/leaves.ts'
import { openSession, type Session } from '../../specs/sandbox-session.ts'
import { describeWithSpecs } from '../../specs/suite.ts'
import { entraRecording, readWireSamples, type WireSample } from '../../specs/wire-samples.ts'

/** Parts of Entra's configuration that are about people signing in, or about hosts that the sandbox does not have. */
const notInTheSandbox = [
  'http_logout_supported',
  'frontchannel_logout_supported',
  'userinfo_endpoint',
  'claims_supported',
  'kerberos_endpoint',
  'cloud_graph_host_name',
  'rbac_url',
]
/** Present, and different by nature: they name the cloud. */
const ofTheCloud = ['cloud_instance_name', 'msgraph_host']

describeWithSpecs('the recorded sign-in', () => {
  const samples = readWireSamples(entraRecording)
  let session: Session
  beforeAll(async () => {
    session = await openSession()
  })
  afterAll(() => session.close())

  function sampleOf(step: string): WireSample {
    const found = samples.find((sample) => sample.step === step)
    if (!found) throw new Error(`No step of the recording is called ${step}.`)
    return found
  }

  test('finds a configuration with the recorded keys and values, but for hosts', async () => {
    const { exchange, headers } = sampleOf('openid configuration')
    const here = { '88888888-8888-8888-8888-888888888888': session.signIn.tenantId }
    const answer = await session.send('GET', String(replaced(exchange.path, here)))

    const recorded = fieldsOf(
      replaced(exchange.replyBody, { ...here, 'https://login.microsoftonline.com': session.signIn.origin }),
    )
    const expected = Object.entries(recorded).filter(([key]) => !notInTheSandbox.includes(key))
    const found = Object.entries(fieldsOf(answer.exchange.replyBody))
    expect(answer.exchange.status).toBe(200)
    expect(found.map(([key]) => key)).toEqual(expected.map(([key]) => key))
    expect(found.filter(([key]) => !ofTheCloud.includes(key))).toEqual(
      expected.filter(([key]) => !ofTheCloud.includes(key)),
    )
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value)
  })

  test('gets a token in a reply with the recorded keys, types and headers', async () => {
    const { exchange, headers } = sampleOf('token')
    const answer = await redeem(session.signIn, await jobToken(session.signIn))

    const recorded = fieldsOf(exchange.replyBody)
    expect(answer.status).toBe(exchange.status)
    expect(Object.entries(fieldsOf(answer.body)).map(([key, value]) => [key, typeof value])).toEqual(
      Object.entries(recorded).map(([key, value]) => [key, typeof value]),
    )
    expect(fieldsOf(answer.body).token_type).toBe(recorded.token_type)
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value)
  })

  test('does not find other clouds, which only login.microsoftonline.com knows', async () => {
    const answer = await session.send('GET', sampleOf('instance discovery').exchange.path)

    expect(answer.exchange.status).toBe(501)
  })
})
