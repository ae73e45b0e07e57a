import type { BundleSize } from './bundle.ts'
import type { ConformanceFigures } from './conformance.ts'
import type { LocalFigures, RemoteFigures, RemoteRun } from './measurements.ts'
import type { Row, Section } from './table.ts'

export type Figures = {
  readonly bundle: BundleSize
  readonly local: LocalFigures
  readonly remote: RemoteFigures & { readonly latencyMs: number }
  /** Absent without the descriptions. */
  readonly conformance?: ConformanceFigures
}

/** What we hold ourselves to. */
const AIM = {
  conformanceSeconds: 5,
  bundleMb: 2.5,
  inputErrorRatio: 2.5,
  noOpRoundTrips: 4,
  noOpSeconds: 0.8,
  grantsRoundTrips: 5,
}

/** The figures as the table shows them. */
export function rowsOf({ bundle, local, remote, conformance }: Figures): Section[] {
  return [
    { title: 'Bundle, dist/*.js', rows: bundleRows(bundle) },
    { title: `Whole process, median of ${local.runs}, no latency`, rows: localRows(local) },
    {
      title: `Against ${remote.latencyMs} ms per request, median of 3`,
      rows: [
        ...remoteRows('plan of a new connector', remote.planToCreate),
        ...remoteRows('apply of a new connector', remote.applyCreate),
        ...remoteRows('plan without changes', remote.noOpPlan, AIM.noOpRoundTrips, AIM.noOpSeconds),
        ...remoteRows('apply of a new connector, with grants', remote.applyCreateWithGrants),
        ...remoteRows('plan without changes, with grants', remote.noOpPlanWithGrants, AIM.grantsRoundTrips),
        ...remoteRows('apply without changes, with grants', remote.noOpApplyWithGrants, AIM.grantsRoundTrips),
      ],
    },
    ...(conformance ? [{ title: 'Tests', rows: [conformanceRow(conformance)] }] : []),
  ]
}

function conformanceRow({ exchanges, ms }: ConformanceFigures): Row {
  return {
    name: `conformance of ${exchanges} exchanges`,
    value: milliseconds(ms),
    aim: `≤ ${AIM.conformanceSeconds} s`,
    met: ms <= AIM.conformanceSeconds * 1000,
  }
}

function bundleRows({ total, entry }: BundleSize): Row[] {
  return [
    {
      name: 'total',
      value: megabytes(total.raw),
      ratio: `${megabytes(total.gzipped)} gzipped`,
      aim: `≤ ${AIM.bundleMb} MB`,
      met: total.raw <= AIM.bundleMb * 1e6,
    },
    { name: 'entry alone', value: megabytes(entry.raw), ratio: `${megabytes(entry.gzipped)} gzipped` },
  ]
}

function localRows(local: LocalFigures): Row[] {
  const { bareNodeMs, inputErrorMs, noOpPlanMs, bareNodeMemory, noOpPlanMemory } = local
  return [
    { name: 'bare Node', value: milliseconds(bareNodeMs), ratio: times(1) },
    {
      name: 'to the first input error',
      value: milliseconds(inputErrorMs),
      ratio: times(inputErrorMs / bareNodeMs),
      aim: `≤ ${AIM.inputErrorRatio} ×`,
      met: inputErrorMs <= AIM.inputErrorRatio * bareNodeMs,
    },
    { name: 'plan without changes', value: milliseconds(noOpPlanMs), ratio: times(noOpPlanMs / bareNodeMs) },
    { name: 'peak memory, bare Node', value: megabytes(bareNodeMemory), ratio: times(1) },
    {
      name: 'peak memory, plan without changes',
      value: megabytes(noOpPlanMemory),
      ratio: times(noOpPlanMemory / bareNodeMemory),
    },
  ]
}

function remoteRows(name: string, run: RemoteRun, roundTrips?: number, seconds?: number): Row[] {
  const { requests, sequential, ms } = run
  return [
    {
      name,
      value: `${sequential} round trips`,
      ratio: `${requests} requests`,
      ...(roundTrips !== undefined && { aim: `≤ ${roundTrips} round trips`, met: sequential <= roundTrips }),
    },
    {
      name: '',
      value: `${(ms / 1000).toFixed(2)} s`,
      ...(seconds !== undefined && { aim: `≤ ${seconds} s`, met: ms <= seconds * 1000 }),
    },
  ]
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 2)} MB`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}
