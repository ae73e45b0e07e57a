import { DeployError, type ErrorCode } from '../errors.ts'
import { DEFAULTS } from '../inputs/defaults.ts'
import type { Pull } from '../inputs/image.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { REGISTRY } from '../spec/connector.ts'
import { allEvents, type ContainerState, type Diagnosis, type SeenEvent } from '../spec/sighting.ts'
import { pullHint, pullsByToken } from './image-refused.ts'
import { DELEGATION_HINT, noCapacityHint, QUOTA_HINT } from './remedies.ts'

/** What the conclusions need to know of the run besides. */
export type Circumstances = Pick<Inputs, 'aponoUrl' | 'memory' | 'location' | 'connectorVersion' | 'image'>

/** What a group that does not work may be suffering from: by what one knows it, what it is called, and what mends it. */
export type Conclusion = {
  readonly code: ErrorCode
  matches(diagnosis: Diagnosis, around: Circumstances): boolean
  sentence(around: Circumstances, diagnosis: Diagnosis): string
  /** That of the failure itself where there is none. */
  hint?(around: Circumstances): string
}

const UNRESOLVED = /no such host|ENOTFOUND|EAI_NONAME|NXDOMAIN|name or service not known|could not resolve host/i
const UNREACHED =
  /i\/o timeout|timed? ?out|ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|network is unreachable|no route to host|connection refused|temporary failure in name resolution|deadline exceeded/i
const NOT_APONO = /x509|certificate|bad handshake|unexpected server response|\b404\b/i
const REFUSED = /unauthori[sz]ed|authentication required|access (?:is |was )?denied|invalid credentials|\b401\b/i
const TOKEN_REFUSED =
  /token[^:]{0,40}(?:not accepted|not valid|invalid|expired|revoked|rejected|refused)|(?:invalid|expired|wrong|bad) token|unauthori[sz]ed/i

/** Apono, its hosts and its settings; but not the connector itself, which names itself in whatever line. */
const APONO = /\bapono(?:\b(?!-)|_(?:token|url))/i

const outbound = ({ image }: Circumstances) =>
  [
    `The connector calls out on TCP 443, to \`apono-url\` and to ${image?.server ?? REGISTRY}; nothing has to come in.`,
    'In a subnet that takes a NAT gateway or a firewall that lets it through, and DNS servers that know these names (`dns-nameservers`).',
  ].join('\n')

const NEW_TOKEN =
  'Copy the token again from Apono (Connectors > Install Connector) into the secret behind `apono-token`, then run `apply` again.'

/** What a registry of one's own does, by who pulls; completes "The image registry …". */
const REFUSALS: Readonly<Record<Pull['by'], string>> = {
  identity: 'refuses the identity of the group',
  password: 'refuses the user name or the password',
  default: 'does not give the image to everybody',
}

/** The first that matches is told. What Azure itself says comes before what a log seems to say. */
export const CONCLUSIONS: readonly Conclusion[] = [
  {
    code: 'image-not-accessible',
    matches: (diagnosis, { image }) => !pullsByToken(image) && pullSays(diagnosis, REFUSED),
    sentence: ({ image }) => `The image registry ${image?.server} ${REFUSALS[image?.pull.by ?? 'default']}.`,
    hint: ({ image }) => pullHint(image),
  },
  {
    code: 'connector-token-refused',
    matches: (diagnosis) => pullSays(diagnosis, REFUSED),
    sentence: () => 'The image registry refuses the Apono token: it is wrong, or it was revoked.',
    hint: () => NEW_TOKEN,
  },
  {
    code: 'image-not-accessible',
    matches: (diagnosis) => pullSays(diagnosis, /manifest unknown|not found|does not exist/i),
    sentence: ({ connectorVersion, image }) =>
      image === null
        ? `The registry has no image of the version ${connectorVersion}.`
        : `The registry has no image ${image.reference}.`,
    hint: ({ image }) =>
      image === null
        ? 'Check `connector-version` against the versions that Apono lists.'
        : `Check \`image\` against what ${image.server} holds.`,
  },
  {
    code: 'no-outbound-network',
    matches: (diagnosis) => pullSays(diagnosis, UNREACHED) || pullSays(diagnosis, UNRESOLVED),
    sentence: () => 'The group has no way out: not even the image registry can be reached.',
    hint: outbound,
  },
  {
    code: 'no-capacity',
    matches: (diagnosis) => eventSays(diagnosis, /InsufficientCapacity|no capacity|not available in the location/i),
    sentence: () => 'The region has no capacity for this container group now.',
    hint: ({ location }) => noCapacityHint(location),
  },
  {
    code: 'quota-exceeded',
    matches: (diagnosis) => eventSays(diagnosis, /QuotaReached|quota/i),
    sentence: () => 'The quota for container instances is used up.',
    hint: () => QUOTA_HINT,
  },
  {
    code: 'subnet-not-usable',
    matches: (diagnosis) => eventSays(diagnosis, /delegat/i),
    sentence: () => 'The subnet is not delegated to container groups, or holds something else.',
    hint: () => DELEGATION_HINT,
  },
  {
    code: 'out-of-memory',
    matches: isOutOfMemory,
    sentence: ({ memory }) =>
      `The connector needs more memory than the ${memory} GB it was given, and was killed for it.`,
    hint: ({ memory }) =>
      [`Give it more. Azure cannot change that in place:`, `  memory: ${memory * 2}`, '  allow-replace: true'].join(
        '\n',
      ),
  },
  {
    code: 'connector-token-refused',
    matches: (diagnosis, around) => logSays(diagnosis, around, TOKEN_REFUSED),
    sentence: () => 'Apono refuses the connector token: it is wrong, or it was revoked.',
    hint: () => NEW_TOKEN,
  },
  {
    code: 'apono-url-wrong',
    matches: (diagnosis, { aponoUrl }) =>
      // That the default has no address says something about the DNS servers, not about it.
      aponoUrl !== DEFAULTS['apono-url'] && linesOn(aponoUrl, diagnosis).some((line) => UNRESOLVED.test(line)),
    sentence: ({ aponoUrl }) => `The connector finds nobody under its \`apono-url\`: there is no host ${aponoUrl}.`,
    hint: () => 'Set `apono-url` to the host that Apono gave you, without https://, or leave it out for api.apono.io.',
  },
  {
    code: 'apono-url-wrong',
    matches: (diagnosis, { aponoUrl }) => linesOn(aponoUrl, diagnosis).some((line) => NOT_APONO.test(line)),
    sentence: ({ aponoUrl }) =>
      `What answers under \`apono-url\` (${aponoUrl}) is not Apono, or something in between is not.`,
    hint: () =>
      'Check `apono-url`, and whether a proxy or firewall opens the TLS connections of the subnet: the connector has to be let through as it is.',
  },
  {
    code: 'no-outbound-network',
    matches: (diagnosis, around) => logSays(diagnosis, around, UNREACHED) || logSays(diagnosis, around, UNRESOLVED),
    sentence: () => 'The connector has no way out to Apono.',
    hint: outbound,
  },
  {
    code: 'connector-unhealthy',
    matches: (diagnosis) => recentEvents(diagnosis).some(({ name }) => name === 'Unhealthy'),
    sentence: () =>
      'The connector runs, but does not answer its health probe (port 8080, /healthz), so Azure restarts it.',
    hint: () =>
      'Its log above says what it is busy with. Versions before v1.6.7 have no such endpoint, and versions that hang are mended by another `connector-version`.',
  },
  {
    code: 'connector-unhealthy',
    matches: (diagnosis) => exitOf(diagnosis) !== undefined,
    sentence: (_around, diagnosis) =>
      `It ends by itself soon after each start, with exit code ${exitOf(diagnosis)}; the end of its log says why.`,
  },
]

/** The failure of a group, with what its own words make of it. Unchanged when they are no use. */
export function conclude(error: DeployError, diagnosis: Diagnosis, around: Circumstances): DeployError {
  const found = CONCLUSIONS.find((conclusion) => conclusion.matches(diagnosis, around))
  if (found === undefined) return error
  return new DeployError(found.code, `${error.message}\n${found.sentence(around, diagnosis)}`, {
    hint: found.hint?.(around) ?? error.hint,
    facts: error.facts,
    cause: error,
  })
}

/** What is older has another reason: containers live for months, and Azure keeps what happened to them. */
const RECENT_MS = 10 * 60_000

function isRecent(moment: number | undefined, { at }: Diagnosis): boolean {
  return moment === undefined || at - moment < RECENT_MS
}

function recentEvents(diagnosis: Diagnosis): readonly SeenEvent[] {
  return allEvents(diagnosis).filter(({ last }) => isRecent(last, diagnosis))
}

/** How containers ended lately. */
function recentEnds(diagnosis: Diagnosis): readonly ContainerState[] {
  const states = diagnosis.containers.flatMap(({ current, previous }) => [current, previous])
  return states.flatMap((state) => (state !== undefined && isRecent(state.finishedAt, diagnosis) ? [state] : []))
}

/** Exit code 137 alone is any kill, a failed probe's too. */
function isOutOfMemory(diagnosis: Diagnosis): boolean {
  const ends = recentEnds(diagnosis)
  const isProbed = recentEvents(diagnosis).some(({ name }) => name === 'Unhealthy' || name === 'Killing')
  return ends.some(({ detail, exitCode }) => detail.includes('OOMKilled') || (exitCode === 137 && !isProbed))
}

function exitOf(diagnosis: Diagnosis): number | undefined {
  return recentEnds(diagnosis).find(({ exitCode }) => exitCode !== undefined)?.exitCode
}

function pullSays(diagnosis: Diagnosis, pattern: RegExp): boolean {
  const runs = diagnosis.containers.some(({ current }) => current?.state === 'Running')
  const failures = recentEvents(diagnosis).filter(({ name, message }) => name === 'Failed' && /pull/i.test(message))
  return !runs && failures.some(({ message }) => pattern.test(message))
}

function eventSays(diagnosis: Diagnosis, pattern: RegExp): boolean {
  return recentEvents(diagnosis).some(({ name, message, isWarning }) => isWarning && pattern.test(`${name} ${message}`))
}

/** Only of Apono: a connector also tells of the databases and services that it cannot reach, or that refuse it. */
function logSays(diagnosis: Diagnosis, { aponoUrl, image }: Circumstances, pattern: RegExp): boolean {
  const hosts = [aponoUrl, image?.server ?? REGISTRY]
  const isOnApono = (line: string) => APONO.test(line) || hosts.some((host) => line.toLowerCase().includes(host))
  return linesIn(diagnosis).some((line) => isOnApono(line) && pattern.test(line))
}

function linesOn(host: string, diagnosis: Diagnosis): readonly string[] {
  return linesIn(diagnosis).filter((line) => line.toLowerCase().includes(host))
}

function linesIn({ logs }: Diagnosis): readonly string[] {
  return logs.flatMap(({ lines }) => lines)
}
