import type { Host } from '../host/host.ts'
import { field, list, text } from '../json.ts'
import type { Phase } from '../render/phase.ts'
import { planDocument } from '../render/plan-json.ts'
import { planLines } from '../render/plan-lines.ts'
import type { Planned } from '../render/report.ts'

/** What a comment remembers of the plan it shows, for the run that is to apply it. */
export type PlanRecord = {
  readonly phase: Phase
  readonly fingerprint: string
  /** The plan in lines; undefined when it was too long to be kept. */
  readonly lines: readonly string[] | undefined
}

/** Characters of all lines, before they are packed. */
const MOST_CHARACTERS = 40_000

/** Packed text is closed to the host's redactor, so it passes before. */
export function recordOf(
  { plan, fingerprint }: Pick<Planned, 'plan' | 'fingerprint'>,
  phase: Phase,
  host: Pick<Host, 'redact'>,
): PlanRecord {
  const lines = linesNow({ plan, fingerprint }, host)
  return { phase, fingerprint, lines: lines.join('\n').length > MOST_CHARACTERS ? undefined : lines }
}

/** The plan of this run in lines, fit to be held against those of a record. */
export function linesNow(
  { plan, fingerprint }: Pick<Planned, 'plan' | 'fingerprint'>,
  host: Pick<Host, 'redact'>,
): string[] {
  return planLines(planDocument({ plan, fingerprint, drift: undefined })).map((line) => host.redact(line))
}

/** The record in a marker, undefined when it is none of ours. */
export function parseRecord(data: unknown): PlanRecord | undefined {
  const fingerprint = text(field(data, 'fingerprint'))
  const phase = PHASES.find((one) => one === field(data, 'phase'))
  if (fingerprint === undefined || !/^[0-9a-f]{64}$/.test(fingerprint) || phase === undefined) return undefined
  const lines = field(data, 'lines')
  return {
    phase,
    fingerprint,
    lines: Array.isArray(lines) ? list(lines).flatMap((line) => (typeof line === 'string' ? [line] : [])) : undefined,
  }
}

const PHASES: readonly Phase[] = ['planned', 'applying', 'applied', 'failed', 'outdated']
