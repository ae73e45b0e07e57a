import { parseBody } from './json-shape.ts'
import type { JsonObject } from './protocol.ts'
import type { World } from './world.ts'

/** The whole state of a world as JSON, secrets included. Maps become objects, patterns their source. */
export function snapshotOf(world: World): JsonObject {
  const { clock, random: _, ...state } = world
  return parseBody(JSON.stringify({ now: clock.iso(), ...state }, plain))
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value)
  return value instanceof RegExp ? value.source : value
}
