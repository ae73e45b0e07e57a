import type { GroupDefinition } from './definition.ts'

/** Why an operation failed. This is all a client is told. */
export type ServiceEvent = { readonly name: string; readonly message: string }

/** A long-running operation on a container group. Its course is settled when it begins; the clock alone moves it on. */
export type GroupOperation = {
  readonly operationId: string
  readonly kind: 'create' | 'update' | 'start' | 'restart'
  readonly groupId: string
  readonly subscriptionId: string
  readonly location: string
  readonly startedAt: number
  /** The image begins to be pulled; before it everything is `Pending`. */
  readonly pullingAt: number
  readonly pulledAt: number
  /** The containers run, or the operation has failed. */
  readonly finishedAt: number
  /** Why it ends `Failed`; absent for success. */
  readonly failure?: readonly ServiceEvent[]
  /** What the registry says instead of giving the image; absent when it gives it. */
  readonly pullError?: string
}

/** A container group as the service keeps it: what was asked for, secrets included, and what its containers were told to do. */
export type ContainerGroup = {
  readonly id: string
  readonly name: string
  readonly definition: GroupDefinition
  /** Object id of the system-assigned identity, while there is one. */
  readonly principalId?: string
  /** The address that appears once the group has started. */
  readonly ip?: string
  /** The newest operation that launched the containers. */
  readonly launch: GroupOperation
  /** Set while the group is stopped. */
  readonly stoppedAt?: number
}
