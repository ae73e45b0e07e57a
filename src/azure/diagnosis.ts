import { addressOf } from '../engine/resource.ts'
import type { Diagnosis } from '../spec/sighting.ts'
import { groupReader } from './container-group-reader.ts'
import type { Context } from './context.ts'
import { readableLine } from './log-line.ts'

/** Lines of each container's log: the end of it tells. */
const LOG_LINES = 50

/** Reads what a group tells of itself. Nobody who looks for the reason of a failure is to meet another one: what cannot be read is left out. */
export async function diagnose(context: Context, name: string): Promise<Diagnosis | undefined> {
  const { clients, inputs } = context
  try {
    const { sighting } = await groupReader(context).look({ address: addressOf('container-group', name), name })
    const logs = await Promise.all(
      sighting.containers.map(async ({ name: container }) => ({ container, lines: await linesOf(container) })),
    )
    return { ...sighting, logs }
  } catch {
    return undefined
  }

  async function linesOf(container: string): Promise<string[]> {
    try {
      const { content = '' } = await clients.containerInstance.containers.listLogs(
        inputs.resourceGroup,
        name,
        container,
        { tail: LOG_LINES },
      )
      return content
        .replace(/\n+$/, '')
        .split('\n')
        .slice(-LOG_LINES)
        .filter((line) => line !== '')
        .map(readableLine)
    } catch {
      return []
    }
  }
}
