import { describe, expect, test } from '@jest/globals'
import { trueOrFalse } from '../../src/inputs/rule.ts'
import * as rules from '../../src/inputs/rules.ts'
import { describeRules, letters, malformed, same, type Table } from './rule-tables.ts'

const TABLES: Readonly<Record<string, Table>> = {
  operation: {
    rule: rules.operation,
    takes: same('plan', 'apply', 'drift', 'destroy'),
    refuses: [
      ['detect', 'is none of the choices.'],
      ['Plan', 'is none of the choices.'],
    ],
  },
  guid: {
    rule: rules.guid('client-id: 00000000-0000-0000-0000-000000000000'),
    takes: [
      ...same('3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11'),
      ['3F6C1C52-8A0E-4E0B-9A54-0D2F6E1B7C11', '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11'],
    ],
    refuses: malformed(
      '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c1',
      '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c111',
      '3f6c1c528a0e4e0b9a540d2f6e1b7c11',
      '{3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11}',
      '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c1g',
      '<client-id>',
    ),
  },
  'resource group': {
    rule: rules.resourceGroup,
    takes: same('a', '_', 'rg-apono', 'rg.(prod)_1', 'grüße', letters(90)),
    refuses: malformed(letters(91), 'rg.', 'rg apono', 'rg/apono', '.'),
  },
  'group name': {
    rule: rules.groupName,
    takes: same('a', '7', 'apono-connector', 'Apono_Connector', letters(63)),
    refuses: malformed(letters(64), '-a', 'a-', '_a', 'a_', 'a.b', 'a b', 'ä'),
  },
  'connector id': {
    rule: rules.connectorId,
    takes: same('a', '7', 'apono-connector', 'team.a_b-', letters(128)),
    refuses: malformed(letters(129), '-a', '.a', '_a', 'a b', 'a/b'),
  },
  location: {
    rule: rules.location,
    takes: [
      ['westeurope', 'westeurope'],
      ['West Europe', 'westeurope'],
      ['East US 2', 'eastus2'],
      ['ab', 'ab'],
      [letters(63), letters(63)],
    ],
    refuses: malformed('a', letters(64), '2eastus', 'west-europe', 'west\teurope'),
  },
  version: {
    rule: rules.version,
    takes: [
      ['v1.7.8', 'v1.7.8'],
      ['1.7.8', 'v1.7.8'],
      ['0.0.0', 'v0.0.0'],
      ['v9999.9999.9999', 'v9999.9999.9999'],
    ],
    refuses: malformed(
      'latest',
      'v1.7',
      '1',
      'vv1.7.8',
      'V1.7.8',
      '1.7.8-rc.1',
      '1.7.8.9',
      '10000.0.0',
      'v 1.7.8',
      '1..8',
    ),
  },
  'host name': {
    rule: rules.hostName,
    takes: [...same('api.apono.io', 'a.b', `${letters(63)}.io`), ['API.Apono.IO', 'api.apono.io']],
    refuses: malformed(
      'https://api.apono.io',
      'api.apono.io/v1',
      'api.apono.io:443',
      'localhost',
      '-a.io',
      'a-.io',
      'a..io',
      'api.apono.io.',
      `${letters(64)}.io`,
      `${'a.'.repeat(126)}aa`,
    ),
  },
  token: {
    rule: rules.token,
    takes: same('x', 'apono-7Qm2xV9tL4', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'),
    refuses: malformed('a b', 'a\nb', 'a\tb', 'tokén', 'a\u007f'),
  },
  cpu: {
    rule: rules.cpu,
    takes: [
      ['1', 1],
      ['1.5', 1.5],
      ['2.01', 2.01],
      ['1.10', 1.1],
      ['31', 31],
    ],
    refuses: [
      ['0.99', 'is out of range.'],
      ['0', 'is out of range.'],
      ['31.01', 'is out of range.'],
      ['1.005', 'is not a multiple of 0.01.'],
      ['two', 'is not a number.'],
      ['-1', 'is not a number.'],
      ['1e1', 'is not a number.'],
      ['1,5', 'is not a number.'],
      ['.5', 'is not a number.'],
      ['1.', 'is not a number.'],
      ['0x2', 'is not a number.'],
      ['Infinity', 'is not a number.'],
    ],
  },
  memory: {
    rule: rules.memory,
    takes: [
      ['0.5', 0.5],
      ['0.7', 0.7],
      ['1.5', 1.5],
      ['239.9', 239.9],
      ['240', 240],
    ],
    refuses: [
      ['0.4', 'is out of range.'],
      ['240.1', 'is out of range.'],
      ['1.25', 'is not a multiple of 0.1.'],
      ['2GB', 'is not a number.'],
    ],
  },
  'true or false': {
    rule: trueOrFalse('summary'),
    takes: [
      ['true', true],
      ['false', false],
    ],
    refuses: ['yes', 'True', '1', 'FALSE'].map((text) => [text, 'is neither true nor false.'] as const),
  },
  duration: {
    rule: rules.duration,
    takes: [
      ['30s', 30],
      ['90s', 90],
      ['20m', 1200],
      ['1h', 3600],
      ['6h', 21_600],
      ['360m', 21_600],
    ],
    refuses: [
      ['29s', 'is out of range.'],
      ['0m', 'is out of range.'],
      ['7h', 'is out of range.'],
      ['361m', 'is out of range.'],
      ['20', 'is not a duration.'],
      ['20 m', 'is not a duration.'],
      ['1.5h', 'is not a duration.'],
      ['1d', 'is not a duration.'],
      ['100000s', 'is not a duration.'],
      ['1h30m', 'is not a duration.'],
    ],
  },
  cloud: {
    rule: rules.cloud,
    takes: [
      ['public', { name: 'public' }],
      ['usgovernment', { name: 'usgovernment' }],
      ['china', { name: 'china' }],
      [
        'https://management.local.azurestack.external',
        { name: 'custom', url: 'https://management.local.azurestack.external' },
      ],
      ['https://Management.Azure.com/', { name: 'custom', url: 'https://management.azure.com' }],
      ['https://localhost:8443/', { name: 'custom', url: 'https://localhost:8443' }],
      ['https://localhost:443', { name: 'custom', url: 'https://localhost' }],
    ],
    refuses: [
      ['germany', 'is neither a cloud we know nor a URL.'],
      ['Public', 'is neither a cloud we know nor a URL.'],
      ['https://', 'is neither a cloud we know nor a URL.'],
      ['http://management.azure.com', 'has to begin with https://.'],
      ['ftp://management.azure.com', 'has to begin with https://.'],
      ...[
        'https://management.azure.com/metadata',
        'https://management.azure.com?api-version=1',
        'https://management.azure.com#top',
      ].map((text) => [text, 'has to be a host and perhaps a port, nothing more.'] as const),
      ...[
        'https://user@management.azure.com',
        'https://:password@management.azure.com',
        'https://user:password@management.azure.com/metadata?x=1',
      ].map((text) => [text, 'has a user name or password in it.'] as const),
    ],
  },
}

describeRules(TABLES)

describe('a number', () => {
  test.each([
    [rules.cpu, 'cores from 1 to 31, in steps of 0.01'],
    [rules.memory, 'GB from 0.5 to 240, in steps of 0.1'],
  ])('says its range and steps', (rule, allowed) => {
    expect(rule.allowed).toBe(allowed)
  })

  test('takes every step of its range, however it is rounded in binary', () => {
    for (let tenths = 5; tenths <= 2400; tenths += 1) {
      const text = (tenths / 10).toFixed(1)
      expect(rules.memory.parse(text)).toBe(Number(text))
    }
  })
})
