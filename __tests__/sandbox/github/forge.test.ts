import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'

const MALLORY = { login: 'mallory', id: 6660, type: 'User' } as const
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ github: { eventName: 'pull_request', ref: 'refs/pull/7/merge' } })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})
afterEach(() => sandbox.close())

type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown }

async function ask(
  method: string,
  path: string,
  body?: unknown,
  token = sandbox.inputs['github-token'] ?? '',
): Promise<Answer> {
  const url = path.startsWith('https:') ? path : `${sandbox.env.GITHUB_API_URL}${path}`
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

const REPO = '/repos/acme/infrastructure'
const COMMENTS = `${REPO}/issues/7/comments`

test('a comment is written, read, changed and deleted in the name of the job', async () => {
  const { status, body } = await ask('POST', COMMENTS, { body: 'Hello' })
  expect([status, body]).toMatchObject([
    201,
    {
      body: 'Hello',
      user: { login: 'github-actions[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'github-actions' },
    },
  ])
  const { id } = body as { id: number }
  expect(await ask('PATCH', `${REPO}/issues/comments/${id}`, { body: 'Changed' })).toMatchObject({
    status: 200,
    body: { body: 'Changed' },
  })
  expect(await ask('GET', COMMENTS)).toMatchObject({ status: 200, body: [{ id, body: 'Changed' }] })
  expect((await ask('DELETE', `${REPO}/issues/comments/${id}`)).status).toBe(204)
  expect((await ask('DELETE', `${REPO}/issues/comments/${id}`)).status).toBe(404)
})

test('lists come in pages, with links to the others', async () => {
  for (let count = 0; count < 25; count += 1) sandbox.control.forge.addComment(7, `Comment ${count}`, MALLORY)
  const first = await ask('GET', `${COMMENTS}?per_page=10`)
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  expect(first.headers.get('link')).toMatch(/page=3>; rel="last"/)
  const second = await ask('GET', next)
  expect(second.headers.get('link')).toMatch(/rel="prev".*rel="first".*rel="next".*rel="last"/)
  const last = await ask('GET', `${COMMENTS}?per_page=10&page=3`)
  expect([first, second, last].map(({ body }) => (body as unknown[]).length)).toEqual([10, 10, 5])
  expect((await ask('GET', `${COMMENTS}?per_page=1000`)).headers.get('link')).toBeNull()
})

test('who may not, is refused as GitHub refuses', async () => {
  expect(await ask('GET', COMMENTS, undefined, 'guessed')).toMatchObject({
    status: 401,
    body: { message: 'Bad credentials' },
  })
  sandbox.control.forge.set({ issues: 'none', pullRequests: 'read' })
  expect(await ask('POST', COMMENTS, { body: 'x' })).toMatchObject({
    status: 403,
    body: { message: 'Resource not accessible by integration' },
  })
  expect((await ask('GET', COMMENTS)).status).toBe(200)
  expect((await ask('POST', `${REPO}/issues`, { title: 'x' })).status).toBe(403)
  expect((await ask('GET', '/repos/acme/other/issues')).status).toBe(404)
  expect((await ask('GET', `${REPO}/issues/99/comments`)).status).toBe(404)
})

test('forks and Dependabot have a token that reads, and can ask for no other', async () => {
  sandbox.control.setGithub({ actor: 'dependabot[bot]' })
  expect((await ask('POST', COMMENTS, { body: 'x' })).status).toBe(403)
  expect(sandbox.env).not.toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_URL')
  sandbox.control.setGithub({ actor: 'octocat', ref: 'refs/pull/8/merge' })
  sandbox.control.forge.addPullRequest({ number: 8, headRepository: null })
  expect((await ask('POST', COMMENTS, { body: 'x' })).status).toBe(403)
  expect(sandbox.event).toMatchObject({
    pull_request: { number: 8, head: { repo: null }, base: { repo: { full_name: 'acme/infrastructure' } } },
  })
})

test('a body has an end', async () => {
  expect((await ask('POST', COMMENTS, { body: '€'.repeat(65_536) })).status).toBe(201)
  const errors = [
    {
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: 'Body is too long (maximum is 65536 characters)',
    },
  ]
  expect(await ask('POST', COMMENTS, { body: 'x'.repeat(65_537) })).toMatchObject({
    status: 422,
    body: { message: 'Validation Failed', errors },
  })
  expect((await ask('POST', `${REPO}/issues`, { title: 'x', body: 'x'.repeat(65_537) })).status).toBe(422)
  expect((await ask('POST', COMMENTS, { body: ' ' })).status).toBe(422)
})

test.each([403, 429] as const)('too many writes are refused for a while (%d)', async (status) => {
  sandbox.control.forge.set({ contentLimit: { count: 1, seconds: 60, status } })
  expect((await ask('POST', COMMENTS, { body: 'x' })).status).toBe(201)
  const refused = await ask('POST', COMMENTS, { body: 'x' })
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([status, expect.any(Number)])
  expect(refused.body).toMatchObject({ message: expect.stringContaining('secondary rate limit') })
  expect((await ask('GET', COMMENTS)).status).toBe(200)
  sandbox.control.advanceClock(61_000)
  expect((await ask('POST', COMMENTS, { body: 'x' })).status).toBe(201)
})

test('an issue is opened with labels and assignees, changed and closed', async () => {
  const { status, body } = await ask('POST', `${REPO}/issues`, {
    title: 'Drift',
    body: 'x',
    labels: ['drift'],
    assignees: ['octocat'],
  })
  expect([status, body]).toMatchObject([
    201,
    { number: 8, state: 'open', labels: [{ name: 'drift' }], assignees: [{ login: 'octocat' }] },
  ])
  expect((await ask('POST', `${REPO}/issues`, { title: 'Drift', assignees: ['nobody'] })).status).toBe(422)
  expect((await ask('POST', `${REPO}/issues`, { body: 'x' })).status).toBe(422)
  expect(await ask('GET', `${REPO}/issues?labels=drift`)).toMatchObject({ body: [{ number: 8 }] })
  expect(await ask('GET', `${REPO}/issues?state=open`)).toMatchObject({
    body: [{ number: 8 }, { number: 7, pull_request: {} }],
  })
  expect(await ask('PATCH', `${REPO}/issues/8`, { state: 'closed', state_reason: 'not_planned' })).toMatchObject({
    body: { state: 'closed', state_reason: 'not_planned' },
  })
  expect((await ask('PATCH', `${REPO}/issues/8`, { state: 'gone' })).status).toBe(422)
  expect((await ask('GET', `${REPO}/issues?creator=octocat`)).status).toBe(501)
})

test('a commit leads to the merged pull request that brought it, or to open ones that hold it', async () => {
  const sha = 'b'.repeat(40)
  expect(await ask('GET', `${REPO}/commits/${sha}/pulls`)).toMatchObject({ status: 200, body: [] })
  sandbox.control.forge.merge(7, ['a'.repeat(40), sha])
  expect(await ask('GET', `${REPO}/commits/${sha}/pulls`)).toMatchObject({
    body: [{ number: 7, merged_at: expect.any(String), base: { ref: 'main' } }],
  })
  const open = sandbox.control.forge.addPullRequest({ headSha: 'c'.repeat(40) })
  expect(await ask('GET', `${REPO}/commits/${'c'.repeat(40)}/pulls`)).toMatchObject({
    body: [{ number: open.number, merged_at: null }],
  })
  expect(await ask('GET', `${REPO}/pulls/7`)).toMatchObject({ body: { state: 'closed', merge_commit_sha: sha } })
})

test('GraphQL tells who wrote a text and who changed it, and nothing else', async () => {
  const own = (await ask('POST', COMMENTS, { body: 'x' })).body as { id: number; node_id: string }
  const other = sandbox.control.forge.addComment(7, 'y', MALLORY)
  const nodes = (await ask('GET', COMMENTS)).body as { node_id: string }[]
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Comment { viewerDidAuthor author { login } editor { login } } } }'
  const authors = () => ask('POST', '/graphql', { query, variables: { ids: nodes.map(({ node_id }) => node_id) } })
  expect(await authors()).toMatchObject({
    body: {
      data: {
        nodes: [
          { viewerDidAuthor: true, author: { login: 'github-actions' }, editor: null },
          { viewerDidAuthor: false, author: { login: 'mallory' } },
        ],
      },
    },
  })
  sandbox.control.forge.editComment(own.id, 'z', MALLORY)
  await ask('PATCH', `${REPO}/issues/comments/${other.id}`, { body: 'z' })
  expect(await authors()).toMatchObject({
    body: { data: { nodes: [{ editor: { login: 'mallory' } }, { editor: { login: 'github-actions' } }] } },
  })
  expect((await ask('POST', '/graphql', { query: '{ viewer { login } }' })).status).toBe(501)
  sandbox.control.forge.set({ issues: 'none', pullRequests: 'none' })
  expect(await authors()).toMatchObject({ status: 200, body: { errors: [{ type: 'FORBIDDEN' }] } })
})

test('people do the same over the control surface', async () => {
  const control = `${sandbox.origin}/_sandbox/github`
  expect(
    await ask('POST', `${control}/pull-requests`, { number: 9, headRepository: 'mallory/infrastructure' }),
  ).toMatchObject({ status: 201, body: { number: 9 } })
  expect((await ask('POST', `${control}/pull-requests/9/merge`, { commits: ['d'.repeat(40)] })).status).toBe(204)
  expect((await ask('POST', `${control}/pull-requests/10/merge`, { commits: [] })).status).toBe(400)
  const comment = (await ask('POST', `${control}/issues/9/comments`, { body: 'Hi', author: MALLORY })).body as {
    id: number
  }
  expect((await ask('PATCH', `${control}/comments/${comment.id}`, { body: 'Ho', editor: MALLORY })).status).toBe(204)
  expect(await ask('GET', `${control}/issues/9/comments`)).toMatchObject({ body: [{ body: 'Ho', editor: MALLORY }] })
  expect((await ask('DELETE', `${control}/comments/${comment.id}`)).status).toBe(204)
  expect(await ask('POST', `${control}/issues`, { title: 'T', body: '' })).toMatchObject({
    status: 201,
    body: { number: 10 },
  })
  expect((await ask('POST', `${control}/issues/10/close`, {})).status).toBe(204)
  expect(await ask('GET', `${control}/issues`)).toMatchObject({ body: [{}, {}, { number: 10, state: 'closed' }] })
  expect((await ask('PATCH', `${control}/forge`, { issues: 'read' })).status).toBe(204)
  expect(await ask('GET', `${control}/forge`)).toMatchObject({ body: { issues: 'read', pullRequests: 'write' } })
  expect((await ask('PATCH', `${control}/forge`, { issues: 'all' })).status).toBe(400)
})
