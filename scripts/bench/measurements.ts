import { runStep, type StepResult } from '../runner.ts'
import { bareNode, nodeThatLoads, withPeakMemory } from './bare-node.ts'
import type { BenchSandbox, Traffic } from './sandbox-process.ts'

/** Medians. Milliseconds of whole processes, start to end; memory in bytes. */
export type LocalFigures = {
  readonly runs: number
  readonly bareNodeMs: number
  readonly inputErrorMs: number
  /** Node and the chunk that holds Azure's SDKs, without a run. */
  readonly sdksMs: number
  readonly noOpPlanMs: number
  readonly bareNodeMemory: number
  readonly noOpPlanMemory: number
}

export type RemoteRun = Traffic & { readonly ms: number }

export type RemoteFigures = {
  readonly planToCreate: RemoteRun
  readonly applyCreate: RemoteRun
  readonly noOpPlan: RemoteRun
  /** With the grants of `permissions: subscription`, Directory Readers among them. */
  readonly applyCreateWithGrants: RemoteRun
  readonly noOpPlanWithGrants: RemoteRun
  readonly noOpApplyWithGrants: RemoteRun
}

type Kind = keyof RemoteFigures

/** Needs a connector to be there. The kinds of runs take turns, so that a slow moment of the machine hits them alike. */
export async function measureLocal(sandbox: BenchSandbox, runs: number): Promise<LocalFigures> {
  const times: { bare: number; inputError: number; sdks: number; noOp: number }[] = []
  for (let run = 0; run < runs; run += 1) {
    times.push({
      bare: (await bareNode()).wallMs,
      inputError: expectOutcome(await runStep({ inputs: {}, env: {} }), 'failed').wallMs,
      sdks: (await nodeThatLoads('azure.js')).wallMs,
      noOp: expectOutcome(await plan(sandbox), 'in-sync').wallMs,
    })
  }
  return {
    runs,
    bareNodeMs: median(times.map(({ bare }) => bare)),
    inputErrorMs: median(times.map(({ inputError }) => inputError)),
    sdksMs: median(times.map(({ sdks }) => sdks)),
    noOpPlanMs: median(times.map(({ noOp }) => noOp)),
    bareNodeMemory: await withPeakMemory(async (env) => void (await bareNode(env))),
    noOpPlanMemory: await withPeakMemory(async (env) => void expectOutcome(await plan(sandbox, env), 'in-sync')),
  }
}

/** Leaves the connector behind, without grants. Three runs do: what varies is small beside the latency. */
export async function measureRemote(sandbox: BenchSandbox): Promise<RemoteFigures> {
  const rounds: Record<Kind, RemoteRun>[] = []
  for (let round = 0; round < 3; round += 1) {
    if (round > 0) await removeConnector(sandbox)
    rounds.push({ ...(await measureWithoutGrants(sandbox)), ...(await measureWithGrants(sandbox)) })
  }
  const median = (kind: Kind) => medianRun(rounds.map((round) => round[kind]))
  return {
    planToCreate: median('planToCreate'),
    applyCreate: median('applyCreate'),
    noOpPlan: median('noOpPlan'),
    applyCreateWithGrants: median('applyCreateWithGrants'),
    noOpPlanWithGrants: median('noOpPlanWithGrants'),
    noOpApplyWithGrants: median('noOpApplyWithGrants'),
  }
}

async function measureWithoutGrants(sandbox: BenchSandbox) {
  return {
    planToCreate: await measured(sandbox, { operation: 'plan' }, 'pending'),
    applyCreate: await measured(sandbox, { operation: 'apply' }, 'applied'),
    noOpPlan: await measured(sandbox, { operation: 'plan' }, 'in-sync'),
  }
}

/** Begins and ends with a connector that has no grants. */
async function measureWithGrants(sandbox: BenchSandbox) {
  await removeConnector(sandbox)
  const permissions = 'subscription'
  const figures = {
    applyCreateWithGrants: await measured(sandbox, { operation: 'apply', permissions }, 'applied'),
    noOpPlanWithGrants: await measured(sandbox, { operation: 'plan', permissions }, 'in-sync'),
    noOpApplyWithGrants: await measured(sandbox, { operation: 'apply', permissions }, 'in-sync'),
  }
  await measured(sandbox, { operation: 'apply' }, 'applied')
  return figures
}

async function removeConnector(sandbox: BenchSandbox): Promise<void> {
  await sandbox.deleteResource((await plan(sandbox)).outputs['container-group-id'] ?? '')
}

async function measured(sandbox: BenchSandbox, inputs: Record<string, string>, outcome: string): Promise<RemoteRun> {
  await sandbox.clearRequests()
  const step = await runStep({ inputs: { ...sandbox.inputs, ...inputs }, env: sandbox.env })
  const { wallMs: ms } = expectOutcome(step, outcome)
  return { ms, ...(await sandbox.traffic()) }
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
