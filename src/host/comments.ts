import type { Discussion, Post } from './host.ts'
import { asking, type Repository } from './octokit.ts'
import { ours, ownAmong } from './own-posts.ts'

type Verbs = Pick<Discussion, 'comments' | 'addComment' | 'editComment' | 'deleteComment'>

/** Comments on pull requests, which GitHub takes for issues here. A list is read once and kept in step with what we write. */
export function commentVerbs({ octokit, here, clean }: Repository): Verbs {
  const read = new Map<string, Promise<Post[]>>()

  async function ownWith(text: string, number: number): Promise<Post[]> {
    const request = { ...here, issue_number: number, per_page: 100 }
    const all = await octokit.paginate(octokit.rest.issues.listComments, request)
    const holding = all.filter(({ body }) => body?.includes(text))
    return ownAmong(octokit, holding)
  }
  /** An update that puts `by` where `post` was. */
  async function replace(post: Post, by: readonly Post[]): Promise<void> {
    for (const posts of await Promise.all(read.values())) {
      const at = posts.findIndex(({ url }) => url === post.url)
      if (at >= 0) posts.splice(at, 1, ...by)
    }
  }

  return {
    comments: (number, text) =>
      asking('read the comments of the pull request', () => {
        const known = read.get(`${number} ${text}`) ?? ownWith(text, number)
        read.set(`${number} ${text}`, known)
        return known
      }),
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
        await replace(comment, [post])
        return post
      }),
    deleteComment: (comment) =>
      asking('delete the comment on the pull request', async () => {
        await octokit.rest.issues.deleteComment({ ...here, comment_id: comment.id })
        await replace(comment, [])
      }),
  }
}
