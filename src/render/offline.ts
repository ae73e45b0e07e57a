import type { Change, Plan } from '../engine/plan.ts'
import type { Withheld } from '../host/host.ts'
import { foldedBlock } from './change-block.ts'
import { changeLines, inert } from './change-lines.ts'
import { subject } from './heading.ts'
import { alert, code, htmlCode, quote, sentence } from './markdown.ts'
import { kindOf } from './symbols.ts'

/** The desired state of a run that could not ask Azure. */
export type OfflineView = {
  readonly plan: Plan
  readonly withheld: Withheld
  readonly connectorId: string
  readonly label: string | undefined
  /** Texts that stand for inputs which the run was not given, by the input's name. */
  readonly names: Readonly<Record<string, string>>
}

const WHOSE: Readonly<Record<Withheld, string>> = {
  fork: 'This run is of a pull request from a fork',
  dependabot: 'This run was started by Dependabot',
}

/** What the reader has to know first. */
export function offlineNotice({ withheld }: OfflineView): string {
  return `${WHOSE[withheld]}, which GitHub gives no secrets, no variables and no OpenID Connect token. So this is an offline plan: Azure was not asked, what exists there is unknown, and what follows is the desired state alone.`
}

/** The desired state for the log, without signs: nobody knows what of it is there already. */
export function offlineLines(view: OfflineView): string[] {
  return view.plan.changes.flatMap((change) => [
    `${kindOf(change)} ${named(inert(change.name), view)}`,
    ...lines(change, view).map((line) => `    ${line}`),
  ])
}

/** The desired state for the job summary. */
export function offlineSummary(view: OfflineView): string {
  const sections = [
    `## ${subject({ inputs: view }, code)}: offline plan`,
    ...alert('WARNING', [quote(sentence(offlineNotice(view)))]),
    ...view.plan.changes.map((change) =>
      foldedBlock(`${kindOf(change)} ${htmlCode(named(change.name, view))}`, 'text', lines(change, view)),
    ),
    '**Next:** the plan against Azure follows once the change is on a branch of this repository.',
  ]
  return `${sections.join('\n\n')}\n`
}

function lines(change: Change, view: OfflineView): string[] {
  return changeLines(change).map(({ text }) => named(text, view))
}

function named(text: string, { names }: OfflineView): string {
  return Object.entries(names).reduce((rest, [name, stand]) => rest.replaceAll(stand, `<${name}>`), text)
}
