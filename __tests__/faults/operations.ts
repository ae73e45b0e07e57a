import type { ErrorCode } from '../../src/errors.ts'
import { install, vendorGroup } from '../scenarios/lifecycle/by-hand.ts'
import { CONFIRMED, GRANTED } from '../scenarios/lifecycle/life.ts'
import type { Stage } from '../stage.ts'
import { ELSEWHERE } from './operations-elsewhere.ts'

export type Inputs = Readonly<Record<string, string>>

/** One run, from the world that the runs before it have left. */
export type Operation = {
  readonly name: string
  inputs(stage: Stage): Inputs
  before?(stage: Stage): unknown
  /** What the job's environment has besides. */
  env?(stage: Stage): Readonly<Record<string, string | null>>
  /** How it has to end when nobody disturbs it; a success, where it is not told. */
  readonly ends?: ErrorCode
  /** The SDK keeps what it has for as long as the process lasts, so each run takes a process of its own, or what comes close. */
  readonly remembers?: true
}

const young = { ...GRANTED, 'connector-version': 'v1.7.7', tags: 'team=iam' }
const grown = { ...GRANTED, tags: 'team=platform', environment: 'LOG_LEVEL=debug' }
const large = { ...GRANTED, tags: 'team=platform', cpu: '2', 'allow-replace': 'true' }

/** The life of one connector. */
const LIFE: readonly (Omit<Operation, 'inputs'> & { readonly inputs: Inputs })[] = [
  { name: 'plan', inputs: { ...young, operation: 'plan' } },
  { name: 'create', inputs: { ...young, operation: 'apply' } },
  { name: 'update', inputs: { ...grown, operation: 'apply' } },
  { name: 'tag', inputs: { ...grown, tags: 'team=security', operation: 'apply' } },
  {
    name: 'drift and repair',
    inputs: { ...grown, tags: 'team=security', operation: 'drift', 'auto-repair': 'true', 'fail-on-drift': 'false' },
    before: ({ control, groupId }) => control.patchResource(groupId(), { tags: { team: 'nobody' } }),
  },
  { name: 'replace', inputs: { ...large, operation: 'apply' } },
  { name: 'replicas', inputs: { ...large, replicas: '2', operation: 'apply' } },
  { name: 'rolling upgrade', inputs: { ...large, replicas: '2', 'connector-version': 'v1.7.7', operation: 'apply' } },
  { name: 'destroy', inputs: CONFIRMED },
  {
    name: 'adopt',
    inputs: { ...GRANTED, memory: '1.5', operation: 'apply' },
    before: (stage) => install(stage, 'apono-connector', vendorGroup(stage)),
  },
]

export const OPERATIONS: readonly Operation[] = [
  ...LIFE.map(({ inputs, ...operation }) => ({ ...operation, inputs: () => inputs })),
  ...ELSEWHERE,
]
