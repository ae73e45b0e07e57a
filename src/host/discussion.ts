import { GitHub, getOctokitOptions } from '@actions/github/lib/utils'
import { field, list, text } from '../json.ts'
import { githubError } from './github-errors.ts'
import type { Discussion, Post } from './host.ts'
import { patiently } from './patience.ts'

type Place = {
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  readonly baseUrl: string | undefined
  /** Takes the secrets out of what is sent: comments and issues are not scrubbed by the runner. */
  clean(text: string): string
}

type Octokit = ReturnType<typeof connect>
/** What REST tells of a comment or an issue, as far as we look at it. */
type Written = {
  readonly node_id: string
  readonly id: number
  readonly html_url: string
  readonly body?: string | null | undefined
}

/** GitHub's own client: it knows the proxy, GITHUB_API_URL of Enterprise Server, and paging. */
export function openDiscussion({ token, repository, baseUrl, clean }: Place): Discussion {
  const octokit = connect(token, baseUrl)
  const [owner = '', repo = ''] = repository.split('/')
  const here = { owner, repo }
  const read = new Map<string, Promise<Post[]>>()

  /** Reads a list once, and keeps it in step with what we write. */
  function once(key: string, load: () => Promise<readonly Written[]>, mark: string): Promise<Post[]> {
    const known =
      read.get(key) ??
      load().then((all) =>
        ownAmong(
          octokit,
          all.filter(({ body }) => body?.includes(mark)),
        ),
      )
    read.set(key, known)
    return known
  }
  async function replace(post: Post, by?: Post): Promise<void> {
    for (const posts of await Promise.all(read.values())) {
      const at = posts.findIndex(({ url }) => url === post.url)
      if (at >= 0) posts.splice(at, 1, ...(by === undefined ? [] : [by]))
    }
  }

  return {
    comments: (number, mark) =>
      asking('read the comments of the pull request', () =>
        once(
          `${number} ${mark}`,
          () => octokit.paginate(octokit.rest.issues.listComments, { ...here, issue_number: number, per_page: 100 }),
          mark,
        ),
      ),
    addComment: (number, body) =>
      asking('comment on the pull request', async () => {
        const { data } = await octokit.rest.issues.createComment({ ...here, issue_number: number, body: clean(body) })
        const post = ours(data)
        for (const [key, posts] of read) if (key.startsWith(`${number} `)) (await posts).push(post)
        return post
      }),
    editComment: (comment, body) =>
      asking('change the comment on the pull request', async () => {
        const { data } = await octokit.rest.issues.updateComment({ ...here, comment_id: comment.id, body: clean(body) })
        const post = ours(data)
        await replace(comment, post)
        return post
      }),
    deleteComment: (comment) =>
      asking('delete the comment on the pull request', async () => {
        await octokit.rest.issues.deleteComment({ ...here, comment_id: comment.id })
        await replace(comment)
      }),
    issues: (mark) =>
      asking('read the issues', async () => {
        const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...here, state: 'open', per_page: 100 })
        const issues = all.filter((issue) => issue.pull_request === undefined && issue.body?.includes(mark))
        return (
          await ownAmong(
            octokit,
            issues.map((issue) => ({ ...issue, id: issue.number })),
          )
        ).reverse()
      }),
    openIssue: ({ title, body, labels, assignees }) =>
      asking('open an issue', async () => {
        const { data } = await octokit.rest.issues.create({
          ...here,
          title: clean(title),
          body: clean(body),
          labels: [...labels],
          assignees: [...assignees],
        })
        return ours({ ...data, id: data.number })
      }),
    editIssue: (issue, { title, body }) =>
      asking('change the issue', async () => {
        const { data } = await octokit.rest.issues.update({
          ...here,
          issue_number: issue.id,
          title: clean(title),
          body: clean(body),
        })
        return ours({ ...data, id: data.number })
      }),
    closeIssue: (issue, note) =>
      asking('close the issue', async () => {
        await octokit.rest.issues.createComment({ ...here, issue_number: issue.id, body: clean(note) })
        await octokit.rest.issues.update({
          ...here,
          issue_number: issue.id,
          state: 'closed',
          state_reason: 'completed',
        })
      }),
    mergedPullRequests: (commit, branch) =>
      asking('look up the pull request of the commit', async () => {
        const pulls = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
          ...here,
          commit_sha: commit,
          per_page: 100,
        })
        return pulls
          .filter(({ merged_at, base }) => merged_at !== null && base.ref === branch)
          .map(({ number }) => number)
      }),
  }
}

function connect(token: string, baseUrl: string | undefined) {
  const silent = () => undefined
  const octokit = new GitHub({
    ...getOctokitOptions(token, baseUrl ? { baseUrl } : {}),
    // It would write past the redactor.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  octokit.hook.wrap('request', patiently)
  return octokit
}

function ours({ id, html_url: url, body }: Omit<Written, 'node_id'>): Post {
  return { id, url, body: body ?? '', isEdited: false }
}

const AUTHORS =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Comment { viewerDidAuthor author { login } editor { login } } } }'

/**
 * Only GraphQL tells whether a token's own user or bot wrote a text, for tokens of every kind, and who changed it last:
 * `GET /user` is closed to the job's token, and a login compared by name can be mistaken.
 * https://docs.github.com/graphql/reference/interfaces#comment
 */
async function ownAmong(octokit: Octokit, posts: readonly Written[]): Promise<Post[]> {
  const own: Post[] = []
  for (let at = 0; at < posts.length; at += 100) {
    const some = posts.slice(at, at + 100)
    const reply: unknown = await octokit.graphql(AUTHORS, { ids: some.map(({ node_id }) => node_id) })
    const nodes = new Map(list(field(reply, 'nodes')).map((node) => [text(field(node, 'id')), node]))
    for (const post of some) {
      const node = nodes.get(post.node_id)
      if (field(node, 'viewerDidAuthor') === true) own.push({ ...ours(post), isEdited: isEdited(node) })
    }
  }
  return own
}

function isEdited(node: unknown): boolean {
  const editor = text(field(field(node, 'editor'), 'login'))
  return editor !== undefined && editor !== text(field(field(node, 'author'), 'login'))
}

/** `doing` completes "could not …". */
async function asking<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw githubError(doing, error)
  }
}
