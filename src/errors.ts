/**
 * Every way a run can end badly. The code is stable: it is the `failure-reason` output, and workflows branch on it.
 * `unexpected` alone means a defect of this action.
 */
export type ErrorCode =
  | 'invalid-inputs'
  | 'id-token-unavailable'
  | 'sign-in-failed'
  | 'subject-not-trusted'
  | 'issuer-not-trusted'
  | 'audience-not-trusted'
  | 'assertion-expired'
  | 'clock-skew'
  | 'issuer-unreachable'
  | 'credential-unavailable'
  | 'credential-refused'
  | 'access-blocked'
  | 'identity-mismatch'
  | 'tenant-mismatch'
  | 'client-not-found'
  | 'tenant-not-found'
  | 'subscription-not-found'
  | 'resource-group-not-found'
  | 'role-not-found'
  | 'identity-not-usable'
  | 'workspace-not-usable'
  | 'scope-not-found'
  | 'secret-not-usable'
  | 'permission-denied'
  | 'provider-not-registered'
  | 'image-not-accessible'
  | 'quota-exceeded'
  | 'no-capacity'
  | 'location-not-available'
  | 'policy-denied'
  | 'scope-locked'
  | 'group-busy'
  | 'replace-refused'
  | 'plan-changed'
  | 'drifted'
  | 'foreign-resource'
  | 'adoption-refused'
  | 'connector-in-use'
  | 'apono-refused'
  | 'apono-unavailable'
  | 'github-refused'
  | 'unreachable'
  | 'throttled'
  | 'provisioning-failed'
  | 'connector-unhealthy'
  | 'connector-not-connected'
  | 'connector-token-refused'
  | 'apono-url-wrong'
  | 'no-outbound-network'
  | 'out-of-memory'
  | 'subnet-not-usable'
  | 'timed-out'
  | 'cancelled'
  | 'azure-refused'
  | 'unexpected'

export const REACHABILITY_HINT =
  'Check the address and that the runner may reach it (a proxy is taken from HTTPS_PROXY, further certificates from NODE_EXTRA_CA_CERTS), then run again.'

type Details = {
  /** What the user does about it: a sentence, then commands or workflow lines to paste. */
  readonly hint: string
  /** Names and ids that help support, such as Azure's correlation id. Never a secret. */
  readonly facts?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** A failure we understand: what is wrong (message) and what mends it (hint). */
export class DeployError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly facts: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, { hint, facts = {}, cause }: Details) {
    super(message, { cause })
    this.name = 'DeployError'
    this.code = code
    this.hint = hint
    this.facts = facts
  }
}

/** Anything thrown, as a DeployError: what we do not know is said to be unknown, with the original as the cause. */
export function asDeployError(thrown: unknown): DeployError {
  if (thrown instanceof DeployError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new DeployError('unexpected', `Something went wrong that this action does not know: ${message}`, {
    hint:
      'Nothing is known to be half done; running again is safe. If it happens twice, open an issue with the log of a run ' +
      'that has step debug logging on: https://github.com/apono/azure-connector-action/issues',
    cause: thrown,
  })
}

/** The page that `npm run docs` makes of `scripts/error-catalogue/`: a section for each code, under the code itself. */
export const ERRORS_PAGE = 'https://github.com/apono/azure-connector-action/blob/main/docs/errors.md'

/**
 * The one place that turns a failure into text: what is wrong, the facts, what to do, where to read more.
 * @param room how many signs there may be: what mends it stays whole while what is wrong is cut.
 */
export function explain(error: DeployError, room = Number.POSITIVE_INFINITY): string {
  const facts = Object.entries(error.facts).map(([name, value]) => `  ${name}: ${value}`)
  const rest = ['', ...facts, '', error.hint, '', `More: ${ERRORS_PAGE}#${error.code}`].join('\n')
  const { message } = error
  const left = Math.max(room - rest.length - 1, 0)
  return `${message.length > left ? `${message.slice(0, left)}…` : message}${rest}`.slice(0, room)
}
