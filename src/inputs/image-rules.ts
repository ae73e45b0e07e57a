import { pattern } from './rule.ts'

const HOST = '(?=[^/]*[.:])[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\\d{1,5})?'
const NAME = '[a-z0-9]+([._-]+[a-z0-9]+)*'

/** https://github.com/distribution/reference, with the registry's host named: what is pulled from where is to be read off. */
export const image = pattern(
  'a whole image reference with its registry, and a tag or digest',
  'image: myregistry.azurecr.io/apono-connector:v1.7.8',
  new RegExp(`^${HOST}(/${NAME})+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|(:[A-Za-z0-9_.-]+)?@sha256:[0-9a-f]{64})$`),
)

export const registryServer = pattern(
  'the host of a registry, without scheme or path',
  'registry-server: myregistry.azurecr.io',
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i,
  (text) => text.toLowerCase(),
)

export const registryUsername = pattern(
  'a user name of the registry',
  'registry-username: ${{ vars.REGISTRY_USERNAME }}',
  /^[^\p{Cc}]{1,256}$/u,
)

export const registryPassword = pattern(
  'the password of that user, without line breaks',
  'registry-password: ${{ secrets.REGISTRY_PASSWORD }}',
  /^[^\p{Cc}]+$/u,
)

export function serverOf(reference: string): string {
  return (reference.split('/')[0] ?? '').toLowerCase()
}

/** Login servers of Azure Container Registry in every cloud: https://learn.microsoft.com/azure/container-registry/container-registry-concepts */
export function isAzureRegistry(server: string): boolean {
  return /\.azurecr\.(io|us|cn)$/.test(server)
}
