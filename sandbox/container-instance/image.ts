import type { Registry } from '../world.ts'
import type { RegistryCredential } from './definition.ts'

export type ImageReference = { readonly server: string; readonly repository: string; readonly tag: string }

/** Reads `server/repository:tag` by Docker's rules. Undefined for what is not an image, and for digests, which nothing here knows. */
export function parseImage(image: string): ImageReference | undefined {
  const [, path, tag = 'latest'] = /^([^@\s]+?)(?::([\w][\w.-]{0,127}))?$/.exec(image) ?? []
  if (path === undefined) return undefined
  const [first = '', ...rest] = path.split('/')
  const namesServer = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  if (!namesServer) return { server: 'index.docker.io', repository: rest.length > 0 ? path : `library/${path}`, tag }
  const repository = rest.join('/')
  if (!isDockerHub(first)) return { server: first.toLowerCase(), repository, tag }
  return { server: 'index.docker.io', repository: rest.length > 1 ? repository : `library/${repository}`, tag }
}

/** Whether an identity of the group has been given AcrPull on a registry. */
export type MayPull = (identity: string, registryId: string) => boolean

/** Whether the registry has the image and gives it to the bearer of these credentials. */
export function isPullable(
  image: string,
  credentials: readonly RegistryCredential[],
  registries: readonly Registry[],
  mayPull: MayPull,
): boolean {
  const reference = parseImage(image)
  const registry = registries.find(({ server }) => server === reference?.server)
  if (reference === undefined || registry === undefined) return false
  const exists = registry.images.some(
    ({ repository, tag }) => repository.test(reference.repository) && tag.test(reference.tag),
  )
  return exists && isWelcome(registry, credentials, mayPull)
}

export function isConnectorImage(image: string): boolean {
  return /(^|\/)apono-connector$/.test(parseImage(image)?.repository ?? '')
}

function isWelcome(
  { server, credentials: wanted, resourceId }: Registry,
  credentials: readonly RegistryCredential[],
  mayPull: MayPull,
): boolean {
  if (wanted === undefined) return true
  return credentials.some(
    (offered) =>
      offered.server?.toLowerCase() === server &&
      (offered.identity === undefined
        ? offered.username === wanted.username && offered.password === wanted.password
        : resourceId !== undefined && mayPull(offered.identity, resourceId)),
  )
}

function isDockerHub(server: string): boolean {
  return server === 'docker.io' || server === 'index.docker.io'
}
