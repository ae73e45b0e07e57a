import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import * as core from '@actions/core'
import { DeployError } from '../errors.ts'
import { field, parseJson, text } from '../json.ts'
import { type Patience, patienceFor } from '../patience.ts'
import type { Discussion, Host, Log } from './host.ts'
import { Redactor } from './redactor.ts'
import { runContextOf } from './run-context.ts'

/** Seconds for what is asked before a run tells how long it may take. */
const AT_FIRST = 60

/** The GitHub Actions runner as our host. This folder alone knows @actions/* and the runner's variables. */
export function githubHost(environment: NodeJS.ProcessEnv): Host {
  const redactor = new Redactor()
  const clean = (text: string) => redactor.redact(text)
  const context = runContextOf(environment, eventOf(environment))
  const log = logThrough(clean)
  let patience = patienceFor(AT_FIRST, log.info)
  let discussion: Promise<Discussion> | undefined
  return {
    context,
    log,
    keepTo(ofTheRun) {
      patience = ofTheRun
    },
    input: (name) => core.getInput(name, { trimWhitespace: false }),
    variable: (name) => environment[name] ?? '',
    mask(secret) {
      redactor.add(secret)
      core.setSecret(secret)
    },
    output: (name, value) => core.setOutput(name, clean(value)),
    async summary(markdown) {
      // Not every self-hosted runner has a summary, or lets us write to it; the log tells the same.
      if (!environment.GITHUB_STEP_SUMMARY) return
      const written = core.summary.addRaw(clean(markdown), true).write()
      await written.catch((error: unknown) => core.debug(clean(`The job summary was not written: ${String(error)}`)))
    },
    async file(name, content) {
      const path = join(environment.RUNNER_TEMP || tmpdir(), name)
      await writeFile(path, clean(content))
      return withSlashes(path)
    },
    readFile: (path) => readFile(path, 'utf8').catch(() => ''),
    idToken: (audience, patience) => idToken(environment, audience, patience),
    redact: clean,
    discussion(token) {
      // Octokit is heavy, and most runs say nothing.
      discussion ??= import('./discussion.ts').then(({ openDiscussion }) =>
        openDiscussion({ token, repository: context.repository, baseUrl: environment.GITHUB_API_URL, patience, clean }),
      )
      return discussion
    },
  }
}

/** Every program of Windows takes a slash, and a shell in the next step takes a backslash for something else. */
export function withSlashes(path: string, separator: string = sep): string {
  return path.replaceAll(separator, '/')
}

/** What started the run, as the runner has left it in a file. */
function eventOf({ GITHUB_EVENT_PATH: path }: NodeJS.ProcessEnv): unknown {
  try {
    return path ? parseJson(readFileSync(path, 'utf8')) : undefined
  } catch {
    return undefined
  }
}

function logThrough(clean: (text: string) => string): Log {
  const shown = (text: string) => withoutCommands(withoutControls(clean(text)))
  return {
    // The only texts of ours with colours are lines of the log; names in them have been made visible before.
    info: (line) => core.info(withoutCommands(clean(line))),
    debug: (text) => core.debug(shown(text)),
    warning: (title, text) => core.warning(shown(text), { title: shown(title) }),
    error: (title, text) => core.error(shown(text), { title: shown(title) }),
    untrusted(lines) {
      // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands
      const token = randomUUID()
      core.info(`::stop-commands::${token}`)
      for (const line of lines) core.info(shown(line))
      core.info(`::${token}::`)
    },
    group: (title, work) => timed(shown(title), (name) => core.group(name, work)),
  }
}

/** What took long enough to be felt says so below its group, in sight. */
async function timed<T>(title: string, work: (title: string) => Promise<T>): Promise<T> {
  const started = performance.now()
  try {
    return await work(title)
  } finally {
    const seconds = (performance.now() - started) / 1000
    if (seconds >= 0.1) core.info(`${title}: ${seconds.toFixed(1)} s`)
  }
}

/**
 * The runner takes a line that begins with `::` for a command, and still takes `##[command]` for one wherever it stands:
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function withoutCommands(text: string): string {
  return text.replaceAll('##[', '## [').replaceAll(/^([\s\u0085]*):(?=:)/gm, '$1: ')
}

/** No escape sequence, carriage return or bell of others. */
function withoutControls(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?![\n\t])\p{Cc}/gu, '')
}

/**
 * GitHub's own client for this token drags a second HTTP stack into every start; the token is one GET, so it goes the way of all
 * our requests. https://docs.github.com/actions/reference/security/oidc
 */
async function idToken(environment: NodeJS.ProcessEnv, audience: string, patience: Patience): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment
  if (!url || !bearer) throw noIdToken('GitHub gives this job no OpenID Connect token.')
  core.setSecret(bearer)
  const { createHttp } = await import('../http.ts')
  const separator = url.includes('?') ? '&' : '?'
  const { status, body } = await createHttp(patience).getJson(
    `${url}${separator}audience=${encodeURIComponent(audience)}`,
    {
      authorization: `Bearer ${bearer}`,
    },
  )
  const token = text(field(body, 'value'))
  if (token === undefined && (status === 408 || status === 429 || status >= 500)) throw noAnswer(status)
  if (token === undefined) throw noIdToken(`GitHub answered ${status} instead of an OpenID Connect token.`)
  core.setSecret(token)
  return token
}

/** It was asked again until patience ended, so the workflow is not to blame. */
function noAnswer(status: number): DeployError {
  const message = `GitHub answered ${status} again and again instead of giving an OpenID Connect token.`
  return new DeployError(status === 429 ? 'throttled' : 'unreachable', message, {
    hint: 'Run again in some minutes. Whether GitHub is well: https://www.githubstatus.com',
  })
}

function noIdToken(message: string): DeployError {
  return new DeployError('id-token-unavailable', message, {
    hint: [
      'Let the job ask for one. A `permissions:` block takes away what it does not name, so keep the others:',
      '  permissions:',
      '    id-token: write',
      '    pull-requests: write',
      'The last line is for the comment on a pull request. Runs of forks and of Dependabot get no token in any case.',
    ].join('\n'),
  })
}
