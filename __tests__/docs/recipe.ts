import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A program and its arguments, as the shell handed them over. */
export type Call = readonly string[]

/**
 * Stand-ins that do nothing but write down what they are asked for. Whoever asks for one value (`--query`, `--jq`) is answered a
 * name for it, such as `⟦apono-plan clientId⟧`: who is asked about, and what.
 */
const STAND_INS = `
set -euo pipefail
note() {
  printf '%s\\036' "$@" >&3
  printf '\\035' >&3
  local about="$2" wanted="" before=""
  if [ "$1 $2" = "gh api" ]; then about="$3"; fi
  for word in "$@"; do
    case "$before" in
      --name | --id | --filter) about="$word" ;;
      --query | --jq) wanted="$word" ;;
    esac
    before="$word"
  done
  if [ -n "$wanted" ]; then echo "⟦$about $wanted⟧"; fi
}
az() { note az "$@"; }
gh() { note gh "$@"; }
`

/**
 * Carries out a shell script whose az and gh are stand-ins.
 * @param files what lies in its folder
 * @throws Error when it does not end well
 */
export function callsOf(script: string, files: Readonly<Record<string, string>> = {}): Call[] {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, 'script'), `exec 3>>calls\n${STAND_INS}\n${script}`)
    const { status, stderr } = spawnSync('bash', ['script'], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`the recipe ended with ${status}: ${stderr}`)
    const calls = readFileSync(join(folder, 'calls'), 'utf8').split('\u001d').slice(0, -1)
    return calls.map((call) => call.split('\u001e').slice(0, -1))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
