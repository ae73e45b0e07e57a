import { alphabetically } from '../engine/canonical.ts'
import { isSensitive, type Properties } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { fingerprintOfSecret } from './secret-fingerprint.ts'

/** Base64url digits of one fingerprint: 48 bits, which no other value meets by chance. */
const DIGITS = 8
const RECIPE = '1.'
const LONGEST_TAG = 256

/** As many fingerprints as one tag holds. */
export const MOST_SECURE_VARIABLES = Math.floor((LONGEST_TAG - RECIPE.length) / DIGITS)

/** A fingerprint for each secure variable; null for one whose value this run was not given. */
export async function secureFingerprints(
  inputs: Pick<Inputs, 'environmentSecure' | 'subscriptionId' | 'resourceGroup' | 'name'>,
): Promise<Readonly<Record<string, string | null>>> {
  const found = Object.entries(inputs.environmentSecure).map(async ([name, value]) => {
    if (value === '') return [name, null] as const
    const bytes = await fingerprintOfSecret(value, inputs, `variable/${name}`, (DIGITS * 6) / 8)
    return [name, bytes.toString('base64url')] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

/** All fingerprints as the text of one tag, in the order of the names, which the group itself tells; null without any. */
export function secureRecord(environment: Properties): string | null {
  const secure = Object.entries(environment).filter(([, value]) => isSensitive(value))
  if (secure.length === 0) return null
  const fingerprints = secure
    .sort(([a], [b]) => alphabetically(a, b))
    .map(([, value]) => (isSensitive(value) ? value.fingerprint : null) ?? '-'.repeat(DIGITS))
  return RECIPE + fingerprints.join('')
}

/**
 * The fingerprint of each of these secure variables, as a record has it. A record for another number of variables fits none: somebody
 * added or took away some since.
 */
export function readSecureRecord(
  record: string | undefined,
  names: readonly string[],
): ReadonlyMap<string, string | null> {
  const isFitting = record?.startsWith(RECIPE) === true && record.length === RECIPE.length + names.length * DIGITS
  return new Map(
    names.toSorted(alphabetically).map((name, index) => {
      const at = RECIPE.length + index * DIGITS
      return [name, isFitting ? record.slice(at, at + DIGITS) : null]
    }),
  )
}
