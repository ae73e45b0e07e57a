import type { Discussion } from './host.ts'
import { asking, type Repository } from './octokit.ts'
import { ours, ownAmong } from './own-posts.ts'

type Verbs = Pick<Discussion, 'issues' | 'openIssue' | 'editIssue' | 'closeIssue'>

/** Issues, which go by their number. */
export function issueVerbs({ octokit, here, clean }: Repository): Verbs {
  return {
    issues: (text) =>
      asking('read the issues', async () => {
        // GitHub's search lags behind, and labels are people's to change: only the list is certain.
        const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...here, state: 'open', per_page: 100 })
        const holding = all.filter((issue) => issue.pull_request === undefined && issue.body?.includes(text))
        const own = await ownAmong(
          octokit,
          holding.map((issue) => ({ ...issue, id: issue.number })),
        )
        return own.reverse()
      }),
    openIssue: ({ title, body, labels, assignees }) =>
      asking('open an issue', async () => {
        const content = { title: clean(title), body: clean(body), labels: [...labels], assignees: [...assignees] }
        const { data } = await octokit.rest.issues.create({ ...here, ...content })
        return ours({ ...data, id: data.number })
      }),
    editIssue: (issue, { title, body }) =>
      asking('change the issue', async () => {
        const content = { title: clean(title), body: clean(body) }
        const { data } = await octokit.rest.issues.update({ ...here, ...content, issue_number: issue.id })
        return ours({ ...data, id: data.number })
      }),
    closeIssue: (issue, note) =>
      asking('close the issue', async () => {
        const it = { ...here, issue_number: issue.id }
        await octokit.rest.issues.createComment({ ...it, body: clean(note) })
        await octokit.rest.issues.update({ ...it, state: 'closed', state_reason: 'completed' })
      }),
  }
}
