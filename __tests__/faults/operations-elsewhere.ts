import { onMain, onPullRequest, shaOf } from '../scenarios/github/repository.ts'
import { KEY_VAULT_SECRETS_USER, subscriptionOf } from '../scenarios/grants/granted.ts'
import { mirrored, placesOf } from '../scenarios/resources/places.ts'
import { withVariable } from '../stage/group-edits.ts'
import { applicationNamed } from '../stage/rights.ts'
import { type Stage, throughTunnel } from '../stage.ts'
import type { Inputs, Operation } from './operations.ts'

const SECRET = 'Q8r~canary-of-a-client-secret.Zk3'
/** Nothing of GitHub's to sign in with. */
const NO_ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null }

/** A connector of its own, beside those that are there. */
const named = (id: string, changes: Inputs = {}): Inputs => ({ 'connector-id': id, operation: 'apply', ...changes })

function grant({ control }: Stage, scope: string, roleDefinitionId: string, principalId: string): void {
  control.addRoleAssignment({ scope, roleDefinitionId, principalId })
}

/** What a run asks besides Azure Resource Manager and Graph: a vault, a workspace, Apono, GitHub, and who else signs it in. */
export const ELSEWHERE: readonly Operation[] = [
  {
    name: 'token from a vault',
    inputs: () =>
      named('from-vault', {
        'apono-token': '',
        'apono-token-secret': 'https://acme-vault.vault.invalid/secrets/apono-token',
      }),
    env: (stage) => throughTunnel(stage).env,
    before: (stage) =>
      grant(stage, subscriptionOf(stage), KEY_VAULT_SECRETS_USER, applicationNamed('deployer', stage).objectId),
  },
  { name: 'workspace', inputs: () => named('with-logs', { 'log-analytics': 'create' }) },
  {
    name: 'subnet and registry',
    inputs: (stage) =>
      named('in-subnet', {
        ...mirrored(stage),
        'ip-address-type': 'Private',
        'subnet-ids': placesOf(stage).subnet,
      }),
  },
  {
    name: 'connected',
    inputs: ({ sandbox: { apono, origin } }) =>
      named('connected', {
        wait: 'connected',
        'apono-api-token': apono.token,
        'apono-api-url': `${origin}/apono`,
      }),
  },
  {
    name: 'identity of the machine',
    inputs: () => named('from-vault', { auth: 'managed-identity', 'client-id': '', operation: 'plan' }),
    env: ({ sandbox }) => ({ ...NO_ID_TOKEN, ...sandbox.identityEnv.virtualMachine }),
    remembers: true,
    before(stage) {
      const { objectId } = stage.control.addRunnerIdentity({ kind: 'SystemAssigned' })
      grant(stage, subscriptionOf(stage), 'b24988ac-6180-42a0-ab88-20f7382dd24c', objectId)
    },
  },
  {
    name: 'client secret',
    inputs: () => named('from-vault', { auth: 'environment', cpu: '2', 'allow-replace': 'true' }),
    env: () => ({ ...NO_ID_TOKEN, AZURE_CLIENT_SECRET: SECRET }),
    before: ({ control, sandbox }) => control.addClientSecret(sandbox.inputs['client-id'] ?? '', SECRET),
  },
  {
    name: 'drift issue',
    inputs: () => ({
      operation: 'drift',
      'connector-id': 'connected',
      'drift-issue': 'true',
      'fail-on-drift': 'false',
    }),
    before: ({ edit }) => edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }), 'connected'),
  },
  {
    name: 'comment',
    inputs: () => named('connected', { operation: 'plan', cpu: '2' }),
    before: (stage) => onPullRequest(stage),
  },
  {
    name: 'crash loop',
    inputs: () => named('crashing'),
    ends: 'connector-unhealthy',
    before({ control }) {
      onMain(control, shaOf('c', 1))
      control.setContainerBehaviour('crash-loop')
      control.setTiming({ exitAfterMs: 4_000, backOffMs: 8_000, lookMs: 20_000 })
    },
  },
]
