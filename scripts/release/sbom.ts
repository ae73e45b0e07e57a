/** What is read of a CycloneDX list: https://cyclonedx.org/docs/1.6/json. The rest of it stays as it is. */
export type Sbom = { readonly components: readonly Component[]; readonly dependencies: readonly Dependency[] }

type Component = {
  readonly 'bom-ref': string
  readonly group?: string
  readonly name: string
  readonly version: string
}
type Dependency = { readonly ref: string; readonly dependsOn?: readonly string[] }

/** The packages in a bundle as `name@version`, by its licenses.txt. */
export function bundledIn(licenses: string): string[] {
  return [...licenses.matchAll(/^Name: (.+)\nVersion: (.+)$/gm)].map(([, name, version]) => `${name}@${version}`)
}

/**
 * The part of what is installed that is bundled: types and what is only for other platforms are installed as well, and run nowhere.
 * @throws Error when something is bundled that is not in the list, for example because it is a development package
 */
export function withOnly<S extends Sbom>(bundled: readonly string[], installed: S): S {
  const components = installed.components.filter((component) => bundled.includes(packageOf(component)))
  const found = new Set(components.map(packageOf))
  const missing = bundled.filter((name) => !found.has(name))
  if (missing.length > 0) throw new Error(`Bundled, but no dependency at run time: ${missing.join(', ')}.`)

  const dropped = new Set(installed.components.map(refOf)).difference(new Set(components.map(refOf)))
  const dependencies = installed.dependencies
    .filter(({ ref }) => !dropped.has(ref))
    .map(({ dependsOn = [], ...rest }) => ({ ...rest, dependsOn: dependsOn.filter((ref) => !dropped.has(ref)) }))
  return { ...installed, components, dependencies }
}

/** `@azure/identity@4.13.1` */
export function packageOf({ group, name, version }: Component): string {
  return `${group === undefined ? '' : `${group}/`}${name}@${version}`
}

function refOf(component: Component): string {
  return component['bom-ref']
}
