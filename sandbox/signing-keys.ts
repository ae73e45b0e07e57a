import { generateKeyPair } from 'jose'

export type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

/** What Entra and GitHub sign their tokens with. */
export type SigningKeys = { readonly entra: KeyPair; readonly github: KeyPair }

/** RSA, as the real ones are, which takes a third of a second: many sandboxes in one process may share a set. */
export async function newSigningKeys(): Promise<SigningKeys> {
  const [entra, github] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  return { entra, github }
}
