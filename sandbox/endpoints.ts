/**
 * Which audiences stand for which service. Graph has a host of its own so that its audience differs from ARM's, as in
 * Azure, and a token for one is refused by the other.
 */
export function graphOrigin(origin: string): string {
  return origin.replace('//localhost', '//127.0.0.1')
}

/** Audiences of tokens for ARM, without a slash at the end. The public one is what `az` asks for whatever the cloud. */
export function armAudiences(origin: string): readonly string[] {
  return [origin, 'https://management.azure.com', 'https://management.core.windows.net']
}

/** Audiences of tokens for Microsoft Graph, without a slash at the end. */
export function graphAudiences(origin: string): readonly string[] {
  return [graphOrigin(origin), 'https://graph.microsoft.com']
}

/** What the hosts of vaults end with. It cannot resolve (https://www.rfc-editor.org/rfc/rfc6761): the way there is the tunnel. */
export const vaultDomain = 'vault.invalid'

/** Audience of tokens for Key Vault. */
export const vaultAudience = `https://${vaultDomain}`
