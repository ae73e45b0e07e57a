import { graphOrigin, vaultDomain } from './endpoints.ts'
import type { JsonObject, Reply, Route } from './protocol.ts'

/** A cloud by its name alone has this version; the ones after it name it too and answer a list. */
const oldestVersion = '2015-01-01'

/**
 * `/metadata/endpoints`, from which a client learns a cloud from the URL of its ARM. 2015-01-01 knows one cloud with few
 * fields, 2019-05-01 lists clouds, 2022-09-01 names the one that was asked:
 * https://learn.microsoft.com/cli/azure/manage-clouds-azure-cli
 */
export function metadataRoutes(origin: string): Route[] {
  const route = (version: string, body: Reply['body'] & object): Route => ({
    method: 'GET',
    path: '/metadata/endpoints',
    apiVersions: [version],
    handle: () => ({ status: 200, body }),
  })
  return [
    route(oldestVersion, firstForm(origin)),
    route('2019-05-01', [cloud(origin)]),
    route('2020-06-01', [cloud(origin)]),
    route('2022-09-01', cloud(origin)),
  ]
}

function firstForm(origin: string): JsonObject {
  return {
    galleryEndpoint: `${origin}/`,
    graphEndpoint: `${graphOrigin(origin)}/`,
    portalEndpoint: `${origin}/`,
    authentication: { loginEndpoint: `${origin}/`, audiences: audiences(origin) },
  }
}

function cloud(origin: string): JsonObject {
  const here = `${origin}/`
  const graph = `${graphOrigin(origin)}/`
  return {
    name: 'AzureSandbox',
    portal: here,
    authentication: { loginEndpoint: here, audiences: audiences(origin), tenant: 'common', identityProvider: 'AAD' },
    media: here,
    graphAudience: graph,
    graph,
    batch: here,
    resourceManager: here,
    vmImageAliasDoc: `${here}aliases.json`,
    sqlManagement: here,
    microsoftGraphResourceId: graph,
    appInsightsResourceId: here,
    logAnalyticsResourceId: here,
    activeDirectoryDataLake: here,
    gallery: here,
    // Of the services behind these only Key Vault is part of the sandbox; the names cannot resolve: https://www.rfc-editor.org/rfc/rfc6761
    suffixes: {
      acrLoginServer: 'registry.invalid',
      keyVaultDns: vaultDomain,
      sqlServerHostname: 'database.invalid',
      storage: 'storage.invalid',
    },
  }
}

function audiences(origin: string): readonly string[] {
  return [`${origin}/`, 'https://management.azure.com/']
}
