import { spawnSync } from 'node:child_process'
import type { FirstScreen } from './first-screen.ts'
import { brokenPromises } from './promises.ts'

/** A new user's place: a fresh clone, and the variables of the machine. */
export type Place = { readonly checkout: string; readonly env: NodeJS.ProcessEnv }

/**
 * Carries out a first screen's commands literally, one after the other, but for those that match `except`, and says so.
 * @returns what did not work as written, a text each
 */
export function follow({ commands, promise }: FirstScreen, place: Place, except?: RegExp): string[] {
  return commands.flatMap((command) => {
    if (except?.test(command)) {
      console.log(`- left out: ${command}`)
      return []
    }
    const began = performance.now()
    const { status, output } = carryOut(command, place)
    console.log(`- ${command}: exit code ${status} after ${((performance.now() - began) / 1000).toFixed(0)} s`)
    if (status !== 0) return [`\`${command}\` ended with exit code ${status}:\n${output}`]
    return brokenPromises(command, output, promise).map((broken) => `\`${command}\`: ${broken}\n${output}`)
  })
}

function carryOut(command: string, { checkout, env }: Place): { status: number | null; output: string } {
  const options = { cwd: checkout, env, encoding: 'utf8', maxBuffer: Number.POSITIVE_INFINITY } as const
  const { status, stdout, stderr, error } = spawnSync('sh', ['-c', command], options)
  return { status, output: [stdout, stderr, error?.message ?? ''].join('\n').trim() }
}
