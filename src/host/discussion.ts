import type { Patience } from '../patience.ts'
import { commentVerbs } from './comments.ts'
import type { Discussion } from './host.ts'
import { issueVerbs } from './issues.ts'
import { asking, connectOctokit, type Repository } from './octokit.ts'

type Place = {
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  readonly baseUrl: string | undefined
  readonly patience: Patience
  clean(text: string): string
}

/** The heavy part: whoever imports this file loads Octokit. */
export function openDiscussion({ token, repository, baseUrl, patience, clean }: Place): Discussion {
  const [owner = '', repo = ''] = repository.split('/')
  const place: Repository = { octokit: connectOctokit(token, baseUrl, patience), here: { owner, repo }, clean }
  const brought = new Map<string, Promise<readonly number[]>>()
  return {
    ...commentVerbs(place),
    ...issueVerbs(place),
    mergedPullRequests: (commit, branch) =>
      asking('look up the pull request of the commit', () => {
        const known = brought.get(`${commit} ${branch}`) ?? mergedInto(branch, commit, place)
        brought.set(`${commit} ${branch}`, known)
        return known
      }),
  }
}

async function mergedInto(branch: string, commit: string, { octokit, here }: Repository): Promise<readonly number[]> {
  const request = { ...here, commit_sha: commit, per_page: 100 }
  const pulls = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, request)
  return pulls.filter(({ merged_at, base }) => merged_at !== null && base.ref === branch).map(({ number }) => number)
}
