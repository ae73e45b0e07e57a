import { describe, expect, test } from '@jest/globals'
import { endpointsOf, likelyFederatedAudience } from '../../src/azure/cloud.ts'
import { DeployError } from '../../src/errors.ts'
import type { Http } from '../../src/http.ts'
import type { Cloud } from '../../src/inputs/place.ts'
import { deployErrorOf } from '../builders.ts'

const URL_OF_STACK = 'https://management.local.azurestack.external'
const STACK: Cloud = { name: 'custom', url: URL_OF_STACK }
const FORBIDDEN: Http = {
  getJson(url) {
    throw new Error(`a known cloud needs no request, but ${url} was asked`)
  },
}

/** An ARM that answers every GET with this, and writes down what it was asked. */
function answering(body: unknown, status = 200) {
  const asked: string[] = []
  const http: Http = {
    async getJson(url) {
      asked.push(url)
      return { status, body }
    },
  }
  return { http, asked }
}

const METADATA = {
  name: 'AzureStack-User',
  portal: 'https://portal.local.azurestack.external/',
  microsoftGraphResourceId: 'https://graph.local.azurestack.external/',
  resourceManager: `${URL_OF_STACK}/`,
  authentication: {
    loginEndpoint: 'https://login.local.azurestack.external/',
    audiences: ['https://management.adfs.azurestack.local/', 'https://second.example/'],
    tenant: 'common',
  },
  suffixes: { keyVaultDns: 'vault.local.azurestack.external' },
}

const PUBLIC_METADATA = {
  name: 'AzureCloud',
  portal: 'https://portal.azure.com',
  resourceManager: 'https://management.azure.com/',
  authentication: {
    loginEndpoint: 'https://login.microsoftonline.com',
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
  },
}

describe('a cloud we know', () => {
  test.each<[Cloud, string, string, string, string, string, string]>([
    [
      { name: 'public' },
      'https://management.azure.com',
      'https://login.microsoftonline.com',
      'https://graph.microsoft.com',
      'https://portal.azure.com',
      'vault.azure.net',
      'api://AzureADTokenExchange',
    ],
    [
      { name: 'usgovernment' },
      'https://management.usgovcloudapi.net',
      'https://login.microsoftonline.us',
      'https://graph.microsoft.us',
      'https://portal.azure.us',
      'vault.usgovcloudapi.net',
      'api://AzureADTokenExchangeUSGov',
    ],
    [
      { name: 'china' },
      'https://management.chinacloudapi.cn',
      'https://login.partner.microsoftonline.cn',
      'https://microsoftgraph.chinacloudapi.cn',
      'https://portal.azure.cn',
      'vault.azure.cn',
      'api://AzureADTokenExchangeChina',
    ],
  ])(
    '%j has its addresses without a request',
    async (cloud, resourceManager, login, graph, portal, vaultSuffix, federatedAudience) => {
      expect(await endpointsOf(cloud, FORBIDDEN)).toEqual({
        resourceManager,
        resourceManagerAudience: resourceManager,
        login,
        graph,
        portal,
        vaultSuffix,
        federatedAudience,
        wellKnown: true,
      })
      expect(likelyFederatedAudience(cloud)).toBe(federatedAudience)
    },
  )
})

describe('a cloud that describes itself', () => {
  const stack = {
    resourceManager: URL_OF_STACK,
    resourceManagerAudience: 'https://management.adfs.azurestack.local',
    login: 'https://login.local.azurestack.external',
    graph: 'https://graph.local.azurestack.external',
    portal: 'https://portal.local.azurestack.external',
    vaultSuffix: 'vault.local.azurestack.external',
    federatedAudience: 'api://AzureADTokenExchange',
    wellKnown: false,
  }

  test('is asked once, and its addresses lose their last slash', async () => {
    const { http, asked } = answering(METADATA)
    expect(await endpointsOf(STACK, http)).toEqual(stack)
    expect(asked).toEqual([`${URL_OF_STACK}/metadata/endpoints?api-version=2022-09-01`])
  })

  test('is found in a list of clouds by its own address', async () => {
    expect(await endpointsOf(STACK, answering([PUBLIC_METADATA, METADATA]).http)).toEqual(stack)
  })

  test('is the first of a list in which none gives that address', async () => {
    const { resourceManager: _own, ...unnamed } = METADATA
    expect(await endpointsOf(STACK, answering([unnamed, PUBLIC_METADATA]).http)).toEqual(stack)
  })

  test('has the portal of the public cloud when it names none', async () => {
    const { portal: _portal, ...without } = METADATA
    expect(await endpointsOf(STACK, answering(without).http)).toMatchObject({ portal: 'https://portal.azure.com' })
  })

  // Its token is for its own services; the public Graph neither takes it nor should see it.
  test('and names no Graph of its own is not taken to the public one', async () => {
    const { microsoftGraphResourceId: _graph, ...without } = METADATA
    const { graph } = await endpointsOf(STACK, answering(without).http)
    expect(graph).not.toBe('https://graph.microsoft.com')
  })

  // Whoever may register a name below the suffix gets our token.
  test.each([
    ['.Vault.azure.net', 'vault.azure.net'],
    ['vault.azure.net', 'vault.azure.net'],
    ['net', undefined],
    ['.net', undefined],
    ['vault.azure.net/x', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('and names %s as the domain of its vaults has %s', async (keyVaultDns, vaultSuffix) => {
    const { vaultSuffix: found } = await endpointsOf(STACK, answering({ ...METADATA, suffixes: { keyVaultDns } }).http)
    expect(found).toBe(vaultSuffix)
  })

  test('and signs in at a host of Microsoft, is told to MSAL as one it knows', async () => {
    const cloud: Cloud = { name: 'custom', url: 'https://management.azure.com' }
    expect(await endpointsOf(cloud, answering(PUBLIC_METADATA).http)).toMatchObject({
      login: 'https://login.microsoftonline.com',
      resourceManagerAudience: 'https://management.core.windows.net',
      wellKnown: true,
    })
  })

  test.each([
    ['AzureUSGovernment', 'api://AzureADTokenExchangeUSGov'],
    ['AzureChinaCloud', 'api://AzureADTokenExchangeChina'],
    ['AzureCloud', 'api://AzureADTokenExchange'],
    [undefined, 'api://AzureADTokenExchange'],
  ])('under the name %s takes tokens made out to %s', async (name, federatedAudience) => {
    expect(await endpointsOf(STACK, answering({ ...METADATA, name }).http)).toMatchObject({ federatedAudience })
  })

  test('most likely takes tokens made out to the public audience', () => {
    expect(likelyFederatedAudience(STACK)).toBe('api://AzureADTokenExchange')
  })
})

describe('an address that is no ARM', () => {
  test.each([
    ['no JSON', undefined],
    ['null', null],
    ['a text', 'hello'],
    ['an empty list', []],
    ['an object of something else', { issuer: 'https://accounts.example' }],
    ['no login host', { ...METADATA, authentication: { audiences: ['https://x/'] } }],
    ['no audience', { ...METADATA, authentication: { loginEndpoint: 'https://x/', audiences: [] } }],
    [
      'a login host of the wrong type',
      { ...METADATA, authentication: { loginEndpoint: 1, audiences: ['https://x/'] } },
    ],
  ])('and answers with %s is told with what was asked, and what to give', async (_title, body) => {
    const error = await deployErrorOf(() => endpointsOf(STACK, answering(body, 404).http))
    expect(error.code).toBe('unreachable')
    expect(error.message).toBe(
      `${URL_OF_STACK}/metadata/endpoints?api-version=2022-09-01 answered 404, but not with the endpoints of an Azure cloud.`,
    )
    expect(error.hint).toBe(
      'Give `cloud` the address of an Azure Resource Manager (for example https://management.azure.com), or one of: public, usgovernment, china.',
    )
  })

  test('and does not answer at all is told as the request told it', async () => {
    const failure = new DeployError('unreachable', 'no such host', { hint: 'Check the address.' })
    const http: Http = { getJson: () => Promise.reject(failure) }
    expect(await deployErrorOf(() => endpointsOf(STACK, http))).toBe(failure)
  })
})
