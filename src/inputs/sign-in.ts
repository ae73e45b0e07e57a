import type { InputReader, Unchecked } from './reader.ts'
import { choice } from './rule.ts'
import { guid } from './rules.ts'

/** How the run proves to Entra who it is. Without a client id, Azure tells who signs in. */
export type Auth =
  | { readonly by: 'oidc'; readonly clientId: string }
  | { readonly by: 'azure-cli' | 'managed-identity'; readonly clientId: string | undefined }
  | { readonly by: 'client-secret'; readonly clientId: string; readonly secret: string }
  | ClientCertificate

type ClientCertificate = {
  readonly by: 'client-certificate'
  readonly clientId: string
  /** PEM file that holds the certificate and its key. */
  readonly path: string
  readonly password: string | undefined
  /** Sends the chain along, for applications that trust an issuer and a name in place of one certificate. */
  readonly sendsChain: boolean
}

export type SignIn = { readonly auth: Auth }

type Way = 'oidc' | 'azure-cli' | 'managed-identity' | 'environment'

const WAYS = choice<Way>(['oidc', 'azure-cli', 'managed-identity', 'environment'], 'auth: oidc')

export function readSignIn(read: InputReader): Unchecked<SignIn> {
  return { auth: readAuth(read, read.required('auth', WAYS)) }
}

const CLIENT_ID = guid('client-id: ${{ vars.AZURE_CLIENT_ID }}')

function readAuth(read: InputReader, way: Way | undefined): Auth | undefined {
  if (way === 'oidc') {
    const clientId = read.required('client-id', CLIENT_ID)
    return clientId === undefined ? undefined : { by: way, clientId }
  }
  const clientId = read.optional('client-id', CLIENT_ID)
  if (way === 'environment') return readEnvironment(read, clientId ?? clientIdVariable(read))
  // App Service's key to its identities, which the SDK sends along.
  if (way === 'managed-identity') read.secretVariable('IDENTITY_HEADER')
  return way === undefined ? undefined : { by: way, clientId }
}

function clientIdVariable(read: InputReader): string | undefined {
  const given = CLIENT_ID.parse(read.variable('AZURE_CLIENT_ID').trim())
  if (typeof given === 'string') return given
  read.require('client-id', CLIENT_ID)
  return undefined
}

/** The variables are those of the Azure SDKs: https://learn.microsoft.com/dotnet/api/azure.identity.environmentcredential */
function readEnvironment(read: InputReader, clientId: string | undefined): Auth | undefined {
  const secret = read.secretVariable('AZURE_CLIENT_SECRET')
  const password = read.secretVariable('AZURE_CLIENT_CERTIFICATE_PASSWORD')
  const path = read.variable('AZURE_CLIENT_CERTIFICATE_PATH')
  if (secret === undefined && path === '') {
    read.reject('auth', {
      wrong: 'finds neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH in the environment of the step.',
      allowed: 'one of the two under `env:`',
      example: 'auth: oidc, which needs no secret',
    })
  }
  if (clientId === undefined) return undefined
  if (secret !== undefined) return { by: 'client-secret', clientId, secret }
  const sendsChain = ['true', '1'].includes(read.variable('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN').toLowerCase())
  return path === '' ? undefined : { by: 'client-certificate', clientId, path, password, sendsChain }
}
