import type { JsonObject } from '../protocol.ts'
import type { Account, Comment, Issue } from './records.ts'

/** Where links of replies lead: people's pages, and the API. */
export type Addresses = { readonly html: string; readonly api: string }

/** Resources as the REST API shows them, cut to the fields somebody could want. https://docs.github.com/rest/issues */
export function commentJson({ html, api }: Addresses, comment: Comment, onPull: boolean): JsonObject {
  const page = `${html}/${onPull ? 'pull' : 'issues'}/${comment.issue}`
  return {
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userJson(comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: comment.author.type === 'Bot' ? 'NONE' : 'MEMBER',
    performed_via_github_app: appOf(comment.author),
  }
}

export function issueJson({ html, api }: Addresses, issue: Issue, comments: number): JsonObject {
  const page = `${html}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`
  return {
    url: `${api}/issues/${issue.number}`,
    html_url: page,
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userJson(issue.author),
    labels: issue.labels.map((name) => ({ name, color: 'ededed', default: false })),
    state: issue.state,
    state_reason: issue.stateReason,
    assignees: issue.assignees.map((login) => ({ login, type: 'User' })),
    comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    body: issue.body,
    performed_via_github_app: appOf(issue.author),
    ...(issue.pull !== null && {
      pull_request: { url: `${api}/pulls/${issue.number}`, html_url: page, merged_at: issue.pull.mergedAt },
    }),
  }
}

export function pullJson({ html, api }: Addresses, issue: Issue, home: string): JsonObject {
  const { pull } = issue
  if (pull === null) throw new Error(`#${issue.number} is no pull request`)
  return {
    url: `${api}/pulls/${issue.number}`,
    html_url: `${html}/pull/${issue.number}`,
    id: issue.id,
    number: issue.number,
    state: issue.state,
    title: issue.title,
    user: userJson(issue.author),
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.commits.at(-1) ?? null,
    head: { ref: pull.headRef, sha: pull.headSha, repo: repositoryJson(pull.headRepository, home) },
    base: { ref: pull.baseRef, sha: '0'.repeat(40), repo: repositoryJson(home, home) },
  }
}

export function nodeId(prefix: 'IC' | 'I', id: number): string {
  return `${prefix}_${Buffer.from(String(id)).toString('base64url')}`
}

export function userJson({ login, id, type }: Account): JsonObject {
  return { login, id, type }
}

function repositoryJson(name: string | null, home: string): JsonObject | null {
  return name === null ? null : { full_name: name, fork: name !== home, private: true }
}

function appOf({ type }: Account): JsonObject | null {
  return type === 'Bot' ? { id: 15368, slug: 'github-actions' } : null
}
