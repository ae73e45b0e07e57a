import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/engine/apply.ts'
import { fingerprintOf } from '../../src/engine/fingerprint.ts'
import { refusalOf } from '../../src/engine/guard.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { DeployError } from '../../src/errors.ts'
import type { Inputs } from '../../src/inputs.ts'
import { planLog } from '../../src/render/log.ts'
import { notesOn } from '../../src/render/notes.ts'
import { outcomeLine } from '../../src/render/outcome-line.ts'
import { planDocument } from '../../src/render/plan-json.ts'
import { failureSummary, type Report, summary } from '../../src/render/summary.ts'
import type { ContainerGroup } from '../../src/spec/resources.ts'
import {
  actualGroup,
  desiredGroup,
  OTHER_FINGERPRINT,
  only,
  planOf,
  someInputs,
  TENANT_ID,
  TOKEN,
  TOKEN_FINGERPRINT,
} from '../builders.ts'
import { expectGolden, visible } from '../golden.ts'

type Scenario = {
  readonly inputs: Inputs
  readonly plan: Plan<ContainerGroup>
  readonly outcomes?: readonly Outcome[]
  readonly error?: DeployError
}

const context = {
  repository: 'acme/infra',
  eventName: 'push',
  commit: '4f2d9c81e07b6a35d1c8f0e94b7a2635c0d1e8f7',
  runUrl: 'https://github.com/acme/infra/actions/runs/9876543210',
}

const present = desiredGroup().properties
const existing = actualGroup()
const noCapacity = new DeployError(
  'no-capacity',
  "The region has no capacity for this container group now. The requested resource is not available in the location 'westeurope' at this moment.",
  {
    hint: 'Try again later, choose another `location`, or ask for less `cpu` and `memory`.',
    facts: { 'Azure error': '409 ServiceUnavailable', 'correlation id': '6f0e1d2c-3b4a-4958-8776-655443322110' },
  },
)

/** What a run with these inputs would show, where the group that is there (if any) is `before`. */
function scenario(changes: Partial<Inputs>, before?: ReturnType<typeof actualGroup>, tokenFingerprint?: string | null) {
  return { inputs: someInputs(changes), plan: planOf(desiredGroup(changes, tokenFingerprint), before) }
}

function applied(from: Scenario, result: 'created' | 'updated' | 'unchanged'): Scenario {
  return { ...from, outcomes: [{ result, change: only(from.plan.changes), actual: existing }] }
}

function failed(from: Scenario, error: DeployError): Scenario {
  return { ...from, error, outcomes: [{ result: 'failed', change: only(from.plan.changes), error }] }
}

function refused(from: Scenario): Scenario {
  const error = refusalOf(from.plan)
  return { ...from, ...(error && { error }) }
}

/** An install by the older guide: no probe, less memory left alone, the token for every Reader to see. */
const byHand = actualGroup(
  {
    ...present,
    token: 'readable in plain text',
    livenessProbe: null,
    environment: { APONO_CONNECTOR_ID: 'apono-connector', APONO_URL: 'api.apono.io' },
    tags: { owner: 'jane' },
  },
  { ownership: { by: 'nobody' } },
)

const hostile = {
  environment: {
    MULTILINE: 'first\n+ image  "registry.evil.example/connector:v6.6.6"\n::set-output name=outcome::applied\r\nlast',
    COMMANDS: '::set-output name=x::y ::stop-commands::z',
    ANSI: '\u001b[31mred\u001b[0m\u0007',
  },
  tags: {
    '`tick`': '`code` ``two``',
    '```': '```\n</details>\n# Approved',
    'a|b': '| cell | cell |',
    '@octocat': '@acme/admins please **approve** [now](https://evil.example)',
    '::set-output name=x::y': '::error::x',
    html: '<img src=x onerror=alert(1)><!-- -->',
    quote: '"quoted" \\ back',
    emoji: '🦊 grüße',
  },
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  create: scenario({}),
  'create-applied': applied(scenario({ operation: 'apply' }), 'created'),
  'update-tags': scenario({ tags: { team: 'security', stage: 'production' } }, existing),
  'update-restart': applied(
    scenario(
      { operation: 'apply', connectorVersion: 'v1.8.0', environment: { LOG_LEVEL: 'debug' } },
      actualGroup(present, { condition: { is: 'broken', detail: 'Stopped' } }),
      OTHER_FINGERPRINT,
    ),
    'updated',
  ),
  'update-failed': failed(scenario({ operation: 'apply', connectorVersion: 'v1.8.0' }, existing), noCapacity),
  replace: scenario({ cpu: 2, memory: 4, tags: {} }, existing),
  'replace-refused': refused(scenario({ operation: 'apply', cpu: 2 }, existing)),
  'no-op': scenario({}, existing),
  'no-op-applied': applied(scenario({ operation: 'apply' }, existing), 'unchanged'),
  'no-token': scenario({ aponoToken: undefined }, existing, null),
  adoption: scenario({}, byHand),
  'hostile-create': scenario(hostile),
  'hostile-update': scenario(
    { tags: { '```': '```', '@octocat': '::warning::b' } },
    actualGroup({ ...present, tags: { ...present.tags, ...hostile.tags }, image: '`x`|<b>\n\u001b[31m' }),
  ),
}

function reportOf({ inputs, plan, outcomes = [], error }: Scenario): Report {
  const armId = plan.changes.find((change) => change.action !== 'create')?.before.armId
  const portalUrl = (id: string) => `https://portal.azure.com/#@${TENANT_ID}/resource${id}`
  return {
    inputs,
    plan,
    outcomes,
    context,
    portalUrl,
    notes: notesOn(plan, { tokenGiven: inputs.aponoToken !== undefined }),
    fingerprint: fingerprintOf(plan),
    links: armId === undefined ? [] : [{ title: 'Azure portal', url: portalUrl(armId) }],
    ...(error && { error }),
  }
}

function logOf(given: Scenario): string {
  const { notes, outcomes, plan } = reportOf(given)
  const lines = [...planLog(plan), ...notes.map((note) => `Note: ${note}`), ...outcomes.map(outcomeLine)]
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
  const report = reportOf(scenario({}, existing))
  const url = 'https://portal.azure.com/#@x/resource/subscriptions/y/resourceGroups/rg-prod)/z'
  const text = summary({ ...report, links: [{ title: 'Azure portal', url }] })
  expect(/\[Azure portal\]\((?<target>[^()]*)\) · /.exec(text)?.groups?.target).toMatch(/z$/)
})

// The name of a tag can come from Azure as well as from the inputs; a line break in it starts a workflow command of its own.
test.each(['a\n::stop-commands::x', 'a\u001b[2K'])('the name %j of a tag stays inside its line', (name) => {
  const { plan } = scenario({ tags: { [name]: 'x' } }, existing)
  expect(planLog(plan).map(uncoloured).join('')).not.toMatch(/\p{Cc}|␛/u)
})

test('a plan without the token still shows that the token can be read in plain text', () => {
  const { plan } = scenario({ aponoToken: undefined }, byHand, null)
  expect(planLog(plan).join('\n')).toContain('readable in plain text')
})

test('a tag called constructor does not break the plan as JSON', () => {
  expect(() => jsonOf(scenario({ tags: { ...someInputs().tags, constructor: 'x' } }, existing))).not.toThrow()
})
