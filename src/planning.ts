import { inUse } from './apono/in-use.ts'
import { newerVersion } from './apono/newer-version.ts'
import type { Rules } from './engine/adapter.ts'
import { fingerprintOf } from './engine/fingerprint.ts'
import { violationsOf } from './engine/guard.ts'
import { observe } from './engine/observe.ts'
import { makePlan, type Plan } from './engine/plan.ts'
import type { Address } from './engine/resource.ts'
import { DeployError } from './errors.ts'
import type { Inputs } from './inputs/inputs.ts'
import type { Planned } from './render/report.ts'
import type { Services } from './services.ts'
import { refuseUnwanted } from './spec/adoption.ts'
import { desiredFrom, targetsOf } from './spec/desired.ts'
import { judge } from './spec/drift.ts'
import { repairOf } from './spec/drift-repair.ts'
import { driftNotes } from './spec/drift-report.ts'
import { notesOn } from './spec/notes.ts'
import { refuseForeign } from './spec/refusals.ts'
import type { AzureResource } from './spec/resources.ts'
import { secureFingerprints } from './spec/secure-fingerprints.ts'
import { registryFingerprint, tokenFingerprint } from './spec/token-fingerprint.ts'
import { signInWarnings, warningsOn } from './spec/warnings.ts'
import { workspacesToKeep } from './spec/workspace.ts'

/**
 * Desired, actual, the plan between them, and what stands in its way. Reads only.
 * @param unchangeable what Azure has refused to change in place, against our rules: it becomes a replace.
 */
export async function planFrom(
  inputs: Inputs,
  { azure, apono }: Services,
  unchangeable: ReadonlySet<Address> = new Set(),
): Promise<Planned> {
  const { 'container-group': groups, ...others } = azure.adapters
  const [looked, secrets, found] = await Promise.all([
    azure.lookAround(),
    fingerprints(inputs, azure),
    groups.observe(targetsOf(inputs), new Map()),
  ])
  const around = { ...looked, ...secrets.known }
  const desired = desiredFrom(inputs, around, found.actual)
  const { actual, unread } = await observe(others, desired, found)
  const toStay = new Set(workspacesToKeep(actual, inputs).map(({ resource }) => resource.address))
  const rulesOf = ({ kind, address }: AzureResource): Rules => {
    const { rules } = azure.adapters[kind]
    return unchangeable.has(address) ? withoutUpdates(rules) : rules
  }
  const wantsGrants = [...desired.values()].some(({ kind }) => kind !== 'container-group')
  if (inputs.operation === 'drift' && wantsGrants && unread.length > 0) throw unreadable(unread)
  const plan = makePlan(desired, new Map([...actual].filter(([address]) => !toStay.has(address))), rulesOf)
  refuseForeign(violationsOf(plan, inputs))
  refuseUnwanted(plan, actual, inputs)

  const drift = inputs.operation === 'drift' ? judge(plan, actual) : undefined
  // What stands in the way of changes that this run would not make is no reason against those it makes.
  const intended = drift === undefined ? plan : inputs.autoRepair ? repairOf(drift) : NOTHING
  const [obstacles, use, versions] = await Promise.all([
    azure.preflight(intended),
    inUse(apono, inputs),
    newerVersion(apono, inputs),
  ])
  const notes = [
    ...(drift ? driftNotes(drift) : []),
    ...notesOn({ inputs, plan, actual, around }),
    ...secrets.notes,
    ...(takesAway(plan) ? [] : unread),
    ...looked.notes,
    ...use.notes,
    ...versions,
    ...obstacles.notes,
  ]
  return {
    inputs,
    plan,
    drift,
    warnings: [...warningsOn(plan), ...(takesAway(plan) ? unread : []), ...signInWarnings(inputs)],
    notes,
    obstacles: { ...obstacles, refusal: use.refusal ?? obstacles.refusal },
    fingerprint: fingerprintOf(plan),
    principal: around.principal,
    portalUrl: azure.portalUrl,
  }
}

/** Does a group go, and with it what would tell the next run of rights that this one could not see? */
function takesAway({ changes }: Plan<AzureResource>): boolean {
  return changes.some(({ kind, action }) => kind === 'container-group' && (action === 'delete' || action === 'replace'))
}

const NOTHING: Plan<AzureResource> = { changes: [] }

/** Of what Azure refused to change in place, all but the tags. */
function withoutUpdates({ impactOf, ...rules }: Rules): Rules {
  return { ...rules, impactOf: (difference) => (impactOf(difference) === 'none' ? 'none' : 'replace') }
}

/** What may be told of the secrets of this run, and why not more. */
async function fingerprints(inputs: Inputs, azure: Services['azure']) {
  const reading = azure.token()
  const [{ notes }, tokenPrint, registryPrint, variables] = await Promise.all([
    reading,
    reading.then(({ token }) => tokenFingerprint(token, inputs)),
    registryFingerprint(inputs),
    secureFingerprints(inputs),
  ])
  const known = { tokenFingerprint: tokenPrint, registryFingerprint: registryPrint, secureFingerprints: variables }
  return { known, notes }
}

/** What could not be read must not pass for what somebody took away. */
function unreadable(unread: readonly string[]): DeployError {
  return new DeployError(
    'permission-denied',
    ['Drift cannot be told, since not everything could be read.', ...unread].join('\n'),
    {
      hint: 'A drift run takes the rights of a plan: see the table of roles in the README.',
    },
  )
}
