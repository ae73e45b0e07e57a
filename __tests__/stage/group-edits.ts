import type {
  ContainerDefinition,
  EnvironmentVariable,
  GroupDefinition,
  GroupProperties,
} from '../../sandbox/container-instance/definition.ts'

type Change<T> = (before: T) => T
type Container = NonNullable<ContainerDefinition['properties']>

/** Changes of a stored group, each as somebody would make it in the portal. */
export function withProperties(change: Change<GroupProperties>): Change<GroupDefinition> {
  return (group) => ({ ...group, properties: change(group.properties) })
}

export function withContainer(change: Change<Container>): Change<GroupDefinition> {
  return withProperties((properties) => ({
    ...properties,
    containers: (properties.containers ?? []).map((container, index) =>
      index === 0 ? { ...container, properties: change(container.properties ?? {}) } : container,
    ),
  }))
}

export function withVariables(change: Change<readonly EnvironmentVariable[]>): Change<GroupDefinition> {
  return withContainer((container) => ({
    ...container,
    environmentVariables: change(container.environmentVariables ?? []),
  }))
}

/** In place of the variable of that name. */
export function withVariable(variable: EnvironmentVariable): Change<GroupDefinition> {
  return withVariables((before) => before.map((each) => (each.name === variable.name ? variable : each)))
}

export function withoutVariable(name: string): Change<GroupDefinition> {
  return withVariables((before) => before.filter((each) => each.name !== name))
}

export function withTags(changes: Readonly<Record<string, string | null>>): Change<GroupDefinition> {
  return (group) => {
    const tags = Object.entries({ ...group.tags, ...changes })
    return {
      ...group,
      tags: Object.fromEntries(tags.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    }
  }
}
