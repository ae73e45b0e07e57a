import { apply } from './engine/apply.ts'
import { fingerprintOf } from './engine/fingerprint.ts'
import { refusalOf, refuseForeign } from './engine/guard.ts'
import { observe } from './engine/observe.ts'
import { makePlan } from './engine/plan.ts'
import { asDeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { type Inputs, parseInputs } from './inputs/inputs.ts'
import { fail, finish, showPlan } from './report.ts'
import { desiredFrom, targetsOf } from './spec/desired.ts'
import { notesOn } from './spec/notes.ts'
import { RANK } from './spec/resources.ts'
import { tokenFingerprint } from './spec/token-fingerprint.ts'

/** One run of the action, from raw inputs to the report. @returns the exit code. */
export async function run(host: Host): Promise<0 | 1> {
  try {
    return await deploy(await parseInputs(host), host)
  } catch (error) {
    return fail(host, asDeployError(error))
  }
}

async function deploy(inputs: Inputs, host: Host): Promise<0 | 1> {
  // Azure's SDKs are heavy: they load only now that the inputs are known to be right.
  const { connect } = await import('./azure/connect.ts')
  const azure = await connect(inputs, host, AbortSignal.timeout(inputs.timeout * 1000))
  const { 'container-group': groups, ...grants } = azure.adapters
  const [around, fingerprint, found] = await Promise.all([
    azure.lookAround(),
    tokenFingerprint(inputs),
    groups.observe(targetsOf(inputs), new Map()),
  ])
  const desired = desiredFrom(inputs, { ...around, tokenFingerprint: fingerprint })
  const { actual, unread } = await observe(grants, desired, found)
  const plan = makePlan(desired, actual, (kind) => azure.adapters[kind].rules)
  refuseForeign(plan)

  const obstacles = await azure.preflight(plan)
  const notes = [...notesOn({ inputs, plan, actual, around }), ...unread, ...obstacles.notes]
  const planned = { inputs, plan, notes, obstacles, fingerprint: fingerprintOf(plan), portalUrl: azure.portalUrl }
  await showPlan(host, planned)
  if (inputs.operation === 'plan') return finish(host, planned, [])

  const refusal = refusalOf(plan) ?? obstacles.refusal
  if (refusal !== undefined) return finish(host, planned, [], refusal)
  const outcomes = await host.log.group('Apply', async () => {
    if (obstacles.unregistered) await azure.register(host.log.info)
    return apply(plan, azure.adapters, RANK, host.log.info)
  })
  return finish(host, planned, outcomes)
}
