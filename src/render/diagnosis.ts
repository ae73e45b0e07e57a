import type { ContainerState, Diagnosis, SeenEvent } from '../spec/sighting.ts'
import { inert } from './change-lines.ts'
import { block, code } from './markdown.ts'

/** Signs of a line of a log that are shown; nobody reads further. */
const LONGEST = 1_000

/** What a group says of itself, in lines: its state, its containers, what happened, and the end of each log. */
export function diagnosisLines({ group, provisioningState, state, events, containers, logs }: Diagnosis): string[] {
  return [
    `container group ${inert(group)}: provisioning ${inert(provisioningState)}, state ${inert(state)}`,
    ...events.map(eventLine),
    ...containers.flatMap(({ name, restarts, current, previous, events: own }) => [
      `container ${inert(name)}: ${stateText(current)}, restarts ${restarts}`,
      ...(previous ? [`  before that: ${stateText(previous)}`] : []),
      ...own.map(eventLine),
    ]),
    ...logs.flatMap(({ container, lines }) => [
      lines.length > 0
        ? `log of ${inert(container)}, the last ${lines.length} lines:`
        : `log of ${inert(container)}: empty`,
      ...lines.map((line) => `  | ${line.slice(0, LONGEST)}`),
    ]),
  ]
}

/** The same for the job summary. Nothing in a fenced block is Markdown, HTML or a mention. */
export function diagnosisSections(diagnosis: readonly Diagnosis[] = []): string[] {
  return diagnosis.map((one) => [`**What ${code(one.group)} says**`, block('text', diagnosisLines(one))].join('\n\n'))
}

function stateText(state: ContainerState | undefined): string {
  if (state === undefined) return 'Azure tells nothing of it'
  const { state: name, detail, exitCode, startedAt, finishedAt } = state
  return [
    inert(name),
    ...(detail === '' ? [] : [inert(detail)]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(startedAt === undefined ? [] : [`since ${iso(startedAt)}`]),
    ...(finishedAt === undefined ? [] : [`until ${iso(finishedAt)}`]),
  ].join(', ')
}

function eventLine({ name, message, isWarning, count, last }: SeenEvent): string {
  const when = last === undefined ? '' : ` at ${iso(last)}`
  const often = count > 1 ? ` (${count} times)` : ''
  return `  ${isWarning ? 'warning' : 'event'} ${inert(name)}${when}${often}: ${inert(message)}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
