import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  type TokenCredential,
  type TokenCredentialOptions,
} from '@azure/identity'
import { DeployError } from '../errors.ts'
import type { Auth } from '../inputs/sign-in.ts'
import { field } from '../json.ts'
import type { Patience } from '../patience.ts'
import { resending } from '../resend.ts'
import type { CloudEndpoints } from './cloud.ts'
import { listening, signInError } from './sign-in-errors.ts'

type ClientAuth = Extract<Auth, { readonly by: 'client-secret' | 'client-certificate' }>

/** Signs in with a secret or a certificate of the application itself. */
export function clientCredential(
  auth: ClientAuth,
  tenantId: string,
  cloud: CloudEndpoints,
  patience: Patience,
): TokenCredential {
  const entra = listening()
  const credential = sdkCredential(auth, tenantId, cloud, [entra.policy, resending(patience, 'safe')])
  return {
    async getToken(...request) {
      try {
        return await credential.getToken(...request)
      } catch (error) {
        const unusable = unusableCertificate(auth, error)
        throw unusable ?? signInError(entra.reasonOf(error), { auth, tenantId })
      }
    },
  }
}

function sdkCredential(
  auth: ClientAuth,
  tenantId: string,
  cloud: CloudEndpoints,
  policies: readonly PipelinePolicy[],
): TokenCredential {
  const options: TokenCredentialOptions & { disableInstanceDiscovery: boolean } = {
    authorityHost: cloud.login,
    disableInstanceDiscovery: !cloud.wellKnown,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: policies.map((policy) => ({ policy, position: 'perRetry' as const })),
  }
  if (auth.by === 'client-secret') return new ClientSecretCredential(tenantId, auth.clientId, auth.secret, options)
  const file = {
    certificatePath: auth.path,
    ...(auth.password !== undefined && { certificatePassword: auth.password }),
  }
  return new ClientCertificateCredential(tenantId, auth.clientId, file, {
    ...options,
    sendCertificateChain: auth.sendsChain,
  })
}

/** A file that is not there, holds something else, or a key that the password does not open: nothing was sent. */
function unusableCertificate(auth: ClientAuth, error: unknown): DeployError | undefined {
  if (auth.by === 'client-secret') return undefined
  const code = String(field(error, 'code') ?? '')
  const message = error instanceof Error ? error.message : String(error)
  const isFile = /^(E[A-Z]+|ERR_OSSL_.*)$/.test(code) && field(error, 'syscall') !== 'connect'
  if (!isFile && !message.includes('PEM-encoded certificate')) return undefined
  return new DeployError('credential-unavailable', `The certificate in ${auth.path} cannot be used: ${message}`, {
    hint: [
      'AZURE_CLIENT_CERTIFICATE_PATH has to be a PEM file with the certificate and its private key; a PFX file becomes one with:',
      '  openssl pkcs12 -in certificate.pfx -out certificate.pem -nodes',
      'If the key is encrypted, AZURE_CLIENT_CERTIFICATE_PASSWORD opens it.',
    ].join('\n'),
    cause: error,
  })
}
