import type { BundleSize } from './bundle.ts'
import type { ConformanceFigures } from './conformance.ts'
import type { FleetRun } from './fleet.ts'
import type { LocalFigures, RemoteFigures, RemoteRun } from './measurements.ts'
import type { Row, Section } from './table.ts'
import type { Install, VendorFigures } from './vendor.ts'

export type Figures = {
  readonly bundle: BundleSize
  readonly local: LocalFigures
  readonly remote: RemoteFigures & { readonly latencyMs: number }
  /** Undefined where there is no az. */
  readonly vendor: VendorFigures | undefined
  readonly fleet: readonly FleetRun[]
  /** Undefined where Microsoft's descriptions are not at hand. */
  readonly conformance: ConformanceFigures | undefined
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
export function rowsOf({ bundle, local, remote, vendor, fleet, conformance }: Figures): Section[] {
  return [
    { title: 'Bundle, dist/*.js', rows: bundleRows(bundle) },
    { title: `Whole process, median of ${local.runs}, no latency`, rows: localRows(local) },
    { title: 'Where the time of a plan without changes goes, no latency', rows: phaseRows(local) },
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
    ...(vendor === undefined
      ? []
      : [{ title: `A new connector with its grants, ${remote.latencyMs} ms per request`, rows: vendorRows(vendor) }]),
    { title: 'Connectors one after another in one process, no latency', rows: fleet.map(fleetRow) },
    ...(conformance === undefined ? [] : [{ title: 'Tests', rows: [conformanceRow(conformance)] }]),
  ]
}

/** The lines of the vendor's guide are the measure. */
function vendorRows({ az, action }: VendorFigures): Row[] {
  const row = (name: string, install: Install): Row[] => [
    { name, value: seconds(install.ms), ratio: times(install.ms / az.ms) },
    { name: '', value: `${install.processes} processes`, ratio: times(install.processes / az.processes) },
    { name: '', value: `${install.requests} requests`, ratio: times(install.requests / az.requests) },
    { name: '', value: `${install.sequential} round trips`, ratio: times(install.sequential / az.sequential) },
  ]
  return [...row("the vendor's az lines", az), ...row('one step of the action, verified', action)]
}

function fleetRow({ connectors, ms, grownBytes }: FleetRun): Row {
  return {
    name: `${connectors}`,
    value: `${milliseconds(ms / connectors)} each`,
    ratio: `${megabytes(grownBytes / connectors)} each`,
  }
}

/** Each phase beyond the one before. What Node and the SDKs take is known from runs of their own. */
function phaseRows({ bareNodeMs, inputErrorMs, sdksMs, noOpPlanMs }: LocalFigures): Row[] {
  const entry = inputErrorMs - bareNodeMs
  const sdks = sdksMs - bareNodeMs
  const phases = {
    'Node starts': bareNodeMs,
    'the entry loads, inputs are checked': entry,
    "Azure's SDKs load": sdks,
    'sign-in, reads, plan, report': noOpPlanMs - bareNodeMs - entry - sdks,
  }
  return Object.entries(phases).map(([name, ms]) => ({
    name,
    value: milliseconds(ms),
    ratio: `${Math.round((100 * ms) / noOpPlanMs)} %`,
  }))
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

function remoteRows(name: string, run: RemoteRun, roundTrips?: number, limit?: number): Row[] {
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
      value: seconds(ms),
      ...(limit !== undefined && { aim: `≤ ${limit} s`, met: ms <= limit * 1000 }),
    },
  ]
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 2)} MB`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}
