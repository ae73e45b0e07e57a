import { describe, expect, test } from '@jest/globals'
import { fingerprintOf } from '../../src/engine/fingerprint.ts'
import { DeployError } from '../../src/errors.ts'
import { planLog } from '../../src/render/log.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import { planDocument } from '../../src/render/plan-json.ts'
import { failureSummary, type Report, summary } from '../../src/render/summary.ts'
import { driftNotes, judge } from '../../src/spec/drift.ts'
import { notesOn } from '../../src/spec/notes.ts'
import { refusalFor } from '../../src/spec/obstacles.ts'
import { warningsOn } from '../../src/spec/warnings.ts'
import { OTHER_FINGERPRINT, someInputs, TENANT_ID, TOKEN, TOKEN_FINGERPRINT } from '../builders.ts'
import { expectGolden, visible } from '../golden.ts'
import { setOf, VAULT } from '../spec/grant-builders.ts'
import { byHand, existing, noCapacity, SCENARIOS, type Scenario, scenario } from './scenarios.ts'

const context = {
  repository: 'acme/infra',
  eventName: 'push',
  commit: '4f2d9c81e07b6a35d1c8f0e94b7a2635c0d1e8f7',
  runUrl: 'https://github.com/acme/infra/actions/runs/9876543210',
}

function reportOf({ inputs, plan, existing: there, outcomes = [], missing: lacking = [], error }: Scenario): Report {
  const armId = there.find(({ resource }) => resource.kind === 'container-group')?.armId
  const portalUrl = (id: string) => `https://portal.azure.com/#@${TENANT_ID}/resource${id}`
  const actual = setOf(there)
  const drift = inputs.operation === 'drift' ? judge(plan, actual) : undefined
  return {
    inputs,
    plan,
    drift,
    outcomes,
    principal: null,
    context,
    portalUrl,
    warnings: warningsOn(plan),
    notes: [...(drift ? driftNotes(drift) : []), ...notesOn({ inputs, plan, actual, around: { roles: new Map() } })],
    obstacles: { missing: lacking, refusal: refusalFor(lacking), notes: [], unregistered: [] },
    fingerprint: fingerprintOf(plan),
    links: armId === undefined ? [] : [{ title: 'Azure portal', url: portalUrl(armId) }],
    ...(error && { error }),
  }
}

function logOf(given: Scenario): string {
  const { warnings, notes, outcomes, plan } = reportOf(given)
  const lines = [
    ...planLog(plan),
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...notes.map((note) => `Note: ${note}`),
    ...outcomes.map(outcomeLine),
  ]
  return `${visible(lines.join('\n'))}\n`
}

/** A line of the log without the colours that we give it. */
function uncoloured(line: string): string {
  return visible(line).replaceAll(/␛\[\d+m/g, '')
}

function jsonOf({ plan }: Scenario): string {
  return `${JSON.stringify(planDocument(plan, fingerprintOf(plan)), null, 2)}\n`
}

describe.each(Object.entries(SCENARIOS))('%s', (name, given) => {
  const faces = { 'log.txt': logOf(given), 'summary.md': summary(reportOf(given)), 'plan.json': jsonOf(given) }

  test.each([
    ['log.txt', faces['log.txt']],
    ['summary.md', faces['summary.md']],
  ])('%s is as it was agreed', (face, text) => {
    expectGolden(`${name}.${face}`, text)
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
    expect(planLog(given.plan).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
  })

  test('every fence of the summary is closed by itself, with nothing of others in between', () => {
    const lines = faces['summary.md'].split('\n')
    const fences = lines.filter((line) => /^`{3,}(\w+)?$/.test(line))
    const longest = Math.max(0, ...fences.map((fence) => /^`+/.exec(fence)?.[0].length ?? 0))
    expect(fences.filter((fence) => fence.startsWith('`'.repeat(longest))).length % 2).toBe(0)
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
  expect(footer).toMatch(/^plan `[0-9a-f]{12}`$/)
})

test('a note is plain words on one line, whatever Azure says in it', () => {
  const note = 'It is *bold* _and_ [here](https://evil.example)\n# a `heading` of <b>@octocat</b> | ~x~'
  expect(summary({ ...reportOf(scenario({})), notes: [note] }).split('\n')).toContain(
    '> It is \\*bold\\* \\_and\\_ \\[here\\](https://evil.example) \\# a \\`heading\\` of \\<b\\>\\@octocat\\</b\\> \\| \\~x\\~',
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
  const { plan } = scenario({ tags: { [name]: 'x' } }, [existing])
  expect(planLog(plan).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
})

// Names of roles are somebody's choice, and the head of a change shows them.
test.each(['a\n::stop-commands::x', 'a\u001b[2K'])('the name %j of a role stays inside its line', (role) => {
  const { plan } = scenario({ extraRoleAssignments: [{ role, scope: VAULT }] }, [existing])
  expect(planLog(plan).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
})

test('a plan without the token still shows that the token can be read in plain text', () => {
  const { plan } = scenario({ aponoToken: undefined }, [byHand], null)
  expect(planLog(plan).join('\n')).toContain('readable in plain text')
})

test('a tag called constructor does not break the plan as JSON', () => {
  expect(() => jsonOf(scenario({ tags: { ...someInputs().tags, constructor: 'x' } }, [existing]))).not.toThrow()
})
