import { armError, gatewayError } from '../arm-error.ts'
import { CONTAINER_INSTANCE_LOCATIONS, LOCATIONS_WITHOUT_ZONES, normaliseLocation } from '../locations.ts'
import { checkTags } from '../tags.ts'
import { checkContainers } from './container-validation.ts'
import type { GroupDefinition } from './definition.ts'
import { checkNetwork } from './network-validation.ts'
import { checkVolumes } from './volume-validation.ts'

const TYPE = 'Microsoft.ContainerInstance/containerGroups'

/** Everything about a PUT that is wrong in itself, whatever exists already. The service answers such things at once, with 4xx. */
export function checkGroup(name: string, definition: GroupDefinition): void {
  checkEnvelope(name, definition)
  const { properties } = definition
  if (properties.provisioningTimeoutInSeconds !== undefined) {
    // Anyone who sends the body of a GET back gets here; the code really has three p.
    throw armError(
      400,
      'CustomProvisioningTimeoutInSecondsNotSuppported',
      `The custom provisioning timeout of container group '${name}' is not supported.`,
    )
  }
  if (properties.osType === undefined) {
    throw armError(400, 'OsTypeNotSpecified', `The OS type of container group '${name}' is not specified.`)
  }
  if (properties.osType === 'Windows') {
    throw armError(400, 'OsVersionNotSupported', `No image in container group '${name}' is built for Windows.`)
  }
  checkContainers(name, properties)
  checkVolumes(name, properties)
  checkNetwork(name, properties)
}

function checkEnvelope(name: string, { location, tags, zones, identity }: GroupDefinition): void {
  if (location === undefined || location === '') {
    throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.')
  }
  if (!CONTAINER_INSTANCE_LOCATIONS.includes(normaliseLocation(location))) {
    throw gatewayError(
      400,
      'LocationNotAvailableForResourceType',
      `The provided location '${location}' is not available for resource type '${TYPE}'. List of available regions for the resource type is '${CONTAINER_INSTANCE_LOCATIONS.join(',')}'.`,
    )
  }
  if (!/^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/.test(name)) {
    throw armError(
      400,
      'InvalidContainerGroupName',
      `The container group name '${name}' is invalid. A valid name has 1 to 63 letters, digits, '-' or '_', and starts and ends with a letter or digit.`,
    )
  }
  checkTags(tags)
  if (zones !== undefined && (zones.length !== 1 || !['1', '2', '3'].includes(zones[0] ?? ''))) {
    throw armError(400, 'InvalidZones', `The zones of container group '${name}' must be one of '1', '2', '3'.`)
  }
  if (zones !== undefined && LOCATIONS_WITHOUT_ZONES.includes(normaliseLocation(location))) {
    throw gatewayError(
      400,
      'LocationNotSupportAvailabilityZones',
      `The resource type '${TYPE}' does not support availability zones at location '${location}'.`,
    )
  }
  const assigned = Object.keys(identity?.userAssignedIdentities ?? {}).length > 0
  if (identity !== undefined && assigned !== (identity.type?.includes('UserAssigned') ?? false)) {
    throw gatewayError(
      400,
      'InvalidIdentityConfiguration',
      `The identity type '${identity.type}' and the user-assigned identities of '${name}' do not go together.`,
    )
  }
}
