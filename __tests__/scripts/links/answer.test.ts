import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { whyBroken } from '../../../scripts/links/answer.ts'

let server: Server
let address: string
/** What the site answers, one after the other; the last one stays. */
let answers: number[]
let asked: number

beforeEach(async () => {
  asked = 0
  server = createServer(({ url }, response) => {
    asked += 1
    const status = url === '/target' ? 200 : (answers[asked - 1] ?? answers.at(-1) ?? 200)
    response.writeHead(status, status === 302 ? { location: '/target' } : {}).end('a page')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  address = `http://127.0.0.1:${at.port}/page`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['there', [200]],
  ['elsewhere now', [302]],
  ['for members only', [403]],
  ['asked too often', [429]],
  ['well again', [503, 502, 200]],
])('a page that is %s is not broken', async (_, given) => {
  answers = given
  expect(await whyBroken(address, 0)).toBeUndefined()
})

test.each([404, 410])('one that is gone is (%i), and is not asked for again', async (status) => {
  answers = [status]
  expect([await whyBroken(address, 0), asked]).toEqual([`HTTP ${status}`, 1])
})

test('a site that stays out of order is, after three times', async () => {
  answers = [500]
  expect([await whyBroken(address, 0), asked]).toEqual(['HTTP 500', 3])
})

test('one that nobody answers at says so', async () => {
  server.close()
  server.closeAllConnections()
  expect(await whyBroken(address, 0)).toContain('ECONNREFUSED')
})
