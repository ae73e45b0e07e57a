/** One kind of event of a group or container, folded: how often, and when last. */
export type SeenEvent = {
  readonly name: string
  readonly message: string
  readonly isWarning: boolean
  readonly count: number
  readonly first: number | undefined
  readonly last: number | undefined
}

export type ContainerState = {
  readonly state: string
  /** Azure's word for why: `CrashLoopBackOff: …`, `OOMKilled`, `Error`; '' for none. */
  readonly detail: string
  readonly exitCode: number | undefined
  readonly startedAt: number | undefined
  readonly finishedAt: number | undefined
}

export type SeenContainer = {
  readonly name: string
  readonly restarts: number
  /** Undefined while Azure tells nothing of it, as in lists. */
  readonly current: ContainerState | undefined
  readonly previous: ContainerState | undefined
  readonly events: readonly SeenEvent[]
}

/** What Azure shows of a group's inside at one moment. All times in milliseconds by Azure's own clock: the runner's may be wrong. */
export type Sighting = {
  readonly group: string
  readonly at: number
  readonly provisioningState: string
  readonly state: string
  readonly events: readonly SeenEvent[]
  readonly containers: readonly SeenContainer[]
}

/** A sighting of a group that does not work, with the end of each container's log. */
export type Diagnosis = Sighting & {
  readonly logs: readonly { readonly container: string; readonly lines: readonly string[] }[]
}

export function allEvents({ events, containers }: Pick<Sighting, 'events' | 'containers'>): readonly SeenEvent[] {
  return [...events, ...containers.flatMap((container) => container.events)]
}
