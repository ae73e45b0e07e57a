import { describe, expect, test } from '@jest/globals'
import { DeployError } from '../../src/errors.ts'
import { comment } from '../../src/render/comment.ts'
import { driftGone, driftIssue } from '../../src/render/drift-issue.ts'
import { planDigest, planLog } from '../../src/render/log.ts'
import { offlineSummary } from '../../src/render/offline.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import { type Phase, phaseOf } from '../../src/render/phase.ts'
import { planDocument } from '../../src/render/plan-json.ts'
import type { Report } from '../../src/render/report.ts'
import { failureSummary, summary } from '../../src/render/summary.ts'
import { OTHER_FINGERPRINT, someInputs, TOKEN, TOKEN_FINGERPRINT } from '../builders.ts'
import { expectGolden, visible } from '../golden.ts'
import { VAULT } from '../spec/grant-builders.ts'
import { reportOf } from './reports.ts'
import { byHand, existing, noCapacity, SCENARIOS, type Scenario, scenario } from './scenarios.ts'

function logOf(given: Scenario): string {
  const report = reportOf(given)
  const { warnings, outcomes } = report
  const annotations = warnings.map((warning) => `Warning: ${warning}`)
  const lines = [...planLog(report), '', ...planDigest(report), ...annotations, ...outcomes.map(outcomeLine)]
  return `${visible(lines.join('\n'))}\n`
}

/** A line of the log without the colours that we give it. */
function uncoloured(line: string): string {
  return visible(line).replaceAll(/␛\[\d+m/g, '')
}

function jsonOf(given: Scenario): string {
  return `${JSON.stringify(planDocument(reportOf(given)), null, 2)}\n`
}

describe.each(Object.entries(SCENARIOS))('%s', (name, given) => {
  const faces = { 'log.txt': logOf(given), 'summary.md': summary(reportOf(given)), 'plan.json': jsonOf(given) }

  test.each([
    ['log.txt', faces['log.txt']],
    ['summary.md', faces['summary.md']],
  ])('%s is as it was agreed', (face, text) => {
    expectGolden(`${name}.${face}`, text)
  })

  test('a comment that has room for it says what the summary says', () => {
    const report = reportOf(given)
    expect(comment(report, phaseOf(report), 900_000)).toBe(faces['summary.md'])
  })

  test('plan.json is as it was agreed', () => {
    expectGolden(`${name}.plan.json`, faces['plan.json'])
  })

  test('no face shows the token or its fingerprint', () => {
    const shown = Object.values(faces).join('\n')
    for (const secret of [TOKEN, TOKEN_FINGERPRINT, OTHER_FINGERPRINT]) expect(shown).not.toContain(secret)
  })

  test('no line of the log is a workflow command, and none holds a control character of others', () => {
    for (const line of faces['log.txt'].split('\n')) expect(line).not.toMatch(/^\s*(::|##\[)/)
    expect(planLog(reportOf(given)).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
  })

  test('every fence of the summary is closed by itself, with nothing of others in between', () => {
    const lines = faces['summary.md'].split('\n')
    const fences = lines.filter((line) => /^`{3,}(\w+)?$/.test(line))
    const longest = Math.max(0, ...fences.map((fence) => /^`+/.exec(fence)?.[0].length ?? 0))
    expect(fences.filter((fence) => fence.startsWith('`'.repeat(longest))).length % 2).toBe(0)
  })
})

describe('the comment', () => {
  const report = reportOf(SCENARIOS.mixed ?? scenario({}))
  const applied = reportOf(SCENARIOS['mixed-applied'] ?? scenario({}))
  const failed = reportOf(SCENARIOS['mixed-failed'] ?? scenario({}))
  const phases: readonly (readonly [Phase, Report])[] = [
    ['planned', report],
    ['applying', report],
    ['applied', applied],
    ['failed', failed],
  ]

  test.each(phases)('of a plan that is %s is as it was agreed', (phase, shown) => {
    expectGolden(`mixed-${phase}.comment.md`, comment(shown, phase, 60_000))
  })

  test('of a hundred objects loses whole ones, and says how many', () => {
    const text = comment(reportOf(SCENARIOS.hundred ?? scenario({})), 'planned', 20_000)
    expect(text.length).toBeLessThanOrEqual(20_000)
    expectGolden('hundred.comment.md', text)
  })
})

test('the plan of a run that may not ask Azure is as it was agreed', () => {
  const { plan, inputs } = reportOf(SCENARIOS['grants-create'] ?? scenario({}))
  const { connectorId } = inputs
  const view = { plan, withheld: 'fork', connectorId, label: 'production', names: { 'tenant-id': VAULT } } as const
  expectGolden('offline.summary.md', offlineSummary(view))
})

test('a plan that is not the approved one is told side by side', () => {
  const message = 'Not the approved plan.\nBoth (- approved, + now):\n  create x "y"\n- update x "a"\n+ update x "b"'
  const error = new DeployError('plan-changed', message, { hint: 'Have it reviewed.' })
  const report = reportOf(SCENARIOS.mixed ?? scenario({}))
  expectGolden('plan-changed.comment.md', comment({ ...report, error }, 'outdated', 60_000))
})

describe('the drift issue', () => {
  test.each(['drift', 'drift-mixed', 'drift-stranger', 'drift-partly-repaired', 'hostile-drift'])(
    'of %s is as it was agreed',
    (name) => {
      const { title, body } = driftIssue(reportOf(SCENARIOS[name] ?? scenario({})))
      expectGolden(`${name}.issue.md`, `${title}\n\n${body}`)
    },
  )

  test('is the same, whichever run finds the same drift', () => {
    const report = reportOf(SCENARIOS.drift ?? scenario({}))
    const later = {
      ...report,
      context: { ...report.context, commit: 'abcdef0123', runUrl: 'https://github.com/x/y/actions/runs/2' },
    }
    expect(driftIssue(later)).toEqual(driftIssue(report))
  })

  test('ends with a note that names the run', () => {
    expectGolden('drift-gone.issue.md', `${driftGone(reportOf(scenario({ operation: 'drift' }, [existing])))}\n`)
  })
})

test('a failure before there was a plan is a summary of its own', () => {
  expectGolden('failure.summary.md', failureSummary(noCapacity))
  const hostileError = new DeployError('azure-refused', 'No:\n```\n# Approved\n<b>@octocat</b>', { hint: '````\n:::' })
  expectGolden('hostile-failure.summary.md', failureSummary(hostileError))
})

test('outside a workflow there is no run and no commit to name', () => {
  const bare = { repository: '', eventName: '', commit: '', runUrl: '' }
  const footer = summary({ ...reportOf(scenario({})), context: bare })
    .trimEnd()
    .split('\n')
    .at(-1)
  expect(footer).toMatch(/^<sub>plan `[0-9a-f]{12}` · subscription /)
})

test('a note is plain words on one line, whatever Azure says in it', () => {
  const note = 'It is *bold* _and_ [here](https://evil.example)\n# a `heading` of <b>@octocat</b> | ~x~'
  expect(summary({ ...reportOf(scenario({})), notes: [note] }).split('\n')).toContain(
    '> It is `*bold*` `_and_` `[here](https://evil.example`) `#` a `heading` of `<b>@octocat</b>` `|` `~x~`',
  )
})

test('a parenthesis in the name of a resource group does not end the link', () => {
  const report = reportOf(scenario({}, [existing]))
  const url = 'https://portal.azure.com/#@x/resource/subscriptions/y/resourceGroups/rg-prod)/z'
  const text = summary({ ...report, links: [{ title: 'Azure portal', url }] })
  expect(/\[Azure portal\]\((?<target>[^()]*)\) · /.exec(text)?.groups?.target).toMatch(/z$/)
})

// The name of a tag can come from Azure as well as from the inputs; a line break in it starts a workflow command of its own.
test.each(['a\n::stop-commands::x', 'a\u001b[2K'])('the name %j of a tag stays inside its line', (name) => {
  const report = reportOf(scenario({ tags: { [name]: 'x' } }, [existing]))
  expect(planLog(report).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
})

// Names of roles are somebody's choice, and the head of a change shows them.
test.each(['a\n::stop-commands::x', 'a\u001b[2K'])('the name %j of a role stays inside its line', (role) => {
  const report = reportOf(scenario({ extraRoleAssignments: [{ role, scope: VAULT }] }, [existing]))
  expect(planLog(report).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
})

test('a plan without the token still shows that the token can be read in plain text', () => {
  const report = reportOf(scenario({ aponoToken: undefined }, [byHand], null))
  expect(planLog(report).join('\n')).toContain('readable in plain text')
})

test('a tag called constructor does not break the plan as JSON', () => {
  expect(() => jsonOf(scenario({ tags: { ...someInputs().tags, constructor: 'x' } }, [existing]))).not.toThrow()
})
