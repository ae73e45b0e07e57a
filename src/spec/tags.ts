/** Tags that mark a container group as ours and remember what Azure does not give back. Names without the characters tags forbid. */
export const MANAGED_BY_TAG = 'apono-managed-by'
export const CONNECTOR_TAG = 'apono-connector-id'
export const TOKEN_TAG = 'apono-token-fingerprint'

export const MANAGED_BY = 'azure-connector-action'

export const OWN_TAGS: readonly string[] = [MANAGED_BY_TAG, CONNECTOR_TAG, TOKEN_TAG]
