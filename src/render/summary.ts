import type { Outcome } from '../engine/apply.ts'
import type { Change, Plan } from '../engine/plan.ts'
import { type DeployError, explain } from '../errors.ts'
import type { RunContext } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { ConnectorState } from '../spec/connector-state.ts'
import type { Drift } from '../spec/drift.ts'
import type { Obstacles } from '../spec/obstacles.ts'
import type { AzureResource } from '../spec/resources.ts'
import type { Diagnosis } from '../spec/sighting.ts'
import { changeLines } from './change-lines.ts'
import { diagnosisSections } from './diagnosis.ts'
import { block, code } from './markdown.ts'
import { ACTIONS, KINDS, RESULTS } from './symbols.ts'
import { verdict } from './verdict.ts'

/** A plan with everything its readers are shown. */
export type Planned = {
  readonly inputs: Inputs
  readonly plan: Plan<AzureResource>
  /** The plan told apart by cause, in a drift run. */
  readonly drift: Drift | undefined
  /** Sentences that a reader must not miss, and sentences that help. */
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  readonly obstacles: Obstacles
  readonly fingerprint: string
  /** Of a user-assigned identity, known before anything exists. */
  readonly principal: string | null
  readonly portalUrl: (armId: string) => string
  /** What groups that do not work say of themselves, and what is known of the connector: known once it was verified. */
  readonly diagnosis?: readonly Diagnosis[]
  readonly connector?: ConnectorState
}

export type Report = Planned & {
  readonly context: RunContext
  /** Empty when nothing was applied. */
  readonly outcomes: readonly Outcome[]
  readonly error?: DeployError
  readonly links: readonly { readonly title: string; readonly url: string }[]
}

/** The job summary of a run that came to a plan, as Markdown. */
export function summary(report: Report): string {
  const { inputs, plan, warnings, notes, obstacles, outcomes, error } = report
  const sections = [
    `## Apono connector ${code(inputs.connectorId)}: ${heading(report)}`,
    table(plan, outcomes),
    ...plan.changes.flatMap(details),
    ...warnings.map((warning) => `> [!WARNING]\n> ${sentence(warning)}`),
    ...(notes.length > 0 ? [notes.map((note) => `> [!NOTE]\n> ${sentence(note)}`).join('\n\n')] : []),
    ...(error ? [failure(error)] : obstacles.missing.map(warning)),
    ...diagnosisSections(report.diagnosis),
    footer(report),
  ]
  return `${sections.join('\n\n')}\n`
}

/** The job summary of a run that failed before there was a plan. */
export function failureSummary(error: DeployError): string {
  return `## Apono connector: failed\n\n${failure(error)}\n`
}

function heading({ plan, outcomes, inputs, error }: Report): string {
  if (error) return 'failed'
  if (inputs.operation === 'apply' && outcomes.some(({ result }) => result !== 'unchanged')) return 'applied'
  return verdict(plan).replace(/\.$/, '').toLowerCase()
}

function table(plan: Plan, outcomes: readonly Outcome[]): string {
  const rows = plan.changes.map((change) => {
    const { symbol, verb } = ACTIONS[change.action]
    const outcome = outcomes.find((candidate) => candidate.change.address === change.address)
    const state = outcome === undefined ? verb : RESULTS[outcome.result]
    return `| ${code(symbol)} ${state} | ${kindOf(change)} | ${code(change.name)} |`
  })
  return ['| Action | Kind | Name |', '| --- | --- | --- |', ...rows].join('\n')
}

function kindOf({ kind }: Change): string {
  return KINDS[kind] ?? kind
}

function details(change: Change): string[] {
  const lines = changeLines(change).map(({ sign, text }) => `${sign === '~' ? '!' : sign} ${text}`)
  return lines.length === 0 ? [] : [`**${kindOf(change)} ${code(change.name)}**`, block('diff', lines)]
}

/** Names inside a sentence are quoted by us; whatever else Markdown could make of them is switched off. */
function sentence(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~@]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, ' ')
}

function warning(error: DeployError): string {
  return [
    '> [!WARNING]',
    ...[sentence(error.message), '', ...error.hint.split('\n').map(code)].map((line) => `> ${line}`),
  ].join('\n')
}

function failure(error: DeployError): string {
  return [`**${error.code}**`, block('text', explain(error).split('\n'))].join('\n\n')
}

function footer({ inputs, context, fingerprint, plan, links }: Report): string {
  const next =
    inputs.operation === 'plan' && plan.changes.some(({ action }) => action !== 'no-op')
      ? 'Nothing was changed: this is a plan.'
      : ''
  const place = `Subscription ${code(inputs.subscriptionId)}, resource group ${code(inputs.resourceGroup)}.`
  const anchors = [...links, ...(context.runUrl ? [{ title: 'Run', url: context.runUrl }] : [])].map(
    ({ title, url }) => `[${title}](${linkTarget(url)})`,
  )
  const commit = context.commit ? [`commit ${code(context.commit.slice(0, 7))}`] : []
  return [
    [next, place].filter((part) => part !== '').join(' '),
    [...anchors, ...commit, `plan ${code(fingerprint.slice(0, 12))}`].join(' · '),
  ].join('\n\n')
}

/** Parentheses are legal in names of resource groups, and would end the link. */
function linkTarget(url: string): string {
  return encodeURI(url).replaceAll('(', '%28').replaceAll(')', '%29')
}
