import type { Outcome } from '../../src/engine/apply.ts'
import { violationsOf } from '../../src/engine/guard.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { type Actual, addressOf } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { judge } from '../../src/spec/drift.ts'
import { leftOf, repairOf } from '../../src/spec/drift-repair.ts'
import { driftFailure } from '../../src/spec/drift-report.ts'
import { refusalOf } from '../../src/spec/refusals.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup, desiredGroup, OTHER_FINGERPRINT, someInputs, TOKEN_FINGERPRINT } from '../builders.ts'
import {
  existingGrants,
  existingGroup,
  furtherGrant,
  OWNER,
  onManagementGroup,
  onSubscription,
  planFor,
  setOf,
  USER_ACCESS_ADMINISTRATOR,
  VAULT,
} from '../spec/grant-builders.ts'

/** What a run was asked for, what it found and what became of it. */
export type Scenario = {
  readonly inputs: Inputs
  readonly plan: Plan<AzureResource>
  readonly existing: readonly Actual<AzureResource>[]
  readonly missing?: readonly DeployError[]
  readonly outcomes?: readonly Outcome<AzureResource>[]
  readonly error?: DeployError
  readonly eventName?: string
}

const present = desiredGroup().properties
export const existing = actualGroup()
export const noCapacity = new DeployError(
  'no-capacity',
  "The region has no capacity for this container group now. The requested resource is not available in the location 'westeurope' at this moment.",
  {
    hint: 'Try again later, choose another `location`, or ask for less `cpu` and `memory`.',
    facts: { 'Azure error': '409 ServiceUnavailable', 'correlation id': '6f0e1d2c-3b4a-4958-8776-655443322110' },
  },
)

/** What a run with these inputs would show, where this is there. */
export function scenario(
  changes: Partial<Inputs>,
  existing: readonly Actual<AzureResource>[] = [],
  tokenFingerprint: string | null = TOKEN_FINGERPRINT,
): Scenario {
  return { inputs: someInputs(changes), plan: planFor(changes, existing, { tokenFingerprint }), existing }
}

/** The same result for every change but those that are deleted; a grant has its id from Azure by then. */
function applied(from: Scenario, result: 'created' | 'updated' | 'replaced' | 'unchanged'): Scenario {
  const outcomes = from.plan.changes.map((change): Outcome<AzureResource> => {
    if (change.action === 'delete') return { result: 'deleted', change }
    if (change.action === 'no-op') return { result: 'unchanged', change, actual: change.before }
    const attributes = change.kind === 'container-group' ? existing.attributes : {}
    return {
      result: change.action === 'create' ? 'created' : result,
      change,
      actual: { ...existing, resource: change.after, attributes },
    }
  })
  return { ...from, outcomes }
}

/** The first change fails, and what waits for it is not tried. */
function failed(from: Scenario, error: DeployError): Scenario {
  const outcomes = from.plan.changes.map(
    (change, index): Outcome<AzureResource> =>
      index === 0 ? { result: 'failed', change, error } : { result: 'skipped', change },
  )
  return { ...from, error, outcomes }
}

/** The group was taken away with what holds its identity, and does not come back. */
function halfway(from: Scenario, error: DeployError): Scenario {
  const outcomes = from.plan.changes.map(
    (change): Outcome<AzureResource> =>
      change.kind === 'container-group' ? { result: 'failed', change, error } : { result: 'removed', change },
  )
  return { ...from, error, outcomes }
}

/** All but the last is done; that one fails. */
function partly(from: Scenario, error: DeployError): Scenario {
  const { outcomes = [] } = applied(from, 'updated')
  const failing = from.plan.changes.at(-1)
  return {
    ...from,
    error,
    outcomes: outcomes.map((outcome) =>
      outcome.change === failing ? { result: 'failed', change: outcome.change, error } : outcome,
    ),
  }
}

/** What somebody else did is taken back; what only an apply settles stays. */
function repaired(from: Scenario): Scenario {
  const drift = judge(from.plan, setOf(from.existing))
  const { outcomes = [] } = applied({ ...from, plan: repairOf(drift) }, 'updated')
  const error = driftFailure(leftOf(drift, outcomes), from.inputs)
  return { ...from, outcomes, ...(error && { error }) }
}

function refused(from: Scenario): Scenario {
  const error = refusalOf(violationsOf(from.plan, from.inputs))
  return { ...from, ...(error && { error }) }
}

/** Somebody else's group with the same connector in it. */
const stranger: Actual<AzureResource> = {
  ...existing,
  ownership: { by: 'nobody' },
  resource: { ...existing.resource, address: addressOf('container-group', 'by-hand'), name: 'by-hand' },
}

/** An install by the older guide: no probe, less memory left alone, the token for every Reader to see. */
export const byHand = actualGroup(
  {
    ...present,
    token: 'readable in plain text',
    livenessProbe: null,
    environment: { APONO_CONNECTOR_ID: 'apono-connector', APONO_URL: 'api.apono.io' },
    tags: { owner: 'jane' },
  },
  { ownership: { by: 'nobody' } },
)

const hostile = {
  environment: {
    MULTILINE: 'first\n+ image  "registry.evil.example/connector:v6.6.6"\n::set-output name=outcome::applied\r\nlast',
    COMMANDS: '::set-output name=x::y ::stop-commands::z',
    ANSI: '\u001b[31mred\u001b[0m\u0007',
  },
  tags: {
    '`tick`': '`code` ``two``',
    '```': '```\n</details>\n# Approved',
    'a|b': '| cell | cell |',
    '@octocat': '@acme/admins please **approve** [now](https://evil.example)',
    '::set-output name=x::y': '::error::x',
    html: '<img src=x onerror=alert(1)><!-- -->',
    quote: '"quoted" \\ back',
    emoji: '🦊 grüße',
  },
}

/** Every kind of grant that there is. */
const full: Partial<Inputs> = {
  permissions: onSubscription({ directoryReaders: true, disableLocks: true }),
  extraRoleAssignments: [{ role: 'Key Vault Secrets User', scope: VAULT }],
}
const limited = onSubscription({ constrainRoles: 'privileged' })

/** A grant that somebody made by the guide: without our words, and without a limit. */
function asMadeByHand(grant: Actual<AzureResource>): Actual<AzureResource> {
  const { resource } = grant
  if (resource.kind !== 'role-assignment') return grant
  const properties = { ...resource.properties, description: null, condition: null }
  return { ...grant, resource: { ...resource, properties } }
}

const missing = [
  new DeployError(
    'permission-denied',
    "The workflow's identity lacks Microsoft.Authorization/roleAssignments/write on /subscriptions/5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33.",
    {
      hint: [
        '"Role Based Access Control Administrator" there is the smallest built-in role that has it (a new grant takes up to ten minutes to work):',
        '  az role assignment create --assignee 3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11 --role "Role Based Access Control Administrator" --scope \'/subscriptions/5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33\'',
      ].join('\n'),
    },
  ),
]

/** A bit of everything: an update in place, a new grant, one that is taken back, one that stays. */
function mixed(changes: Partial<Inputs> = {}): Scenario {
  const before = { permissions: limited }
  const after = {
    ...before,
    label: 'production',
    extraRoleAssignments: [{ role: 'Key Vault Secrets User', scope: VAULT }],
  }
  return {
    ...scenario({ ...after, connectorVersion: 'v1.8.0', tags: { team: 'security' }, ...changes }, [
      existingGroup(before),
      ...existingGrants(before),
      furtherGrant(7, { by: 'us' }),
    ]),
    eventName: 'pull_request',
  }
}

/** Many vaults, each with a grant of its own. */
const vaults = Array.from({ length: 98 }, (_, index) => ({
  role: 'Key Vault Secrets User',
  scope: VAULT.replace('kv-apono', `kv-${String(index + 1).padStart(3, '0')}`),
}))

const destroy = scenario({ operation: 'destroy' }, [
  existingGroup({ permissions: onSubscription() }),
  furtherGrant(7, { by: 'us' }, { role: USER_ACCESS_ADMINISTRATOR }),
])

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  mixed: mixed(),
  'mixed-applied': applied(mixed({ operation: 'apply' }), 'updated'),
  'mixed-failed': partly(mixed({ operation: 'apply' }), noCapacity),
  hundred: scenario({ permissions: limited, extraRoleAssignments: vaults }),
  'replace-planned': {
    ...scenario({ cpu: 2, memory: 4, permissions: onSubscription({ directoryReaders: true }) }, [
      existingGroup({ permissions: onSubscription({ directoryReaders: true }) }),
      ...existingGrants({ permissions: onSubscription({ directoryReaders: true }) }),
    ]),
    eventName: 'pull_request',
  },
  'drift-pending': scenario({ operation: 'drift', permissions: limited, replicas: 2 }, [
    existingGroup({ permissions: limited }),
    ...existingGrants({ permissions: limited }),
  ]),
  'drift-mixed': scenario({ operation: 'drift', permissions: limited, replicas: 2, label: 'production' }, [
    actualGroup({
      ...existingGroup({ permissions: limited }).resource.properties,
      environment: { ...present.environment, APONO_URL: 'proxy.example.com' },
    }),
    ...existingGrants({ permissions: limited }).map(asMadeByHand),
  ]),
  create: scenario({}),
  'create-applied': applied(scenario({ operation: 'apply' }), 'created'),
  'update-tags': scenario({ tags: { team: 'security', stage: 'production' } }, [existing]),
  'update-restart': applied(
    scenario(
      { operation: 'apply', connectorVersion: 'v1.8.0', environment: { LOG_LEVEL: 'debug' } },
      [actualGroup(present, { health: { is: 'broken', detail: 'Stopped' } })],
      OTHER_FINGERPRINT,
    ),
    'updated',
  ),
  'update-failed': failed(scenario({ operation: 'apply', connectorVersion: 'v1.8.0' }, [existing]), noCapacity),
  replace: scenario({ cpu: 2, memory: 4, tags: {} }, [existing]),
  'replace-refused': refused(scenario({ operation: 'apply', cpu: 2 }, [existing])),
  'replace-agreed': applied(
    scenario({ operation: 'apply', allowReplace: true, cpu: 2, permissions: onSubscription() }, [
      existingGroup({ permissions: onSubscription() }),
      ...existingGrants({ permissions: onSubscription() }),
    ]),
    'replaced',
  ),
  'replace-halfway': halfway(
    scenario({ operation: 'apply', allowReplace: true, cpu: 2, permissions: onSubscription() }, [
      existingGroup({ permissions: onSubscription() }),
      ...existingGrants({ permissions: onSubscription() }),
    ]),
    noCapacity,
  ),
  replicas: scenario({ replicas: 3, permissions: onSubscription() }, [
    existingGroup({ permissions: onSubscription() }),
    ...existingGrants({ permissions: onSubscription() }),
  ]),
  destroy,
  destroyed: applied(destroy, 'unchanged'),
  drift: scenario({ operation: 'drift', connectorVersion: 'v1.8.0' }, [
    actualGroup({ ...present, environment: { ...present.environment, LOG_LEVEL: 'debug' } }),
  ]),
  'drift-stranger': scenario({ operation: 'drift' }, [existing, stranger]),
  'drift-repaired': repaired(
    scenario({ operation: 'drift', autoRepair: true, permissions: limited }, [
      actualGroup({ ...existingGroup({ permissions: limited }).resource.properties, tags: {} }),
      ...existingGrants({ permissions: limited }),
    ]),
  ),
  'drift-partly-repaired': repaired(
    scenario({ operation: 'drift', autoRepair: true, replicas: 2, label: 'production' }, [
      actualGroup({ ...existingGroup().resource.properties, environment: {}, tags: {} }),
      furtherGrant(7, { by: 'us' }),
      stranger,
    ]),
  ),
  'destroy-again': scenario({ operation: 'destroy' }),
  'no-op': scenario({}, [existing]),
  'no-op-applied': applied(scenario({ operation: 'apply' }, [existing]), 'unchanged'),
  'no-token': scenario({ aponoToken: undefined }, [existing], null),
  adoption: scenario({}, [byHand]),
  'hostile-create': scenario(hostile),
  'hostile-update': scenario({ tags: { '```': '```', '@octocat': '::warning::b' } }, [
    actualGroup({ ...present, tags: { ...present.tags, ...hostile.tags }, image: '`x`|<b>\n\u001b[31m' }),
  ]),
  'hostile-drift': scenario({ operation: 'drift' }, [
    actualGroup({ ...present, tags: { ...present.tags, ...hostile.tags }, image: '`x`|<b>\n\u001b[31m' }),
  ]),
  'grants-create': scenario(full),
  'grants-created': applied(scenario({ ...full, operation: 'apply' }), 'created'),
  'grants-failed': failed(scenario({ ...full, operation: 'apply' }), noCapacity),
  'grants-delete': scenario({ permissions: limited }, [
    existingGroup({ permissions: limited }),
    ...existingGrants({ permissions: limited }),
    furtherGrant(7, { by: 'us' }),
    furtherGrant(8, { by: 'us' }, { scope: VAULT, principal: 'd0d1d2d3-7b42-4f59-9d0c-2e5f8a6b1d44' }),
    furtherGrant(9, { by: 'other', description: 'somebody else granted it' }, { role: OWNER }),
  ]),
  'grants-deleted': applied(
    scenario({ operation: 'apply' }, [existingGroup(), furtherGrant(7, { by: 'us' })]),
    'unchanged',
  ),
  'grants-adoption': scenario({ permissions: limited }, [
    existingGroup({ permissions: limited }),
    ...existingGrants({ permissions: limited }, { by: 'nobody' }).map(asMadeByHand),
  ]),
  'grants-missing-rights': { ...scenario({ permissions: onSubscription() }), missing },
  'grants-constrained': scenario({ permissions: onSubscription({ constrainRoles: ['Reader', OWNER] }) }),
  'grants-management-group': scenario({ permissions: onManagementGroup({ directoryReaders: true }) }, [existing]),
}
