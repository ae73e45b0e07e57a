import type { ContainerDefinition } from './definition.ts'

/** A liveness probe with the defaults of the service. Milliseconds. */
export type Probe = {
  readonly path: string
  readonly port: number
  readonly delayMs: number
  readonly periodMs: number
  readonly failures: number
}

/** https://learn.microsoft.com/azure/container-instances/container-instances-liveness-probe */
export function probeOf({ properties }: ContainerDefinition): Probe | undefined {
  const probe = properties?.livenessProbe
  if (probe === undefined) return undefined
  const number = (name: string, otherwise: number) => (typeof probe[name] === 'number' ? probe[name] : otherwise)
  const target = Object(probe.httpGet)
  return {
    path: String(target.path ?? '/'),
    port: Number(target.port ?? 80),
    delayMs: number('initialDelaySeconds', 0) * 1000,
    periodMs: number('periodSeconds', 10) * 1000,
    failures: number('failureThreshold', 3),
  }
}

/** From a start until the last of the failures that are one too many. */
export function runUntilKilled({ delayMs, periodMs, failures }: Probe): number {
  return delayMs + periodMs * (failures - 1)
}

/** How often a probe that always fails has done so in a run that is this old, and how old the run was the last time. */
export function failuresIn({ delayMs, periodMs, failures }: Probe, ageMs: number): { count: number; lastMs: number } {
  const count = ageMs < delayMs ? 0 : Math.min(failures, 1 + Math.floor((ageMs - delayMs) / periodMs))
  return { count, lastMs: delayMs + periodMs * (count - 1) }
}
