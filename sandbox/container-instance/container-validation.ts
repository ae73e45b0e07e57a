import { armError } from '../arm-error.ts'
import type { ContainerDefinition, GroupProperties } from './definition.ts'

const LIMITS = { containers: 60, cores: 31, memoryInGB: 240 }
const SPOT_LIMITS = { cores: 4, memoryInGB: 16 }

/** Ports the service keeps to itself: https://learn.microsoft.com/azure/container-instances/container-instances-faq */
const RESERVED_PORTS: readonly (readonly [number, number])[] = [
  [22, 22],
  [1025, 1027],
  [3389, 3399],
  [9999, 9999],
  [19000, 19000],
  [19080, 19080],
  [19100, 19100],
  [19390, 19390],
  [20000, 30000],
  [49152, 65534],
]

export function checkContainers(group: string, properties: GroupProperties): void {
  const { containers = [], initContainers = [] } = properties
  if (containers.length === 0) {
    throw armError(400, 'MissingContainers', `The containers of container group '${group}' are not specified.`)
  }
  if (containers.length + initContainers.length > LIMITS.containers) {
    throw armError(
      400,
      'TooManyContainers',
      `Container group '${group}' has more than ${LIMITS.containers} containers.`,
    )
  }
  const names = [...containers, ...initContainers].map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw armError(
      400,
      'DuplicateContainerName',
      `The container name '${twice}' is used more than once in container group '${group}'.`,
    )
  }
  for (const container of [...containers, ...initContainers]) checkContainer(group, container)
  for (const container of containers) checkRuntime(group, container)
  checkTotals(group, properties)
}

function checkContainer(group: string, { name, properties }: ContainerDefinition): void {
  if (name === undefined || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw armError(
      400,
      'InvalidContainerName',
      `The container name '${name ?? ''}' in container group '${group}' is invalid. A valid name has 1 to 63 lowercase letters, digits or '-', and starts and ends with a letter or digit.`,
    )
  }
  const place = `container '${name}' of container group '${group}'`
  if (properties?.image === undefined || properties.image === '') {
    throw armError(400, 'MissingImage', `The image in ${place} is not specified.`)
  }
  for (const variable of properties.environmentVariables ?? []) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable.name ?? '')) {
      throw armError(
        400,
        'InvalidContainerEnvironmentVariable',
        `The environment variable name in ${place} is invalid. A valid environment variable name must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName').`,
      )
    }
    if (variable.value !== undefined && variable.secureValue !== undefined) {
      throw armError(
        400,
        'InvalidContainerEnvironmentVariable',
        `The environment variable '${variable.name}' in ${place} has both a value and a secure value.`,
      )
    }
  }
}

function checkRuntime(group: string, { name, properties }: ContainerDefinition): void {
  const place = `container '${name}' of container group '${group}'`
  const requests = properties?.resources?.requests
  const { cpu, memoryInGB } = requests ?? {}
  if (cpu === undefined || memoryInGB === undefined) {
    throw armError(400, 'ResourceRequestsNotSpecified', `The CPU and memory requests in ${place} are not specified.`)
  }
  if (cpu <= 0 || memoryInGB <= 0) {
    throw armError(400, 'InvalidResourceRequests', `The CPU and memory requests in ${place} must be above zero.`)
  }
  if (requests?.gpu !== undefined) {
    throw armError(400, 'GpuNotSupported', `The GPU request in ${place} is not supported: GPU groups are retired.`)
  }
  for (const { port } of properties?.ports ?? []) checkPort(place, port)
  for (const probe of [properties?.livenessProbe, properties?.readinessProbe]) {
    if (probe !== undefined && (probe.exec === undefined) === (probe.httpGet === undefined)) {
      throw armError(400, 'InvalidProbe', `A probe in ${place} must have one of exec and httpGet.`)
    }
  }
}

export function checkPort(place: string, port: number | undefined): void {
  if (port === undefined || port < 1 || port > 65535) {
    throw armError(400, 'InvalidPort', `The port '${port ?? ''}' in ${place} is not between 1 and 65535.`)
  }
  if (RESERVED_PORTS.some(([from, to]) => port >= from && port <= to)) {
    throw armError(400, 'ReservedPort', `The port '${port}' in ${place} is reserved by the service.`)
  }
}

function checkTotals(group: string, properties: GroupProperties): void {
  const cores = totalCores(properties)
  const memory = (properties.containers ?? []).reduce(
    (sum, each) => sum + (each.properties?.resources?.requests?.memoryInGB ?? 0),
    0,
  )
  const limits = properties.priority === 'Spot' ? SPOT_LIMITS : LIMITS
  if (cores > limits.cores || memory > limits.memoryInGB) {
    throw armError(
      400,
      'ResourceRequestsTooLarge',
      `Container group '${group}' requests ${cores} CPU and ${memory} GB; the limits are ${limits.cores} CPU and ${limits.memoryInGB} GB.`,
    )
  }
  // Not a refusal one would design, but the one seen: https://github.com/hashicorp/terraform-provider-azurerm/issues/26925
  if (cores < 1) throw armError(500, 'InternalServerError', 'Encountered internal server error.')
}

export function totalCores({ containers = [] }: GroupProperties): number {
  return containers.reduce((sum, each) => sum + (each.properties?.resources?.requests?.cpu ?? 0), 0)
}
