/** What a workflow run is about, as GitHub knows it. The claims of its tokens and its environment follow from this. */
export type GithubSettings = {
  /** `owner/name`. */
  readonly repository: string
  readonly repositoryId: string
  readonly repositoryOwnerId: string
  readonly ref: string
  readonly sha: string
  readonly eventName: string
  /** The environment of the job; null when it has none. */
  readonly environment: string | null
  /** Subjects with numeric ids, which repositories made, renamed or moved after 2026-07-15 have. */
  readonly immutableSubject: boolean
  readonly actor: string
  readonly actorId: string
  readonly workflow: string
  readonly workflowFile: string
  readonly job: string
  readonly runId: string
  readonly runNumber: string
  readonly runAttempt: string
  readonly runnerEnvironment: 'github-hosted' | 'self-hosted'
  /** Whether the workflow asks for `id-token: write`. Forks and Dependabot get none whatever it asks for. */
  readonly idToken: boolean
  /** Branches of a pull request, '' for other events. */
  readonly headRef: string
  readonly baseRef: string
  /** Another issuer than the sandbox's own, such as GitHub Enterprise's; its keys can then not be fetched. */
  readonly issuer: string | null
}

export const defaultGithubSettings: GithubSettings = {
  repository: 'acme/infrastructure',
  repositoryId: '2002',
  repositoryOwnerId: '1001',
  ref: 'refs/heads/main',
  sha: '4f2a9c1be0d37856a1c4e9f0b2d8735c6e1a0f94',
  eventName: 'push',
  environment: null,
  immutableSubject: false,
  actor: 'octocat',
  actorId: '583231',
  workflow: 'connector',
  workflowFile: '.github/workflows/connector.yml',
  job: 'connector',
  runId: '7012345678',
  runNumber: '42',
  runAttempt: '1',
  runnerEnvironment: 'github-hosted',
  idToken: true,
  headRef: '',
  baseRef: '',
  issuer: null,
}

/**
 * The `sub` of a token. An environment wins over everything, a pull request over the ref:
 * https://docs.github.com/actions/reference/security/oidc
 */
export function subjectOf(settings: GithubSettings): string {
  const [owner = '', name = ''] = settings.repository.split('/')
  const repository = settings.immutableSubject
    ? `${escaped(owner)}@${settings.repositoryOwnerId}/${escaped(name)}@${settings.repositoryId}`
    : `${escaped(owner)}/${escaped(name)}`
  return `repo:${repository}:${contextOf(settings)}`
}

export function ownerOf(settings: GithubSettings): string {
  return settings.repository.split('/')[0] ?? ''
}

export function workflowRefOf(settings: GithubSettings): string {
  return `${settings.repository}/${settings.workflowFile}@${settings.ref}`
}

export function refTypeOf(settings: GithubSettings): 'branch' | 'tag' {
  return settings.ref.startsWith('refs/tags/') ? 'tag' : 'branch'
}

function contextOf({ environment, eventName, ref }: GithubSettings): string {
  if (environment !== null && environment !== '') return `environment:${escaped(environment)}`
  return eventName === 'pull_request' ? 'pull_request' : `ref:${escaped(ref)}`
}

/** A colon in a value must not look like one between the parts. */
function escaped(value: string): string {
  return value.replaceAll(':', '%3A')
}
