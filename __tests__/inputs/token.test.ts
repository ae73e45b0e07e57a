import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { explain } from '../../src/errors.ts'
import { parseInputs } from '../../src/inputs/inputs.ts'
import { deployErrorOf, TOKEN } from '../builders.ts'
import { complaint, NEEDED, parse, type Raw } from './raw.ts'

describe('the token', () => {
  test('is masked before it is judged, so that nothing that follows can show it', async () => {
    const masked: string[] = []
    const bad = 'canary with blanks'
    const raw: Raw = { operation: 'nonsense', 'apono-token': ` ${bad}\n` }
    const host = {
      input: (name: string) => raw[name] ?? '',
      variable: () => '',
      mask: (secret: string) => masked.push(secret),
    }
    await deployErrorOf(() => parseInputs(host))
    expect(masked).toEqual([bad])
  })

  test('is not masked when there is none, since that would hide everything', async () => {
    const masked: string[] = []
    await parseInputs({
      input: (name) => NEEDED[name] ?? ' ',
      variable: () => '',
      mask: (secret) => masked.push(secret),
    })
    expect(masked).toEqual([])
  })

  test('is never repeated in a problem, whatever else is wrong with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(' ', '\n', '\t', 'é', '\u0000'), fc.boolean(), async (flaw, apply) => {
        const token = `canary-7Qm2${flaw}xV9tL4`
        const raw = { ...NEEDED, operation: apply ? 'apply' : 'plan', 'apono-token': token, cpu: 'x' }
        const told = explain(await deployErrorOf(() => parse(raw)))
        expect(told).toContain('- apono-token: does not have the right form.\n')
        expect(told).not.toContain('canary')
        expect(told).not.toContain('xV9tL4')
      }),
    )
  })

  test.each([
    ['environment', `LOG_LEVEL=info\nSECRET_URL=https://x:${TOKEN}@registry.apono.io`],
    ['tags', JSON.stringify({ team: 'platform', note: TOKEN })],
    ['tags', JSON.stringify({ [`for-${TOKEN}`]: 'x' })],
    ['tags', JSON.stringify({ [TOKEN.slice(0, 5)]: 'x', [TOKEN]: '' })],
  ])('may not stand in %s, which every Reader of the group sees', async (input, text) => {
    const message = await complaint({ 'apono-token': TOKEN, [input]: text })
    expect(message).toBe(
      [
        'One input is not right:',
        `- ${input}: holds a token of Apono.`,
        '    allowed: values that everyone with Reader on the group may see',
        '    example: apono-token: ${{ secrets.APONO_TOKEN }}, and nowhere else',
      ].join('\n'),
    )
  })

  test('in broken variables is not repeated', async () => {
    expect(await complaint({ environment: `${TOKEN}\nA=1`, tags: `{"a": "${TOKEN}"` })).not.toContain('canary')
  })
})

test('values of variables are never repeated, whatever is wrong with their names', async () => {
  const secretive = fc.stringMatching(/^canary[A-Za-z0-9=#" ]{0,20}$/)
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.stringMatching(/^[0-9][a-z.]{0,5}$/), secretive, { minKeys: 1 }), async (map) => {
      const lines = Object.entries(map).map(([name, value]) => `${name}=${value}`)
      expect(await complaint({ environment: lines.join('\n') })).not.toContain('canary')
      expect(await complaint({ environment: JSON.stringify(map) })).not.toContain('canary')
    }),
  )
})
