import { DeployError } from '../errors.ts'
import type { Http } from '../http.ts'
import type { Cloud } from '../inputs/place.ts'
import { field, text } from '../json.ts'

/** The addresses of one Azure cloud. URLs without a slash at the end. */
export type CloudEndpoints = {
  readonly resourceManager: string
  /** Audience of a token for ARM, without a slash at the end. */
  readonly resourceManagerAudience: string
  readonly login: string
  /** Microsoft Graph; undefined where a cloud does not tell, since our token goes to nobody it is not meant for. */
  readonly graph: string | undefined
  readonly portal: string
  /** What the hosts of Key Vaults end with, and so what a token for one is for; undefined where a cloud does not tell. */
  readonly vaultSuffix: string | undefined
  /** What GitHub's token has to be made out to: the audience of the federated credential. */
  readonly federatedAudience: string
  /** MSAL knows these login hosts by heart; it must not ask Microsoft's public cloud about any other. */
  readonly wellKnown: boolean
}

const FEDERATED_AUDIENCES: Readonly<Record<string, string>> = {
  AzureUSGovernment: 'api://AzureADTokenExchangeUSGov',
  AzureChinaCloud: 'api://AzureADTokenExchangeChina',
}

const DEFAULT_FEDERATED_AUDIENCE = 'api://AzureADTokenExchange'

/** https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure and https://learn.microsoft.com/azure/china/resources-developer-guide */
const KNOWN_CLOUDS: Readonly<Record<'public' | 'usgovernment' | 'china', CloudEndpoints>> = {
  public: {
    resourceManager: 'https://management.azure.com',
    resourceManagerAudience: 'https://management.azure.com',
    login: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    portal: 'https://portal.azure.com',
    vaultSuffix: 'vault.azure.net',
    federatedAudience: DEFAULT_FEDERATED_AUDIENCE,
    wellKnown: true,
  },
  usgovernment: {
    resourceManager: 'https://management.usgovcloudapi.net',
    resourceManagerAudience: 'https://management.usgovcloudapi.net',
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    portal: 'https://portal.azure.us',
    vaultSuffix: 'vault.usgovcloudapi.net',
    federatedAudience: 'api://AzureADTokenExchangeUSGov',
    wellKnown: true,
  },
  china: {
    resourceManager: 'https://management.chinacloudapi.cn',
    resourceManagerAudience: 'https://management.chinacloudapi.cn',
    login: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
    vaultSuffix: 'vault.azure.cn',
    federatedAudience: 'api://AzureADTokenExchangeChina',
    wellKnown: true,
  },
}

/** The audience that GitHub's token needs, as far as it can be told before the cloud is asked. */
export function likelyFederatedAudience(cloud: Cloud): string {
  return cloud.name === 'custom' ? DEFAULT_FEDERATED_AUDIENCE : KNOWN_CLOUDS[cloud.name].federatedAudience
}

/**
 * The endpoints of a cloud; those of a custom one are asked of its ARM, as Terraform's `metadata_host` and `az cloud register` do.
 * @throws DeployError `unreachable` when that ARM does not describe itself.
 */
export async function endpointsOf(cloud: Cloud, http: Http): Promise<CloudEndpoints> {
  if (cloud.name !== 'custom') return KNOWN_CLOUDS[cloud.name]
  const url = `${cloud.url}/metadata/endpoints?api-version=2022-09-01`
  const { status, body } = await http.getJson(url)
  return parseMetadata(body, cloud.url) ?? notAnArm(url, status)
}

/** Older api-versions answer with a list of clouds, newer ones with the one cloud that was asked. */
function parseMetadata(body: unknown, url: string): CloudEndpoints | undefined {
  const clouds: readonly unknown[] = Array.isArray(body) ? body : [body]
  const own = clouds.find((cloud) => trimmed(text(field(cloud, 'resourceManager'))) === url) ?? clouds[0]
  const authentication = field(own, 'authentication')
  const login = trimmed(text(field(authentication, 'loginEndpoint')))
  const audience = trimmed(text(field(field(authentication, 'audiences'), 0)))
  if (login === undefined || audience === undefined) return undefined
  return {
    resourceManager: url,
    resourceManagerAudience: audience,
    login,
    graph: trimmed(text(field(own, 'microsoftGraphResourceId'))),
    portal: trimmed(text(field(own, 'portal'))) ?? KNOWN_CLOUDS.public.portal,
    vaultSuffix: domain(text(field(field(own, 'suffixes'), 'keyVaultDns'))),
    federatedAudience: FEDERATED_AUDIENCES[text(field(own, 'name')) ?? ''] ?? DEFAULT_FEDERATED_AUDIENCE,
    wellKnown: Object.values(KNOWN_CLOUDS).some((known) => known.login === login),
  }
}

/** With or without a period in front, as older replies have it; never a whole top-level domain. */
function domain(suffix: string | undefined): string | undefined {
  const bare = suffix?.replace(/^\./, '').toLowerCase()
  return bare !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(bare) ? bare : undefined
}

function trimmed(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, '')
}

function notAnArm(url: string, status: number): never {
  throw new DeployError('unreachable', `${url} answered ${status}, but not with the endpoints of an Azure cloud.`, {
    hint: 'Give `cloud` the address of an Azure Resource Manager (for example https://management.azure.com), or one of: public, usgovernment, china.',
  })
}
