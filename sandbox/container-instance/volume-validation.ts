import { armError } from '../arm-error.ts'
import type { GroupProperties, RegistryCredential } from './definition.ts'

/** Volumes and their mounts, credentials of registries, the workspace of the logs: what a group refers to must be whole. */
export function checkVolumes(group: string, properties: GroupProperties): void {
  const { volumes = [], containers = [], initContainers = [], imageRegistryCredentials = [], diagnostics } = properties
  if (volumes.length > 20) {
    throw armError(400, 'TooManyVolumes', `Container group '${group}' has more than 20 volumes.`)
  }
  for (const { name, ...kinds } of volumes) {
    if (name === undefined || Object.keys(kinds).length !== 1) {
      throw armError(400, 'InvalidVolume', `Each volume of container group '${group}' needs a name and one kind.`)
    }
  }
  const names = volumes.map(({ name }) => name)
  for (const container of [...containers, ...initContainers]) {
    for (const { name, mountPath } of container.properties?.volumeMounts ?? []) {
      if (typeof name !== 'string' || typeof mountPath !== 'string' || !names.includes(name)) {
        throw armError(
          400,
          'InvalidVolumeMount',
          `A volume mount in container '${container.name}' of container group '${group}' names no volume or no path.`,
        )
      }
    }
  }
  for (const credential of imageRegistryCredentials) checkCredential(group, credential)
  const logAnalytics = diagnostics?.logAnalytics
  if (logAnalytics !== undefined && (!logAnalytics.workspaceId || !logAnalytics.workspaceKey)) {
    throw armError(
      400,
      'InvalidLogAnalytics',
      `The log analytics of container group '${group}' needs a workspace id and a workspace key.`,
    )
  }
}

function checkCredential(group: string, { server, username, password, identity }: RegistryCredential): void {
  const whole = identity !== undefined || (username !== undefined && password !== undefined)
  if (server === undefined || server === '' || server.includes('://') || !whole) {
    throw armError(
      400,
      'InvalidImageRegistryCredential',
      `An image registry credential of container group '${group}' needs a server without protocol, a username and a password.`,
    )
  }
}
