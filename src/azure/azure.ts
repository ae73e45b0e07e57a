import type { Adapters, Progress } from '../engine/adapter.ts'
import type { Plan } from '../engine/plan.ts'
import type { Patience } from '../patience.ts'
import { grantsDirectoryReaders } from '../spec/desired-grants.ts'
import type { Obstacles } from '../spec/obstacles.ts'
import type { AzureResource } from '../spec/resources.ts'
import type { TokenReading } from '../spec/secrets.ts'
import type { Diagnosis } from '../spec/sighting.ts'
import type { Credential } from './authenticate.ts'
import { refuseOtherSubscription } from './caller.ts'
import { createClients } from './clients.ts'
import type { CloudEndpoints } from './cloud.ts'
import { containerGroupAdapter } from './container-group.ts'
import type { Context, SignedIn } from './context.ts'
import { diagnose } from './diagnosis.ts'
import { directoryRoleAdapter } from './directory-role-assignment.ts'
import { namingLocks } from './locks.ts'
import { workspaceAdapter } from './log-analytics-workspace.ts'
import type { Polling } from './polling.ts'
import { preflight, register } from './preflight.ts'
import { roleAssignmentAdapter } from './role-assignment.ts'
import { roleAssignmentLists } from './role-assignment-lists.ts'
import { type Around, lookAround } from './surroundings.ts'
import { tokenSource } from './token-source.ts'

/** What a run needs of Azure. */
export type Azure = {
  readonly adapters: Adapters<AzureResource>
  lookAround(): Promise<Around>
  /** The connector's token, from wherever it comes. */
  token(): Promise<TokenReading>
  preflight(plan: Plan<AzureResource>): Promise<Obstacles>
  /** Registers resource providers in the subscription. */
  register(namespaces: readonly string[], progress: Progress): Promise<void>
  /** What a group of this name, which does not work, tells of itself. Undefined when it cannot be read. */
  diagnose(name: string): Promise<Diagnosis | undefined>
  /** Page of a resource in the Azure portal. */
  portalUrl(armId: string): string
}

export type Connection = {
  readonly cloud: CloudEndpoints
  readonly patience: Patience
  readonly polling: Polling
  readonly credential: Credential
  mask(secret: string): void
}

/** The heavy part: whoever imports this file loads the Azure SDKs. */
export function createAzure(inputs: SignedIn, { cloud, patience, polling, credential, mask }: Connection): Azure {
  const clients = createClients(inputs, cloud, credential, patience)
  const token = tokenSource(inputs, clients, mask)
  const secrets = async () => ({ token: (await token()).token ?? '', environment: inputs.environmentSecure })
  const { deadline } = patience
  const context: Context = { clients, inputs, secrets, polling, patience, deadline, granted: new Set(), mask }
  const lists = roleAssignmentLists(context)
  if (grantsDirectoryReaders(inputs)) clients.graph.prepare()
  return {
    adapters: {
      'container-group': namingLocks(context, containerGroupAdapter(context)),
      'role-assignment': namingLocks(context, roleAssignmentAdapter(context, lists)),
      'directory-role-assignment': directoryRoleAdapter(context),
      'log-analytics-workspace': namingLocks(context, workspaceAdapter(context)),
    },
    async lookAround() {
      lists.begin()
      const [around] = await Promise.all([lookAround(context), refuseOtherSubscription(context)])
      return around
    },
    token,
    preflight: (plan) => preflight(context, plan),
    register: (namespaces, progress) => register(context, namespaces, progress),
    diagnose: (name) => diagnose(context, name),
    portalUrl: (armId) => `${cloud.portal}/#@${inputs.tenantId}/resource${armId}`,
  }
}
