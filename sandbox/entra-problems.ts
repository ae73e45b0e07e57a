import type { EntraProblem } from './entra-error.ts'

/** The problems of signing in with a federated credential. Forms and statuses as Microsoft documents them, or as seen. */
const documentation = 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation'
const advice = `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${documentation}`

export function tenantNotFound(tenant: string, error = 'invalid_request'): EntraProblem {
  return badRequest(
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    error,
  )
}

export function tenantMalformed(tenant: string, error = 'invalid_request'): EntraProblem {
  const text = `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`
  return badRequest(900023, text, error)
}

export function missingParameter(name: string): EntraProblem {
  return badRequest(900144, `The request body must contain the following parameter: '${name}'.`)
}

export function unsupportedGrant(grant: string): EntraProblem {
  return badRequest(70003, `The app requested an unsupported grant type '${grant}'.`, 'unsupported_grant_type')
}

export const missingAssertion = invalidClient(
  7000216,
  "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
)

export function wrongSecret(clientId: string): EntraProblem {
  return invalidClient(
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  )
}

export function expiredSecret(clientId: string): EntraProblem {
  return invalidClient(
    7000222,
    `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  )
}

/** Seen in https://github.com/Azure/azure-cli/issues/16644, among others. */
export function unknownCertificate(thumbprint: string): EntraProblem {
  const hex = Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase()
  return invalidClient(
    700027,
    `Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '${hex}']`,
  )
}

/** The texts of these two are our own. */
export function foreignAssertion(clientId: string): EntraProblem {
  return invalidClient(
    700021,
    `Client assertion application identifier doesn't match 'client_id' parameter '${clientId}'.`,
  )
}

export function assertionForOthers(audience: string): EntraProblem {
  return invalidClient(700023, `Client assertion audience claim '${audience}' does not match this authority.`)
}

export function applicationNotFound(clientId: string, tenant: string): EntraProblem {
  return badRequest(
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    'unauthorized_client',
  )
}

export function wrongScope(scope: string): EntraProblem {
  return badRequest(
    1002012,
    `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    'invalid_scope',
  )
}

export function resourceNotFound(resource: string, tenant: string): EntraProblem {
  return badRequest(
    500011,
    `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    'invalid_resource',
  )
}

export const malformedAssertion = badRequest(50027, 'JWT token is invalid or malformed.')

export function noCredentials(clientId: string, name: string): EntraProblem {
  return invalidClient(70025, `The client '${clientId}'(${name}) has no configured federated identity credentials.`)
}

export function noMatchingIssuer(issuer: string): EntraProblem {
  return invalidClient(700211, `${noMatching('issuer', issuer)} ${advice}`)
}

export function noMatchingSubject(subject: string): EntraProblem {
  return invalidClient(700213, `${noMatching('subject', subject)} ${advice}`)
}

export function noMatchingAudience(audience: string): EntraProblem {
  return invalidClient(700212, `${noMatching('audience', audience)} ${advice}`)
}

/** Seen in https://github.com/Azure/login/issues/515: the subject differs in its casing alone. */
export function subjectCasing(subject: string): EntraProblem {
  return invalidClient(
    7002138,
    `${noMatching('subject', subject)} The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: ${documentation}. See breaking change notification and remediation at: https://learn.microsoft.com/en-us/entra/identity-platform/reference-breaking-changes#august-2024.`,
  )
}

export function notValidNow(now: string, from: string, until: string): EntraProblem {
  return invalidClient(
    700024,
    `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${until}. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .`,
  )
}

export const wrongSignature = invalidClient(700027, 'Client assertion failed signature validation.')

/** The text is our own: no source has Microsoft's. */
export const issuerKeysUnreachable = badRequest(900612, 'The keys of the issuer of the assertion could not be fetched.')

function noMatching(what: 'issuer' | 'subject' | 'audience', value: string): string {
  return `No matching federated identity record found for presented assertion ${what} '${value}'.`
}

function badRequest(code: number, text: string, error = 'invalid_request'): EntraProblem {
  return { status: 400, error, code, text }
}

function invalidClient(code: number, text: string): EntraProblem {
  return { status: 401, error: 'invalid_client', code, text }
}
