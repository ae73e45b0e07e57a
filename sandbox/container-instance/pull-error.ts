import type { World } from '../world.ts'
import type { ServiceEvent } from './group.ts'

/** What a container engine reports of a registry that gives no image, by the behaviour that asks for it. */
const PULL_ERRORS: Readonly<Record<string, string>> = {
  'unpullable-unauthorized': 'unauthorized: authentication required',
  'unpullable-missing': 'manifest unknown: manifest unknown',
  'unpullable-unreachable': 'dial tcp: lookup registry.apono.io: i/o timeout',
}

/** What the registry will say to a launch that begins now; undefined when it gives the image. */
export function pullErrorOf({ containerBehaviour }: World): string | undefined {
  return Object.hasOwn(PULL_ERRORS, containerBehaviour) ? PULL_ERRORS[containerBehaviour] : undefined
}

/** The reason that a launch ends with once it is given up. */
export function pullFailure(error: string): ServiceEvent {
  return { name: 'Failed', message: `Failed to pull image: ${error}` }
}
