import * as rules from '../../src/inputs/rules.ts'
import { describeRules, letters, malformed, same } from './rule-tables.ts'

describeRules({
  replicas: {
    rule: rules.replicas,
    takes: [
      ['1', 1],
      ['10', 10],
      ['02', 2],
    ],
    refuses: [
      ['0', 'is out of range.'],
      ['11', 'is out of range.'],
      ['1.5', 'is not a multiple of 1.'],
      ['-1', 'is not a number.'],
      ['two', 'is not a number.'],
    ],
  },
  adopt: {
    rule: rules.adopt,
    takes: [
      ['true', 'yes'],
      ['false', 'no'],
      ['keep-size', 'keep-size'],
    ],
    refuses: ['yes', 'no', 'True', 'keep'].map((text) => [text, 'is none of the choices.'] as const),
  },
  'expected plan': {
    rule: rules.expectedPlan,
    takes: same('0123456789abcdef'.repeat(4), '.json', 'plans/main.json', '/tmp/a b.json', 'pull-request'),
    refuses: malformed(
      '0'.repeat(63),
      '0'.repeat(65),
      'A'.repeat(64),
      'pull-requests',
      'Pull-Request',
      'plan.txt',
      'a\nb.json',
    ),
  },
  'API token': {
    rule: rules.apiToken,
    takes: same('a', '!~', letters(4000)),
    refuses: malformed('a b', 'a\nb', 'é', '\u0000'),
  },
  'API URL': {
    rule: rules.apiUrl,
    takes: [
      ['https://api.apono.io', 'https://api.apono.io'],
      ['https://api.eu.apono.io//', 'https://api.eu.apono.io'],
      ['https://localhost:8443', 'https://localhost:8443'],
    ],
    refuses: [
      ['api.apono.io', 'is not a URL.'],
      ['http://api.apono.io', 'has to begin with https://.'],
      ['https://user:password@api.apono.io', 'has a user name or password in it.'],
      ['https://token@api.apono.io', 'has a user name or password in it.'],
    ],
  },
})
