import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What a stand-in for az does when it is asked for a token. */
export type AzAnswer =
  | { readonly does: 'sign-in'; readonly tokenEndpoint: string; readonly clientId: string; readonly secret: string }
  | { readonly does: 'fail'; readonly errors: string }
  | { readonly does: 'print'; readonly output: string }

/** An `az` on a PATH of its own. */
export type StandInAz = {
  readonly env: Readonly<Record<string, string>>
  /** The arguments of every call so far. */
  calls(): Promise<string[][]>
  remove(): Promise<void>
}

/** Puts a program called az first on the PATH, which takes tokens from the sandbox's Entra or fails as az does. */
export async function standInAz(answer: AzAnswer): Promise<StandInAz> {
  const folder = await mkdtemp(join(tmpdir(), 'az-'))
  const log = join(folder, 'calls')
  await Promise.all([
    writeFile(log, ''),
    writeFile(join(folder, 'az.mjs'), PROGRAM),
    writeFile(join(folder, 'answer.json'), JSON.stringify(answer)),
    writeFile(join(folder, 'az'), `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'az.mjs')}' "$@"\n`, {
      mode: 0o755,
    }),
  ])
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` },
    async calls() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
      return lines.map((line) => String(line).split(' '))
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** The form of the reply is that of az 2.54 and newer. */
const PROGRAM = `
import { appendFileSync, readFileSync } from 'node:fs'
const here = (name) => new URL(name, import.meta.url)
const args = process.argv.slice(2)
appendFileSync(here('calls'), args.join(' ') + '\\n')
const answer = JSON.parse(readFileSync(here('answer.json'), 'utf8'))
if (answer.does === 'fail') {
  console.error(answer.errors)
  process.exitCode = 1
} else if (answer.does === 'print') {
  console.log(answer.output)
} else {
  const resource = args[args.indexOf('--resource') + 1]
  const form = { grant_type: 'client_credentials', client_id: answer.clientId, client_secret: answer.secret, scope: resource + '/.default' }
  const reply = await fetch(answer.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: accessToken, expires_in } = await reply.json()
  const expires = new Date(Date.now() + expires_in * 1000)
  console.log(JSON.stringify({ accessToken, expiresOn: expires.toISOString(), expires_on: Math.floor(expires / 1000), tokenType: 'Bearer' }))
}
`
