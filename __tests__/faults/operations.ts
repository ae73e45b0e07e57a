import { install, vendorGroup } from '../scenarios/lifecycle/by-hand.ts'
import { CONFIRMED, GRANTED } from '../scenarios/lifecycle/life.ts'
import type { Stage } from '../stage.ts'

type Inputs = Readonly<Record<string, string>>

/** One run, from the world that the runs before it have left. */
export type Operation = { readonly name: string; readonly inputs: Inputs; before?(stage: Stage): Promise<unknown> }

const young = { ...GRANTED, 'connector-version': 'v1.7.7', tags: 'team=iam' }
const grown = { ...GRANTED, tags: 'team=platform', environment: 'LOG_LEVEL=debug' }
const large = { ...GRANTED, tags: 'team=platform', cpu: '2', 'allow-replace': 'true' }

export const OPERATIONS: readonly Operation[] = [
  { name: 'plan', inputs: { ...young, operation: 'plan' } },
  { name: 'create', inputs: { ...young, operation: 'apply' } },
  { name: 'update', inputs: { ...grown, operation: 'apply' } },
  { name: 'tag', inputs: { ...grown, tags: 'team=security', operation: 'apply' } },
  {
    name: 'drift and repair',
    inputs: { ...grown, tags: 'team=security', operation: 'drift', 'auto-repair': 'true', 'fail-on-drift': 'false' },
    before: async ({ control, groupId }) => control.patchResource(groupId(), { tags: { team: 'nobody' } }),
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
