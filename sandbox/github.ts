import { randomBytes } from 'node:crypto'
import { type JSONWebKeySet, SignJWT } from 'jose'
import type { Clock } from './clock.ts'
import { pullRequestOf } from './github/event.ts'
import { Forge } from './github/forge.ts'
import {
  defaultGithubSettings,
  type GithubSettings,
  ownerOf,
  refTypeOf,
  subjectOf,
  workflowRefOf,
} from './github-settings.ts'
import { keySetOf, keySetReply } from './key-set.ts'
import type { Call, Reply, Route } from './protocol.ts'
import type { Random } from './random.ts'
import type { KeyPair } from './signing-keys.ts'

/** GitHub's tokens live five minutes, and say that they were valid ten minutes before they were made. */
const lifetimeSeconds = 300
const backdatedSeconds = 600

type Parts = { readonly clock: Clock; readonly random: Random; readonly settings?: Partial<GithubSettings> }

/** GitHub as seen from a job: the issuer of its OIDC tokens, the runner's endpoint that hands them out, and the repository. */
export class Github {
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN of the job. */
  readonly requestToken = randomBytes(24).toString('base64url')
  /** The job's `github.token`. */
  readonly apiToken = `ghs_${randomBytes(27).toString('base64url')}`
  readonly forge: Forge
  #settings: GithubSettings
  readonly #keys: KeyPair
  readonly #keyId: string
  readonly #clock: Clock
  readonly #random: Random

  constructor(keys: KeyPair, { clock, random, settings = {} }: Parts) {
    this.#keys = keys
    this.#clock = clock
    this.#random = random
    this.#keyId = random.guid()
    this.forge = new Forge(clock)
    this.#settings = defaultGithubSettings
    this.settings = { ...defaultGithubSettings, ...settings }
  }

  get settings(): GithubSettings {
    return this.#settings
  }

  /** A run of a pull request that is not there yet brings it along, from a branch of the repository. */
  set settings(settings: GithubSettings) {
    this.#settings = settings
    const number = pullRequestOf(settings)
    if (number === undefined || this.forge.issues.has(number)) return
    const headRef = settings.headRef === '' ? {} : { headRef: settings.headRef }
    this.forge.addPullRequest({ number, ...headRef }, settings.repository)
  }

  /** The issuer's public keys, as anyone may fetch them. */
  publicKeys(): Promise<JSONWebKeySet> {
    return keySetOf(this.#keys.publicKey, this.#keyId)
  }

  /** An OIDC token of the job for an audience; without one it is for the owner, as on GitHub. */
  async token(issuer: string, audience: string | null): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000)
    const claims = {
      ...this.#claims(),
      aud: audience ?? `https://github.com/${ownerOf(this.settings)}`,
      iss: this.settings.issuer ?? issuer,
    }
    return new SignJWT({ ...claims, nbf: now - backdatedSeconds, exp: now + lifetimeSeconds, iat: now })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: this.#keyId })
      .sign(this.#keys.privateKey)
  }

  /** Every value is text, numbers and booleans too. */
  #claims(): Record<string, string> {
    const { settings } = this
    const workflowRef = workflowRefOf(settings)
    return {
      jti: this.#random.guid(),
      sub: subjectOf(settings),
      ref: settings.ref,
      sha: settings.sha,
      repository: settings.repository,
      repository_owner: ownerOf(settings),
      repository_owner_id: settings.repositoryOwnerId,
      run_id: settings.runId,
      run_number: settings.runNumber,
      run_attempt: settings.runAttempt,
      repository_visibility: 'private',
      repository_id: settings.repositoryId,
      actor_id: settings.actorId,
      actor: settings.actor,
      workflow: settings.workflow,
      head_ref: settings.headRef,
      base_ref: settings.baseRef,
      event_name: settings.eventName,
      ref_protected: 'false',
      ref_type: refTypeOf(settings),
      workflow_ref: workflowRef,
      workflow_sha: settings.sha,
      job_workflow_ref: workflowRef,
      job_workflow_sha: settings.sha,
      runner_environment: settings.runnerEnvironment,
      // Absent, and not empty, when the job names no environment.
      ...(settings.environment === null ? {} : { environment: settings.environment }),
    }
  }
}

export function githubIssuer(origin: string): string {
  return `${origin}/github`
}

/** Where the runner asks for tokens. It has a query already, so that `&audience=` is appended to it. */
export function tokenRequestUrl(origin: string): string {
  return `${origin}/github/runner/token?api-version=2.0`
}

export function githubRoutes(github: Github, origin: string): Route[] {
  const issuer = githubIssuer(origin)
  return [
    { method: 'GET', path: '/github/.well-known/openid-configuration', handle: () => configuration(issuer) },
    { method: 'GET', path: '/github/.well-known/jwks', handle: async () => keySetReply(await github.publicKeys()) },
    { method: 'GET', path: '/github/runner/token', handle: (call) => runnerToken(github, issuer, call) },
  ]
}

async function runnerToken(github: Github, issuer: string, call: Call): Promise<Reply> {
  if (call.headers.authorization !== `Bearer ${github.requestToken}`) {
    return { status: 401, body: { message: 'The request token is missing or is not the one of this job.' } }
  }
  const value = await github.token(issuer, call.query.get('audience'))
  return { status: 200, body: { count: value.length, value } }
}

function configuration(issuer: string): Reply {
  return {
    status: 200,
    body: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'repository', 'environment'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    },
  }
}
