/** Tags that mark a container group as ours and remember what Azure does not give back. Names without the characters tags forbid. */
export const MANAGED_BY_TAG = 'apono-managed-by'
export const CONNECTOR_TAG = 'apono-connector-id'
export const TOKEN_TAG = 'apono-token-fingerprint'

/** Fingerprints of the secure variables, in the order of their names. */
export const SECURE_TAG = 'apono-secure-fingerprints'

/** Keyed fingerprint of the password of a registry of one's own. */
export const REGISTRY_TAG = 'apono-registry-fingerprint'

/**
 * We gave the connector Directory Readers: Entra keeps no mark on such a grant, so the group keeps it. Its value is the principal of a
 * user-assigned identity, which outlives the group and may serve others too; the group's own is not known when the tag is written.
 */
export const DIRECTORY_ROLE_TAG = 'apono-directory-readers'
export const DIRECTORY_ROLE_GRANTED = 'granted'

/** Scopes outside the subscription at which we granted something: nobody would look there once the inputs no longer name them. */
export const GRANT_SCOPES_TAG = 'apono-grant-scopes'

/** Short hashes of what was applied last. */
export const LAST_APPLIED_TAG = 'apono-last-applied'

export const MANAGED_BY = 'azure-connector-action'

export const OWN_TAGS: readonly string[] = [
  MANAGED_BY_TAG,
  CONNECTOR_TAG,
  TOKEN_TAG,
  SECURE_TAG,
  REGISTRY_TAG,
  DIRECTORY_ROLE_TAG,
  GRANT_SCOPES_TAG,
  LAST_APPLIED_TAG,
]
