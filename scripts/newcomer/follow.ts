import { spawnSync } from 'node:child_process'
import type { FirstScreen } from './first-screen.ts'
import { brokenPromises } from './promises.ts'

/** A new user's place: the folder to begin in, and the variables of the machine. */
export type Place = { readonly folder: string; readonly env: NodeJS.ProcessEnv }

/**
 * Carries out a first screen's commands literally, one after the other, but for those that match `except`, and says so. As in a
 * terminal, each begins in the folder that the one before went to.
 * @returns what did not work as written, a text each
 */
export function follow({ commands, promise }: FirstScreen, place: Place, except?: RegExp): string[] {
  let { folder } = place
  return commands.flatMap((command) => {
    if (except?.test(command)) {
      console.log(`- left out: ${command}`)
      return []
    }
    const began = performance.now()
    const { status, output, endedIn } = carryOut(command, { ...place, folder })
    folder = endedIn
    console.log(`- ${command}: exit code ${status} after ${((performance.now() - began) / 1000).toFixed(0)} s`)
    if (status !== 0) return [`\`${command}\` ended with exit code ${status}:\n${output}`]
    return brokenPromises(command, output, promise).map((broken) => `\`${command}\`: ${broken}\n${output}`)
  })
}

function carryOut(command: string, { folder, env }: Place) {
  const options = { cwd: folder, env, encoding: 'utf8', maxBuffer: Number.POSITIVE_INFINITY } as const
  const script = `trap 'pwd >&3' EXIT\n${command}`
  const ended = spawnSync('sh', ['-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const { status, stdout, stderr, error } = ended
  return {
    status,
    output: [stdout, stderr, error?.message ?? ''].join('\n').trim(),
    endedIn: ended.output?.[3]?.trim() || folder,
  }
}
