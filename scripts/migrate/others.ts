import { field, list, text } from '../../src/json.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a group has that no input asks for, with what becomes of it. */
export function othersIn(group: Fields, container: Fields, containers: number): string[] {
  const found: readonly (readonly [boolean, string])[] = [
    [containers > 1, `${containers - 1} more containers in the group`],
    [list(group.initContainers).length > 0, 'init containers'],
    [list(group.volumes).length > 0, 'volumes'],
    [list(group.imageRegistryCredentials).length > 1, 'a second registry'],
    [list(group.extensions).length > 0, 'extensions'],
    [text(field(group.ipAddress, 'type')) === 'Public', 'a public address, which a connector does not need'],
    [list(container.command).length > 0, 'a command of its own'],
    [isThere(container.readinessProbe), 'a readiness probe'],
    [isThere(container.securityContext), 'a security context'],
    [isThere(field(container.resources, 'limits')), 'limits of cores and memory'],
    [isThere(field(field(container.resources, 'requests'), 'gpu')), 'a GPU'],
    [isThere(group.encryptionProperties), 'a key for its encryption'],
    [!['Always', undefined].includes(text(group.restartPolicy)), `the restart policy ${text(group.restartPolicy)}`],
    [!['Standard', undefined].includes(text(group.sku)), `the sku ${text(group.sku)}`],
    [!['Regular', undefined].includes(text(group.priority)), `the priority ${text(group.priority)}`],
  ]
  return found.flatMap(([isFound, what]) =>
    isFound ? [`The group has ${what}. No input keeps that: the plan shows what becomes of it.`] : [],
  )
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
