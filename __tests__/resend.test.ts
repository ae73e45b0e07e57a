import { createHttpHeaders, createPipelineRequest, type HttpMethods, RestError } from '@azure/core-rest-pipeline'
import { describe, expect, test } from '@jest/globals'
import { type Patience, patienceFor } from '../src/patience.ts'
import { type Posts, resending } from '../src/resend.ts'
import { expectedError } from './stage/expected-error.ts'

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | Error

const fine: Answer = { status: 200, body: '{"fine":true}' }
const URL_OF_GROUP = 'https://management.azure.com/subscriptions/s/resourceGroups/rg/containerGroups/one?api-version=1'

type Attempt = { readonly method?: HttpMethods; readonly posts?: Posts; readonly patience?: Patience }

/** Sends one request that gets these answers, the last of them for ever, and keeps what was told. A second takes a millisecond. */
async function sending(answers: readonly Answer[], { method = 'GET', posts = 'doubles', patience }: Attempt = {}) {
  const told: string[] = []
  let sent = 0
  const next = async () => {
    const answer = answers[Math.min(sent, answers.length - 1)] ?? fine
    sent += 1
    if (answer instanceof Error) throw answer
    const { status, headers = {}, body = '' } = answer
    return { status, headers: createHttpHeaders(headers), bodyAsText: body, request }
  }
  const request = createPipelineRequest({ url: URL_OF_GROUP, method })
  const own = patienceFor(600, (line) => told.push(line), { pace: { second: 1, limit: 1 } })
  const policy = resending(patience === undefined ? own : { ...patience, tell: own.tell }, posts)
  const result = await policy.sendRequest(request, next).catch((error: unknown) => error)
  return { result, told, sent }
}

const broken = (code: string) => new RestError(`the ${code} story`, { code })

describe('is sent again', () => {
  test.each<readonly [string, Answer]>([
    ['429 that does not say when', { status: 429 }],
    ['429 that says when', { status: 429, headers: { 'retry-after': '3' } }],
    ['408', { status: 408 }],
    ['500', { status: 500 }],
    ['502 with a web page', { status: 502, body: '<html>' }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['a web page in place of JSON', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['JSON that ends in the middle', { status: 200, body: '{"value":[' }],
    ['a connection that was reset', broken('ECONNRESET')],
    ['a body that was cut off', broken(RestError.PARSE_ERROR)],
    ['a name that is not known for now', broken('EAI_AGAIN')],
    ['a name that is not known', broken('ENOTFOUND')],
    ['a port where nobody listens', broken('ECONNREFUSED')],
  ])('%s', async (_title, mishap) => {
    const { result, told, sent } = await sending([mishap, fine])
    expect(result).toMatchObject({ status: 200 })
    expect(sent).toBe(2)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^GET …\/containerGroups\/one at management\.azure\.com .*; next try in \d s$/)
  })
})

test.each([200, 201, 204, 400, 401, 403, 404, 409, 412, 501, 505])(
  '%i is an answer, and nothing is told',
  async (status) => {
    const { result, told, sent } = await sending([{ status }])
    expect(result).toMatchObject({ status })
    expect([sent, told]).toEqual([1, []])
  },
)

test.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s is nothing that time mends', async (code) => {
  const { result, sent } = await sending([broken(code)])
  expect(result).toMatchObject({ code: 'unreachable', hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') })
  expect(sent).toBe(1)
})

describe('a wait', () => {
  test.each<readonly [string, Record<string, string>, number]>([
    ['in seconds', { 'retry-after': '7' }, 7],
    ['in milliseconds', { 'x-ms-retry-after-ms': '6500' }, 7],
    ['as a date', { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }, 90],
    ['of no time', { 'retry-after': '0' }, 1],
    ['in words', { 'retry-after': 'soon' }, 1],
    ['that nobody asked for', {}, 1],
  ])('%s', async (_title, headers, seconds) => {
    const { told } = await sending([{ status: 503, headers }, fine])
    expect(Number(/next try in (\d+) s/.exec(told[0] ?? '')?.[1])).toBeGreaterThanOrEqual(seconds - 1)
    expect(Number(/next try in (\d+) s/.exec(told[0] ?? '')?.[1])).toBeLessThanOrEqual(seconds)
  })

  test('grows, and ends after a minute in all; what was answered last comes back', async () => {
    const { result, told } = await sending([{ status: 503 }])
    expect(result).toMatchObject({ status: 503 })
    expect(told.map((line) => Number(/in (\d+) s/.exec(line)?.[1]))).toEqual([1, 2, 4, 8, 15, 30])
  })

  test('goes on for as long as the service says when to come back', async () => {
    const throttled: Answer = { status: 429, headers: { 'retry-after': '1' } }
    const { result, sent } = await sending([...Array.from({ length: 20 }, () => throttled), fine])
    expect([result, sent]).toEqual([expect.objectContaining({ status: 200 }), 21])
  })

  test('names the code of the service', async () => {
    const { told } = await sending([{ status: 503, body: '{"error":{"code":"ServerBusy"}}' }, fine])
    expect(told[0]).toContain('was answered 503 (ServerBusy)')
  })
})

test.each([
  ['a reset', broken('ECONNRESET'), 'ECONNRESET'],
  ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'web page'],
])('%s that stays is told as unreachable', async (_title, mishap, said) => {
  const { result, sent } = await sending([mishap])
  expect(result).toMatchObject({ code: 'unreachable', message: expect.stringContaining(said) })
  expect(sent).toBeGreaterThan(3)
})

describe('a POST that would double', () => {
  test.each<readonly [string, Answer]>([
    ['was throttled', { status: 429 }],
    ['was put off', { status: 503, headers: { 'retry-after': '1' } }],
    ['never left', broken('ENOTFOUND')],
  ])('is sent again when it %s', async (_title, mishap) => {
    expect((await sending([mishap, fine], { method: 'POST' })).sent).toBe(2)
  })

  test.each<readonly [string, Answer]>([
    ['lost its answer', broken('ECONNRESET')],
    ['was answered 500', { status: 500 }],
    ['was answered in halves', { status: 201, body: '{"id' }],
  ])('is not sent again when it %s', async (_title, mishap) => {
    const { result, sent } = await sending([mishap, fine], { method: 'POST' })
    expect([sent, result]).toEqual([1, expect.objectContaining({ code: 'unreachable' })])
  })

  test.each<HttpMethods>(['PUT', 'DELETE', 'PATCH', 'GET'])('is no %s', async (method) => {
    expect((await sending([broken('ECONNRESET'), fine], { method })).sent).toBe(2)
  })

  test('is no POST that is safe', async () => {
    expect((await sending([broken('ECONNRESET'), fine], { method: 'POST', posts: 'safe' })).sent).toBe(2)
  })
})

describe('the time of the run', () => {
  const short = () => patienceFor(5, () => undefined, { pace: { second: 1, limit: 1 } })

  test('is not waited away for a service that wants more', async () => {
    const { result, told } = await sending([{ status: 429, headers: { 'retry-after': '3600' } }], { patience: short() })
    expect(result).toMatchObject({
      code: 'throttled',
      message: expect.stringMatching(/wants to be asked again in 3600 s, but there are \d s left for that/),
      hint: expect.stringContaining('Run again in 60 min'),
    })
    expect(told).toEqual([])
  })

  test('ends the tries that nobody asked for', async () => {
    const { result, told } = await sending([{ status: 500 }], { patience: short() })
    expect(result).toMatchObject({ status: 500 })
    expect(told).toHaveLength(3)
  })

  test('ends a wait', async () => {
    const end = new AbortController()
    const patience = { ...patienceFor(600, () => undefined, { stop: end.signal }), tell: () => undefined }
    const policy = resending({ ...patience, tell: () => end.abort() }, 'safe')
    const request = createPipelineRequest({ url: URL_OF_GROUP })
    const next = async () => ({ status: 503, headers: createHttpHeaders(), request })
    expect(await expectedError(() => policy.sendRequest(request, next))).toMatchObject({ name: 'AbortError' })
  })

  test('is not all for one try: what hangs is given up and sent again', async () => {
    let sent = 0
    const told: string[] = []
    const request = createPipelineRequest({ url: URL_OF_GROUP })
    const next = () =>
      new Promise<never>((_resolve, reject) => {
        sent += 1
        request.abortSignal?.addEventListener('abort', () => reject(new DOMException('ended', 'AbortError')))
      })
    const policy = resending(
      patienceFor(600, (line) => told.push(line), { pace: { second: 1, limit: 1 } }),
      'safe',
    )
    const error = await expectedError(() => policy.sendRequest(request, next))
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('no whole answer within 100 s'),
    })
    expect([sent, told.length]).toEqual([4, 3])
  })
})
