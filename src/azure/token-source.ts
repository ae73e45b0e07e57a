import type { VaultSecret } from '../inputs/connector.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { TokenReading } from '../spec/secrets.ts'
import type { AzureClients } from './clients.ts'
import type { SignedIn } from './context.ts'
import { isForbidden, malformed, outOfTime, vaultError } from './key-vault-errors.ts'

/** Where the connector's token comes from: the inputs, or a vault, which is asked at once and once only. */
export function tokenSource(
  inputs: SignedIn,
  clients: Pick<AzureClients, 'readSecret'>,
  mask: (secret: string) => void,
): () => Promise<TokenReading> {
  const { aponoToken, aponoTokenSecret: secret, operation } = inputs
  const isNeeded = operation !== 'destroy'
  if (secret === undefined || !isNeeded) {
    const known: TokenReading = { token: aponoToken, notes: [] }
    return async () => known
  }
  const reading = readToken(secret, inputs, clients, mask)
  // Whoever awaits it hears of the failure.
  reading.catch(() => undefined)
  return () => reading
}

async function readToken(
  secret: VaultSecret,
  inputs: SignedIn,
  clients: Pick<AzureClients, 'readSecret'>,
  mask: (secret: string) => void,
): Promise<TokenReading> {
  try {
    const { value, notBefore, expires } = await clients.readSecret(secret)
    if (value !== '') mask(value)
    const now = Date.now()
    // Vaults hand out secrets outside of their time; what they are for is then for the reader to refuse.
    if (expires !== undefined && expires.getTime() <= now)
      throw outOfTime(secret, `expired on ${expires.toISOString()}`)
    if (notBefore !== undefined && notBefore.getTime() > now)
      throw outOfTime(secret, `is not to be used before ${notBefore.toISOString()}`)
    if (!/^[\x21-\x7e]+$/.test(value)) throw malformed(secret)
    return { token: value, notes: [] }
  } catch (error) {
    const failure = vaultError(error, secret, inputs)
    if (!mayGoWithout(inputs) || !isForbidden(error)) throw failure
    // The identity that plans a pull request had better not read the token at all.
    return { token: undefined, notes: [`Whether the token changed was not compared. ${failure.message}`] }
  }
}

/** What writes nothing needs no token. */
function mayGoWithout({ operation, autoRepair }: Inputs): boolean {
  return operation === 'plan' || (operation === 'drift' && !autoRepair)
}
