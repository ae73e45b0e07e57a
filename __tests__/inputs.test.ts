import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { explain } from '../src/errors.ts'
import { DEFAULTS, parseInputs } from '../src/inputs.ts'
import { CLIENT_ID, deployErrorOf, SUBSCRIPTION_ID, TENANT_ID, TOKEN } from './builders.ts'

type Raw = Readonly<Record<string, string>>

const NEEDED: Raw = {
  'client-id': CLIENT_ID,
  'tenant-id': TENANT_ID,
  'subscription-id': SUBSCRIPTION_ID,
  'resource-group': 'rg-apono',
}

function parse(raw: Raw) {
  return parseInputs({ input: (name) => raw[name] ?? '', mask: () => undefined })
}

/** What the user reads when these inputs are not right. */
async function complaint(raw: Raw): Promise<string> {
  const error = await deployErrorOf(() => parse({ ...NEEDED, ...raw }))
  expect(error.code).toBe('invalid-inputs')
  expect(error.hint).toBe(
    'Correct the `with:` block of the step; nothing was sent to Azure. Every input is described in the README.',
  )
  return error.message
}

describe('what is not set', () => {
  const defaults = {
    operation: 'plan',
    clientId: CLIENT_ID,
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    cloud: { name: 'public' },
    resourceGroup: 'rg-apono',
    location: undefined,
    aponoToken: undefined,
    connectorId: 'apono-connector',
    name: 'apono-connector',
    connectorVersion: 'v1.7.8',
    aponoUrl: 'api.apono.io',
    cpu: 1,
    memory: 2,
    environment: {},
    tags: {},
    timeout: 1200,
    summary: true,
  }

  test('has a default', () => {
    expect(parse(NEEDED)).toEqual(defaults)
  })

  test.each(['', ' ', '\n\t '])('is what holds only %j, as an unset `vars` entry does', (blank) => {
    const optional = [...Object.keys(DEFAULTS), 'location', 'apono-token', 'name', 'environment', 'tags']
    expect(parse({ ...NEEDED, ...Object.fromEntries(optional.map((name) => [name, blank])) })).toEqual(defaults)
  })

  test.each(Object.keys(NEEDED))('and is needed, %s, is a problem', async (name) => {
    expect(await complaint({ [name]: '  ' })).toContain(
      `- ${name}: is empty. If it comes from \`vars\` or \`secrets\`, check that the name exists and is visible to this job.`,
    )
  })

  test('and is needed for apply alone, the token, is a problem there only', async () => {
    expect(parse(NEEDED).aponoToken).toBeUndefined()
    expect(await complaint({ operation: 'apply' })).toBe(
      [
        'One input is not right:',
        '- apono-token: is empty. If it comes from `vars` or `secrets`, check that the name exists and is visible to this job.',
        '    allowed: the token from the "Install connector" screen of Apono, without blanks or line breaks inside',
        '    example: apono-token: ${{ secrets.APONO_TOKEN }}',
      ].join('\n'),
    )
  })
})

test('everything that is set is taken, without the blanks around it', () => {
  const raw = {
    operation: ' apply ',
    'client-id': `${CLIENT_ID.toUpperCase()}\n`,
    'tenant-id': TENANT_ID,
    'subscription-id': SUBSCRIPTION_ID,
    cloud: 'https://management.local.azurestack.external/',
    'resource-group': 'rg-(prod)',
    location: 'West Europe',
    'apono-token': ` ${TOKEN}\n`,
    'connector-id': 'team.one',
    name: 'connector-one',
    'connector-version': '1.8.0',
    'apono-url': 'api.EU.apono.io',
    cpu: '1.5',
    memory: '3.5',
    environment: 'LOG_LEVEL=debug \nEQUATION=a=b',
    tags: '{"team": "platform"}',
    timeout: '1h',
    summary: 'false',
  }
  expect(parse(raw)).toEqual({
    operation: 'apply',
    clientId: CLIENT_ID,
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    cloud: { name: 'custom', url: 'https://management.local.azurestack.external' },
    resourceGroup: 'rg-(prod)',
    location: 'westeurope',
    aponoToken: TOKEN,
    connectorId: 'team.one',
    name: 'connector-one',
    connectorVersion: 'v1.8.0',
    aponoUrl: 'api.eu.apono.io',
    cpu: 1.5,
    memory: 3.5,
    environment: { LOG_LEVEL: 'debug ', EQUATION: 'a=b' },
    tags: { team: 'platform' },
    timeout: 3600,
    summary: false,
  })
})

describe('problems', () => {
  test('are told all at once, each with what is allowed and an example', async () => {
    const message = await complaint({
      operation: 'deploy',
      'client-id': 'my-app',
      cloud: 'mars',
      cpu: '0.5',
      tags: 'azure-x=1\nTeam=a\nteam=b',
      timeout: '1d',
    })
    expect(message.split('\n')[0]).toBe('7 inputs are not right:')
    expect(message.match(/^- .*/gm)).toEqual([
      '- operation: is none of the choices. Given: "deploy".',
      '- client-id: does not have the right form. Given: "my-app".',
      '- cloud: is neither a cloud we know nor a URL.',
      '- cpu: is out of range. Given: "0.5".',
      '- tags: has the tag "team" twice: Azure does not tell upper from lower case.',
      '- tags: entry 1 has the tag "azure-x"; Azure reserves names that begin with microsoft, azure, windows.',
      '- timeout: is not a duration. Given: "1d".',
    ])
    expect(message).toContain('    allowed: plan, apply\n    example: operation: plan\n')
    expect(message.match(/^ {4}allowed: ./gm)).toHaveLength(7)
    expect(message.match(/^ {4}example: ./gm)).toHaveLength(7)
  })

  test('repeat long texts in part only, and on one line', async () => {
    expect(await complaint({ location: `\u001b[31m${'x\n'.repeat(200)}` })).toContain(
      `Given: ${JSON.stringify(`\u001b[31m${'x\n'.repeat(57)}x…`)}.`,
    )
  })

  test('of a connector id that is no group name are told of the name that was to be taken from it', async () => {
    const message = await complaint({ 'connector-id': 'team.one' })
    expect(message).toContain(
      '- name: is taken from connector-id when it is not set; that value does not have the right form. Given: "team.one".',
    )
    expect(message).toContain('example: name: apono-connector')
  })

  test('of a connector id are not told a second time of the name', async () => {
    expect(await complaint({ 'connector-id': '-' })).toMatch(/^One input is not right:\n- connector-id: /)
  })

  test.each([
    'https://user:canary@management.azure.com',
    'https://canary@management.azure.com',
    'http://user:canary@management.azure.com',
    'https//user:canary@management.azure.com',
    'https://management.azure.com/?sig=canary',
  ])('of the cloud URL %s do not repeat it, as it may hold a password', async (cloud) => {
    expect(await complaint({ cloud })).not.toContain('canary')
  })

  test('of a variable name its entry', async () => {
    const message = await complaint({ environment: '# one comment\nLOG_LEVEL=info\nEMPTY=\n1A=x' })
    expect(message.match(/^- .*/gm)).toEqual([
      '- environment: entry 2 is set to nothing, which Azure does not take.',
      '- environment: entry 3 has a name that is none; names take letters, digits and underscores and do not begin with a digit.',
    ])
  })
})

describe('the token', () => {
  test('is masked before it is judged, so that nothing that follows can show it', async () => {
    const masked: string[] = []
    const bad = 'canary with blanks'
    const raw: Raw = { operation: 'nonsense', 'apono-token': ` ${bad}\n` }
    const host = { input: (name: string) => raw[name] ?? '', mask: (secret: string) => masked.push(secret) }
    await deployErrorOf(() => parseInputs(host))
    expect(masked).toEqual([bad])
  })

  test('is not masked when there is none, since that would hide everything', () => {
    const masked: string[] = []
    parseInputs({ input: (name) => NEEDED[name] ?? ' ', mask: (secret) => masked.push(secret) })
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
        `- ${input}: holds the Apono token.`,
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
