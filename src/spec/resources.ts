import type { Properties, Resource, Sensitive, Value } from '../engine/resource.ts'

/** GET over http inside the group; Azure restarts the container after `failures` failed tries. Seconds. */
export type LivenessProbe = {
  readonly path: string
  readonly port: number
  readonly initialDelay: number
  readonly period: number
  readonly failures: number
  /** What else somebody set on it, under Azure's names; empty for ours. */
  readonly others: Properties
}

/**
 * The connector's container group in our words. What we never ask for, but somebody may have added (a volume, an address),
 * stands beside these under Azure's own name: a write of ours would take it away, so the diff must not hide it.
 */
export type ContainerGroupProperties = {
  readonly location: string
  readonly image: string
  /** Cores. */
  readonly cpu: number
  /** GB. */
  readonly memory: number
  readonly osType: string
  readonly restartPolicy: string
  readonly identity: string
  readonly registry: { readonly server: string; readonly username: string } | null
  /** The connector's token: a secure environment variable and the registry password. */
  readonly token: Sensitive | ExposedToken | null
  /** Plain variables by name; CONNECTOR_METADATA, which is JSON, as its fields. */
  readonly environment: { readonly [name: string]: Value }
  readonly livenessProbe: LivenessProbe | null
  readonly tags: { readonly [name: string]: Value }
}

/** A token that stands in the group as a plain variable, which every Reader can see. The value itself never comes in here. */
export const EXPOSED_TOKEN = 'readable in plain text'
export type ExposedToken = typeof EXPOSED_TOKEN

export type ContainerGroup = Resource<'container-group', ContainerGroupProperties>
