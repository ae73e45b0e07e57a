import { exportJWK, type JSONWebKeySet } from 'jose'
import type { Reply } from './protocol.ts'

/** A key set of one RSA key for signatures. */
export async function keySetOf(publicKey: Parameters<typeof exportJWK>[0], keyId: string): Promise<JSONWebKeySet> {
  return { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, use: 'sig', alg: 'RS256' }] }
}

export function keySetReply({ keys }: JSONWebKeySet): Reply {
  const shown = keys.map(({ kty = '', n = '', e = '', kid = '', use = '', alg = '' }) => ({ kty, n, e, kid, use, alg }))
  return { status: 200, body: { keys: shown } }
}
