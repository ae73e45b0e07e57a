import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { MOST_SECURE_VARIABLES } from '../../src/spec/secure-fingerprints.ts'
import { deployErrorOf, TOKEN } from '../builders.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'

/** Everything that was masked on the way, whether or not the inputs were right. */
async function maskedIn(raw: Raw): Promise<string[]> {
  const masked: string[] = []
  const host = {
    input: (name: string) => ({ ...NEEDED, ...raw })[name] ?? '',
    mask: (text: string) => masked.push(text),
    variable: () => '',
  }
  await parseInputs(host).catch(() => undefined)
  return masked
}

describe('secure variables', () => {
  const name = fc.stringMatching(/^V[A-Z0-9_]{0,8}$/)
  const secret = fc.string({ unit: 'grapheme', minLength: 4 }).filter((text) => text.trim().length >= 4)

  test('are masked one by one before they are judged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, secret, { minKeys: 1 }), fc.boolean(), async (map, isWrong) => {
        const given = isWrong ? { ...map, '1-bad': 'canary-of-a-bad-name' } : map
        const masked = await maskedIn({ 'environment-secure': JSON.stringify(given) })
        expect(masked).toEqual(expect.arrayContaining(Object.values(given)))
      }),
    )
  })

  test.each(['1', 'on', 'true', 'False', ' a \n'])(
    'cannot be %j, whose mask would garble everything',
    async (value) => {
      const raw = { 'environment-secure': JSON.stringify({ FLAG: value }) }
      expect(await complaint(raw)).toContain('has a value too short or too common to hide')
      expect(await maskedIn(raw)).toEqual([])
    },
  )

  test('may be empty on a plan, which then does not compare them, but not for an apply', async () => {
    const raw = { 'environment-secure': 'PASSWORD=' }
    expect(await parse({ ...NEEDED, ...raw })).toMatchObject({ environmentSecure: { PASSWORD: '' } })
    expect(await complaint({ ...raw, operation: 'apply', 'apono-token': TOKEN })).toContain('entry 1 has no value.')
  })

  test('cannot be among the plain ones too', async () => {
    const message = await complaint({ environment: 'A=plain\nB=plain', 'environment-secure': 'B=secret-canary' })
    expect(message).toContain('- environment-secure: sets B, which environment sets too.')
    expect(message).not.toContain('canary')
  })

  test.each(['APONO_CONNECTOR_ID', 'APONO_TOKEN', 'APONO_URL', 'CONNECTOR_METADATA'])('cannot be %s', async (own) => {
    for (const input of ['environment', 'environment-secure'])
      expect(await complaint({ [input]: `${own}: some-value` })).toContain(`sets ${own}, which the action sets itself.`)
  })

  test('are as many as the record holds', async () => {
    const numbered = (count: number) =>
      Array.from({ length: count }, (_, index) => `V${index}=secret-${index}`).join('\n')
    expect(
      Object.keys(
        (await parse({ ...NEEDED, 'environment-secure': numbered(MOST_SECURE_VARIABLES) })).environmentSecure,
      ),
    ).toHaveLength(31)
    expect(await complaint({ 'environment-secure': numbered(MOST_SECURE_VARIABLES + 1) })).toContain('has 32 variables')
  })

  test('with names that are none do not give away what stands there', async () => {
    const message = await complaint({
      'environment-secure': 'KEY=-----BEGIN KEY-----\nMIIEcanary+/x=a\nMIIEcanaryabc=',
    })
    expect(message).not.toContain('canary')
  })
})

describe('the secret in a vault', () => {
  const URL_OF = 'https://Acme.vault.azure.net/secrets/apono-token'

  test.each([
    [URL_OF, undefined],
    [`${URL_OF}/`, undefined],
    [`${URL_OF}/0123456789abcdef0123456789abcdef`, '0123456789abcdef0123456789abcdef'],
  ])('is read from %s', async (url, version) => {
    const { aponoTokenSecret, aponoToken } = await parse({ ...NEEDED, operation: 'apply', 'apono-token-secret': url })
    expect(aponoTokenSecret).toEqual({ host: 'acme.vault.azure.net', name: 'apono-token', version })
    expect(aponoToken).toBeUndefined()
  })

  test.each([
    ['acme', 'is not a URL.'],
    ['http://acme.vault.azure.net/secrets/x', 'has to begin with https://.'],
    ['https://user:canary@acme.vault.azure.net/secrets/x', 'has a user name or password in it.'],
    ['https://acme.vault.azure.net/keys/x', 'has not the form'],
    ['https://acme.vault.azure.net/secrets', 'has not the form'],
    ['https://acme.vault.azure.net/secrets/a_b', 'has not the form'],
    ['https://acme.vault.azure.net/secrets/x?token=canary', 'has not the form'],
    ['https://acme.vault.azure.net:8443/secrets/x', 'has not the form'],
  ])('is not %s', async (url, wrong) => {
    const message = await complaint({ 'apono-token-secret': url })
    expect(message).toContain(`- apono-token-secret: ${wrong}`)
    expect(message).not.toContain('canary')
  })

  test('stands alone: exactly one of the two for an apply, at most one for a plan', async () => {
    const both = { 'apono-token': TOKEN, 'apono-token-secret': URL_OF }
    expect(await complaint({ ...both, operation: 'apply' })).toContain(
      '- apono-token-secret: is set beside apono-token.',
    )
    expect(await complaint(both)).toContain('- apono-token-secret: is set beside apono-token.')
    expect(await complaint({ operation: 'apply' })).toContain('- apono-token: is empty.')
    expect((await deployErrorOf(() => parse({ ...NEEDED, ...both }))).code).toBe('invalid-inputs')
  })
})
