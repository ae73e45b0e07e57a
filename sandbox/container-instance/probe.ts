import type { World } from '../world.ts'
import type { ContainerDefinition } from './definition.ts'

/** A liveness probe with the defaults of the service. Milliseconds. */
export type Probe = {
  readonly path: string
  readonly port: number
  /** From a start until it is asked for the first time. */
  readonly firstMs: number
  readonly periodMs: number
  readonly failures: number
}

/** https://learn.microsoft.com/azure/container-instances/container-instances-liveness-probe */
export function probeOf({ timing }: Pick<World, 'timing'>, { properties }: ContainerDefinition): Probe | undefined {
  const probe = properties?.livenessProbe
  if (probe === undefined) return undefined
  const number = (name: string, otherwise: number) => (typeof probe[name] === 'number' ? probe[name] : otherwise)
  const target = Object(probe.httpGet)
  const periodMs = number('periodSeconds', 10) * 1000
  return {
    path: String(target.path ?? '/'),
    port: Number(target.port ?? 80),
    // A kubelet asks once a period, whenever that is: the first time after the delay may come at once or a period later.
    firstMs: number('initialDelaySeconds', 0) * 1000 + Math.min(timing.firstProbeMs, periodMs),
    periodMs,
    failures: number('failureThreshold', 3),
  }
}

/** From a start until the last of the failures that are one too many. */
export function runUntilKilled({ firstMs, periodMs, failures }: Probe): number {
  return firstMs + periodMs * (failures - 1)
}

/** How often a probe that always fails has done so in a run that is this old, and how old the run was the last time. */
export function failuresIn({ firstMs, periodMs, failures }: Probe, ageMs: number): { count: number; lastMs: number } {
  const count = ageMs < firstMs ? 0 : Math.min(failures, 1 + Math.floor((ageMs - firstMs) / periodMs))
  return { count, lastMs: firstMs + periodMs * (count - 1) }
}
