import { makePlan } from './engine/plan.ts'
import { DeployError } from './errors.ts'
import type { Host, Withheld } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import { offlineLines, offlineNotice, offlineSummary } from './render/offline.ts'
import { CONNECTORS_PAGE } from './spec/connector.ts'
import { desiredFrom } from './spec/desired.ts'
import { registryFingerprint, tokenFingerprint } from './spec/token-fingerprint.ts'

/** Configuration variables are withheld too, and these usually come from there. Each stands for itself in what is shown. */
const UNKNOWN: Readonly<Record<string, string>> = {
  'client-id': '00000000-0000-0000-0000-00000000000c',
  'tenant-id': '00000000-0000-0000-0000-00000000000d',
  'subscription-id': '00000000-0000-0000-0000-00000000000e',
  'resource-group': 'resource-group-of-the-base',
}

/** The host of a run that GitHub withholds everything from: what it cannot know does not make its inputs wrong. */
export function withoutVariables(host: Host): Host {
  return { ...host, input: (name) => (host.input(name).trim() === '' ? (UNKNOWN[name] ?? '') : host.input(name)) }
}

/**
 * What a fork or Dependabot can be told: the desired state, without a look at Azure. A plan of it does not fail, since reviewers
 * would get used to red; everything else needs Azure.
 * @throws DeployError `id-token-unavailable` for operations other than `plan`.
 */
export async function planOffline(inputs: Inputs, host: Host, withheld: Withheld): Promise<0> {
  if (inputs.operation !== 'plan') throw noAccess(inputs, withheld)
  const location = inputs.location ?? 'the region of the resource group'
  // Only what the inputs say: nothing is looked up, and no secret compared.
  const surroundings = {
    location,
    principal: null,
    roles: new Map(),
    tokenFingerprint: await tokenFingerprint(inputs.aponoToken, inputs),
    secureFingerprints: {},
    registryFingerprint: await registryFingerprint(inputs),
    pull: null,
    customerId: null,
  }
  const desired = desiredFrom(inputs, surroundings, new Map())
  const plan = makePlan(desired, new Map(), () => ({ impactOf: () => 'none', knownAfterApply: [] }))
  const view = { plan, withheld, connectorId: inputs.connectorId, label: inputs.label, names: UNKNOWN }
  host.log.warning('offline-plan', offlineNotice(view))
  await host.log.group('Desired state', async () => {
    for (const line of offlineLines(view)) host.log.info(line)
  })
  if (inputs.summary) await host.summary(offlineSummary(view))
  const outputs = {
    'connector-id': inputs.connectorId,
    'connector-url': CONNECTORS_PAGE,
    outcome: 'offline',
    'failure-reason': '',
  }
  for (const [name, value] of Object.entries(outputs)) host.output(name, value)
  return 0
}

const WHOSE: Readonly<Record<Withheld, string>> = {
  fork: 'a pull request from a fork',
  dependabot: 'Dependabot',
}

function noAccess({ operation }: Inputs, withheld: Withheld): DeployError {
  return new DeployError(
    'id-token-unavailable',
    `GitHub gives the runs of ${WHOSE[withheld]} no OpenID Connect token, so this one cannot ${operation} anything.`,
    {
      hint: [
        'Leave `operation: plan` for such runs, which shows them the desired state, and skip everything else:',
        "  if: github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'",
        'Once the change is on a branch of this repository, its runs ask for the token with `permissions: id-token: write`.',
      ].join('\n'),
    },
  )
}
