import { fingerprintOf } from '../../src/engine/fingerprint.ts'
import type { Report } from '../../src/render/report.ts'
import { judge } from '../../src/spec/drift.ts'
import { driftNotes } from '../../src/spec/drift-report.ts'
import { notesOn } from '../../src/spec/notes.ts'
import { refusalFor } from '../../src/spec/obstacles.ts'
import { warningsOn } from '../../src/spec/warnings.ts'
import { TENANT_ID } from '../builders.ts'
import { setOf } from '../spec/grant-builders.ts'
import type { Scenario } from './scenarios.ts'

const CONTEXT = {
  repository: 'acme/infra',
  eventName: 'push',
  commit: '4f2d9c81e07b6a35d1c8f0e94b7a2635c0d1e8f7',
  runUrl: 'https://github.com/acme/infra/actions/runs/9876543210',
}

/** The report of a run in which this happened. */
export function reportOf(given: Scenario): Report {
  const { inputs, plan, existing, outcomes = [], missing = [], error, eventName = 'push' } = given
  const armId = existing.find(({ resource }) => resource.kind === 'container-group')?.armId
  const portalUrl = (id: string) => `https://portal.azure.com/#@${TENANT_ID}/resource${id}`
  const actual = setOf(existing)
  const drift = inputs.operation === 'drift' ? judge(plan, actual) : undefined
  return {
    inputs,
    plan,
    drift,
    outcomes,
    principal: null,
    context: { ...CONTEXT, eventName },
    portalUrl,
    warnings: warningsOn(plan),
    notes: [...(drift ? driftNotes(drift) : []), ...notesOn({ inputs, plan, actual, around: { roles: new Map() } })],
    obstacles: { missing, refusal: refusalFor(missing), notes: [], unregistered: [] },
    fingerprint: fingerprintOf(plan),
    links: armId === undefined ? [] : [{ title: 'Azure portal', url: portalUrl(armId) }],
    ...(error && { error }),
  }
}
