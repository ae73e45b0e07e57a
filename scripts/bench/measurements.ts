import { runStep, type StepResult } from '../runner.ts'
import { bareNode, withPeakMemory } from './bare-node.ts'
import type { BenchSandbox, Traffic } from './sandbox-process.ts'

/** Medians. Milliseconds of whole processes, start to end; memory in bytes. */
export type LocalFigures = {
  readonly runs: number
  readonly bareNodeMs: number
  readonly inputErrorMs: number
  readonly noOpPlanMs: number
  readonly bareNodeMemory: number
  readonly noOpPlanMemory: number
}

export type RemoteRun = Traffic & { readonly ms: number }

export type RemoteFigures = {
  readonly planToCreate: RemoteRun
  readonly applyCreate: RemoteRun
  readonly noOpPlan: RemoteRun
}

/** Needs a connector to be there. The kinds of runs take turns, so that a slow moment of the machine hits them alike. */
export async function measureLocal(sandbox: BenchSandbox, runs: number): Promise<LocalFigures> {
  const times: { bare: number; inputError: number; noOp: number }[] = []
  for (let run = 0; run < runs; run += 1) {
    times.push({
      bare: (await bareNode()).wallMs,
      inputError: expectOutcome(await runStep({ inputs: {}, env: {} }), 'failed').wallMs,
      noOp: expectOutcome(await plan(sandbox), 'in-sync').wallMs,
    })
  }
  return {
    runs,
    bareNodeMs: median(times.map(({ bare }) => bare)),
    inputErrorMs: median(times.map(({ inputError }) => inputError)),
    noOpPlanMs: median(times.map(({ noOp }) => noOp)),
    bareNodeMemory: await withPeakMemory(async (env) => void (await bareNode(env))),
    noOpPlanMemory: await withPeakMemory(async (env) => void expectOutcome(await plan(sandbox, env), 'in-sync')),
  }
}

/** Leaves the connector behind. Three runs do: what varies is small beside the latency. */
export async function measureRemote(sandbox: BenchSandbox): Promise<RemoteFigures> {
  const creations = []
  for (let run = 0; run < 3; run += 1) {
    const planToCreate = await measured(sandbox, { operation: 'plan' }, 'pending')
    const applyCreate = await measured(sandbox, { operation: 'apply' }, 'applied')
    const noOpPlan = await measured(sandbox, { operation: 'plan' }, 'in-sync')
    creations.push({ planToCreate, applyCreate, noOpPlan })
    if (run < 2) await sandbox.deleteResource(applyCreate.groupId)
  }
  return {
    planToCreate: medianRun(creations.map(({ planToCreate }) => planToCreate)),
    applyCreate: medianRun(creations.map(({ applyCreate }) => applyCreate)),
    noOpPlan: medianRun(creations.map(({ noOpPlan }) => noOpPlan)),
  }
}

async function measured(sandbox: BenchSandbox, inputs: Record<string, string>, outcome: string) {
  await sandbox.clearRequests()
  const step = await runStep({ inputs: { ...sandbox.inputs, ...inputs }, env: sandbox.env })
  const { wallMs: ms, outputs } = expectOutcome(step, outcome)
  return { ms, ...(await sandbox.traffic()), groupId: outputs['container-group-id'] ?? '' }
}

function plan({ inputs, env }: BenchSandbox, more: Readonly<Record<string, string>> = {}): Promise<StepResult> {
  return runStep({ inputs: { ...inputs, operation: 'plan' }, env: { ...env, ...more } })
}

/** A figure of a run that did something else would mislead. */
function expectOutcome(step: StepResult, outcome: string): StepResult {
  if (step.outputs.outcome === outcome) return step
  throw new Error(`The run should have ended as '${outcome}', but said:\n${step.log}`)
}

/** The median of the times, and the most requests that any run needed. */
function medianRun(runs: readonly RemoteRun[]): RemoteRun {
  const [first, ...others] = runs.map(({ requests, sequential }) => ({ requests, sequential }))
  if (first === undefined) throw new RangeError('No runs were measured.')
  return {
    requests: Math.max(first.requests, ...others.map(({ requests }) => requests)),
    sequential: Math.max(first.sequential, ...others.map(({ sequential }) => sequential)),
    ms: median(runs.map(({ ms }) => ms)),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
