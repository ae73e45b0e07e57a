import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { DeployError } from '../errors.ts'
import { field, text } from '../json.ts'
import type { Patience } from '../patience.ts'
import type { Host, Log, RunContext } from './host.ts'
import { Redactor } from './redactor.ts'

/** The GitHub Actions runner as our host. The only file that knows @actions/* and the runner's variables. */
export function githubHost(environment: NodeJS.ProcessEnv): Host {
  const redactor = new Redactor()
  const clean = (text: string) => redactor.redact(text)
  return {
    context: contextOf(environment),
    log: logThrough((line) => withoutCommands(clean(line))),
    input: (name) => core.getInput(name, { trimWhitespace: false }),
    mask(secret) {
      redactor.add(secret)
      core.setSecret(secret)
    },
    output: (name, value) => core.setOutput(name, clean(value)),
    async summary(markdown) {
      // Not every self-hosted runner has a summary.
      if (environment.GITHUB_STEP_SUMMARY) await core.summary.addRaw(clean(markdown), true).write()
    },
    async file(name, content) {
      const path = join(environment.RUNNER_TEMP || tmpdir(), name)
      await writeFile(path, clean(content))
      return path
    },
    readFile: (path) => readFile(path, 'utf8').catch(() => ''),
    idToken: (audience, patience) => idToken(environment, audience, patience),
  }
}

function contextOf(environment: NodeJS.ProcessEnv): RunContext {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = '', GITHUB_RUN_ID: run = '' } = environment
  return {
    repository,
    eventName: environment.GITHUB_EVENT_NAME ?? '',
    commit: environment.GITHUB_SHA ?? '',
    runUrl: repository && server && run ? `${server}/${repository}/actions/runs/${run}` : '',
  }
}

function logThrough(clean: (line: string) => string): Log {
  return {
    info: (line) => core.info(clean(line)),
    debug: (line) => core.debug(clean(line)),
    warning: (title, message) => core.warning(clean(message), { title }),
    error: (title, message) => core.error(clean(message), { title }),
    group: core.group,
  }
}

/** The runner still takes `##[command]` for a command, wherever in a line it stands. */
function withoutCommands(line: string): string {
  return line.replaceAll('##[', '## [')
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
  if (token === undefined) throw noIdToken(`GitHub answered ${status} instead of an OpenID Connect token.`)
  core.setSecret(token)
  return token
}

function noIdToken(message: string): DeployError {
  return new DeployError('id-token-unavailable', message, {
    hint: [
      'Let the job ask for one. A `permissions:` block takes away what it does not name, so keep the others:',
      '  permissions:',
      '    id-token: write',
      '    contents: read',
      'Pull requests from forks and from Dependabot never get a token; leave this step out for them.',
    ].join('\n'),
  })
}
