import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { marked, type Token } from 'marked'
import { makePlan } from '../../src/engine/plan.ts'
import { type Address, addressOf } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import { comment } from '../../src/render/comment.ts'
import { driftIssue } from '../../src/render/drift-issue.ts'
import { planDigest, planLog } from '../../src/render/log.ts'
import { offlineSummary } from '../../src/render/offline.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import type { Report } from '../../src/render/report.ts'
import { failureSummary, summary } from '../../src/render/summary.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { reportOf } from './reports.ts'
import { existing, scenario } from './scenarios.ts'

/** Pieces that mean something to Markdown, HTML, GitHub, a terminal or the runner. */
const PIECES = [
  ...[
    '`',
    '``',
    '```',
    '````',
    '~~~',
    '|',
    '\\',
    '\\|',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\t',
    '    ',
    ' ',
    '*',
    '**',
    '_',
    '~~',
    '$',
    '"',
    "'",
  ],
  ...[
    '# Approved',
    '> [!NOTE]',
    '- [x] done',
    '1. one',
    '---',
    '===',
    '[a](https://evil.example)',
    '![a](x)',
    '[a]: /x',
    '<!--',
    '-->',
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '</details>',
    '<details>',
    '</summary>',
    '</code>',
    '<b>',
    '&lt;',
    '&#64;',
    '<https://evil.example>',
  ],
  ...[
    '@octocat',
    '@acme/admins',
    '#1',
    'GH-1',
    'acme/infra#1',
    'acme/infra@4f2d9c81e07b',
    '4f2d9c81e07b6a35d1c8f0e94b7a2635c0d1e8f7',
  ],
  ...[
    'https://evil.example',
    'www.evil.example',
    'me@evil.example',
    ':rocket:',
    '::set-output name=x::y',
    '::stop-commands::x',
    '##[error]x',
  ],
  ...[
    '\u001b[31m',
    '\u001b]8;;https://evil.example\u0007',
    '\u0007',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u200b',
    '\ud800',
    'word',
    '7',
    'ü',
  ],
]
const hostile = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 6 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''))

/** A report in which every text that can come from somebody else is this one. */
function reportWith(text: string): Report {
  const desired = {
    ...existing.resource,
    properties: { ...existing.resource.properties, image: 'x', tags: { [`${text} `]: text } },
  }
  const grant = {
    kind: 'role-assignment',
    address: addressOf('role-assignment', 'x'),
    name: text,
    properties: { scope: text, role: text, principal: text, condition: text, description: text },
  } as const
  const health = { is: 'broken', detail: text } as const
  const plan = makePlan(
    new Map<Address, AzureResource>([
      [desired.address, desired],
      [grant.address, grant],
    ]),
    new Map([[existing.resource.address, { ...existing, health, resource: { ...existing.resource, name: text } }]]),
    () => ({ impactOf: () => 'replace', knownAfterApply: [] }),
  )
  const error = new DeployError('azure-refused', text, { hint: text, facts: { 'Azure error': text } })
  const [first] = plan.changes
  return {
    ...reportOf({ ...scenario({}), existing: [], plan }),
    warnings: [text],
    notes: [text, `"${text}" is a name.`],
    obstacles: { missing: [error], refusal: error, notes: [], unregistered: [] },
    links: [{ title: 'Azure portal', url: `https://portal.azure.com/#@x/resource/${text}` }],
    outcomes: first === undefined ? [] : [{ result: 'failed', change: first, error }],
  }
}

function markdownOf(report: Report): string[] {
  const error = new DeployError('azure-refused', report.notes.join('\n'), { hint: report.notes.join('\n') })
  const planned = { ...report, outcomes: [] }
  const { plan, inputs } = report
  const offline = { plan, withheld: 'fork', connectorId: inputs.connectorId, label: undefined, names: {} } as const
  return [
    summary(planned),
    summary({ ...report, error }),
    comment(report, 'outdated', 60_000),
    comment({ ...report, error }, 'outdated', 60_000),
    offlineSummary(offline),
    comment(planned, 'planned', 3_000),
    driftIssue(planned).body,
    failureSummary(error),
  ]
}

function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = []
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => {
    tokens.push(token)
  })
  return tokens
}

/** What GitHub makes links, mentions or pictures of, in text that is not code. */
const LIVE = /@[\w-]|#\d|\bGH-\d|https?:|www\.|:[a-z]+:|\$|\b(?=[a-f]*\d)[\da-f]{7,40}\b/i
const OURS =
  /^(<details( open)?><summary>[^<&]*<code>[\p{L}\p{N} .,:/_&#;…-]*<\/code>(, \d+ lines)?<\/summary>|<details><summary>The plan as it (was|is now)<\/summary>|<\/details>|<sub>|<\/sub>)$/u

describe('text of others', () => {
  test('is nothing but text in all Markdown', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const markdown of markdownOf(reportWith(text))) {
          const tokens = tokensOf(markdown)
          for (const token of tokens) {
            if (token.type === 'html') expect(token.raw.trim()).toMatch(OURS)
            if (token.type === 'text' && !('tokens' in token && token.tokens)) expect(token.raw).not.toMatch(LIVE)
            if (token.type === 'table') for (const row of token.rows) expect(row).toHaveLength(token.header.length)
          }
          const kinds = new Set(tokens.map(({ type }) => type))
          for (const kind of ['image', 'def', 'hr', 'del', 'checkbox', 'em'])
            expect([kind, kinds.has(kind)]).toEqual([kind, false])
          expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(1)
          expect(tokens.filter(({ type }) => type === 'table').length).toBeLessThanOrEqual(1)
          for (const token of tokens)
            if (token.type === 'link')
              expect(['Azure portal', 'Run', 'the job summary', 'azure-refused']).toContain(token.text)
        }
      }),
      { numRuns: Number(process.env.HOSTILE_RUNS ?? 150) },
    )
  })

  test('is part of its line in the log, without a colour of its own', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const report = reportWith(text)
        const lines = [...planLog(report), ...planDigest(report), ...report.outcomes.map(outcomeLine)]
        for (const line of lines) {
          // The escape character is what begins a colour of ours.
          const plain = line.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '')
          expect(plain).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
          expect(plain).not.toMatch(/^\s*::/)
        }
      }),
    )
  })
})
