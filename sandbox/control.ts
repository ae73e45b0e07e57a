import { checkpoint } from './checkpoint.ts'
import type { Latency } from './delivery.ts'
import * as directory from './directory.ts'
import type { Fault, FaultState, Faults } from './faults.ts'
import { ForgeControl } from './github/control.ts'
import { type Github, githubIssuer } from './github.ts'
import { type GithubSettings, subjectOf } from './github-settings.ts'
import * as vaults from './key-vault/vault.ts'
import { addLock, type NewLock } from './locks.ts'
import { addPolicy, type NewPolicy } from './policies.ts'
import { removePrincipal } from './principals.ts'
import type { JsonObject } from './protocol.ts'
import type { LogEntry, RequestLog } from './request-log.ts'
import { type AssignmentQuestion, mayAssign } from './role-based-access/may-assign.ts'
import { sequentialRoundTrips } from './round-trips.ts'
import { snapshotOf } from './snapshot.ts'
import * as content from './subscription-content.ts'
import { deleteStored, patchStored, storedBody } from './tampering.ts'
import type {
  Application,
  ContainerBehaviour,
  Member,
  RoleAssignmentLimits,
  RunnerIdentity,
  Timing,
  World,
} from './world.ts'

export type ControlParts = {
  readonly world: World
  readonly github: Github
  readonly faults: Faults
  readonly latency: Latency
  readonly log: RequestLog
}

/** Everything a test or a demonstration may do to a sandbox that no service offers. `/_sandbox` is the same over HTTPS. */
export class Control {
  readonly #parts: ControlParts
  /** What people do on GitHub beside the action. */
  readonly forge: ForgeControl

  constructor(parts: ControlParts) {
    this.#parts = parts
    this.forge = new ForgeControl(parts.github)
  }

  /** Skips time; answers the new one. */
  advanceClock(ms: number): string {
    this.#parts.world.clock.advance(ms)
    return this.#parts.world.clock.iso()
  }

  snapshot(): JsonObject {
    const { latency, github, faults } = this.#parts
    return {
      ...snapshotOf(this.#parts.world),
      latencyMs: latency.ms,
      github: { ...github.settings },
      faults: faults.list().map(({ name, matched }) => ({ name, matched })),
    }
  }

  /** Remembers what stands in every service. @returns what brings it back; for tests that begin at one place many times. */
  checkpoint(): () => void {
    return checkpoint(this.#parts.world, this.#parts.github.forge)
  }

  /** What is stored under an ARM id, secrets included. */
  resource(id: string): JsonObject | undefined {
    return storedBody(this.#parts.world, id)
  }

  /** Merges a patch into what is stored. False when there is nothing under the id. */
  patchResource(id: string, patch: JsonObject): boolean {
    return patchStored(this.#parts.world, id, patch)
  }

  deleteResource(id: string): boolean {
    return deleteStored(this.#parts.world, id)
  }

  /** Injects a fault; it applies to the first matching request unless told. */
  injectFault(fault: Omit<Fault, 'on'> & Partial<Pick<Fault, 'on'>>): void {
    this.#parts.faults.inject({ on: 1, ...fault })
  }

  faults(): readonly FaultState[] {
    return this.#parts.faults.list()
  }

  removeFault(name: string): boolean {
    return this.#parts.faults.remove(name)
  }

  clearFaults(): void {
    this.#parts.faults.clear()
  }

  setLatency(ms: number): void {
    this.#parts.latency.ms = ms
  }

  requests(): readonly LogEntry[] {
    return this.#parts.log.entries()
  }

  clearRequests(): void {
    this.#parts.log.clear()
  }

  /** Sequential round trips of the requests in the log. */
  roundTrips(): number {
    return sequentialRoundTrips(this.#parts.log.entries())
  }

  github(): GithubSettings & { readonly subject: string } {
    const { settings } = this.#parts.github
    return { ...settings, subject: subjectOf(settings) }
  }

  /** Changes the run that tokens are about. The environment a job was started with does not change. */
  setGithub(settings: Partial<GithubSettings>): void {
    this.#parts.github.settings = { ...this.#parts.github.settings, ...settings }
  }

  addApplication(application: directory.NewApplication): Application {
    return directory.addApplication(this.#parts.world, application)
  }

  applications(): readonly Application[] {
    return this.#parts.world.tenants.flatMap(({ applications }) => applications)
  }

  /** Replaces what an application was granted in Microsoft Graph; tokens that are out keep what they say. */
  setAppRoles(clientId: string, appRoles: readonly string[]): boolean {
    return directory.setAppRoles(this.#parts.world, clientId, appRoles)
  }

  /** Adds a user or a group. */
  addMember(member: directory.NewMember): Member {
    return directory.addMember(this.#parts.world, member)
  }

  /** Removes whoever this is from the directory; its role assignments in Azure stay. */
  removePrincipal(objectId: string): boolean {
    return removePrincipal(this.#parts.world, objectId)
  }

  removeApplication(clientId: string): boolean {
    return directory.removeApplication(this.#parts.world, clientId)
  }

  /** Adds a credential; what is not given is taken from the run that GitHub's tokens are about now. */
  addFederatedCredential(clientId: string, credential: Partial<directory.FederatedCredential> = {}): boolean {
    const { world, github } = this.#parts
    return directory.addFederatedCredential(world, clientId, {
      issuer: githubIssuer(world.origin),
      subject: subjectOf(github.settings),
      audience: 'api://AzureADTokenExchange',
      ...credential,
    })
  }

  /** Removes the credentials that have all of the given values; all of them when none is given. */
  removeFederatedCredentials(clientId: string, like: Partial<directory.FederatedCredential> = {}): boolean {
    return directory.removeFederatedCredentials(this.#parts.world, clientId, like)
  }

  /** Gives an application a secret; it lasts a year unless told. */
  addClientSecret(clientId: string, secret: string, lifetimeMs = 365 * 24 * 3_600_000): boolean {
    return directory.addClientSecret(this.#parts.world, clientId, { secret, lifetimeMs })
  }

  /** Uploads a certificate, PEM, to an application. */
  addCertificate(clientId: string, certificate: string): boolean {
    return directory.addCertificate(this.#parts.world, clientId, certificate)
  }

  /** Gives the machine of the runner an identity, which has no role yet. */
  addRunnerIdentity(identity: directory.NewRunnerIdentity): RunnerIdentity {
    return directory.addRunnerIdentity(this.#parts.world, identity)
  }

  /** Another, empty tenant; answers its id. */
  addTenant(): string {
    return directory.addTenant(this.#parts.world)
  }

  /** Lets principals of another tenant act in a subscription, as Azure Lighthouse does. */
  delegateSubscription(subscriptionId: string, tenantId: string): void {
    content.delegateSubscription(this.#parts.world, subscriptionId, tenantId)
  }

  addResourceGroup(group: content.NewResourceGroup): string {
    return content.addResourceGroup(this.#parts.world, group)
  }

  addRoleAssignment(assignment: content.NewRoleAssignment): string {
    return content.addRoleAssignment(this.#parts.world, assignment)
  }

  /** Makes a custom role; answers its GUID. */
  readonly addRoleDefinition = (role: content.NewRole): string => content.addRoleDefinition(this.#parts.world, role)

  /** Locks a scope; the lock is removed like a resource, by the id that this answers. */
  addLock(lock: NewLock): string {
    return addLock(this.#parts.world, lock)
  }

  /** Assigns a policy that denies; removed like a resource, by the id that this answers. */
  addPolicy(policy: NewPolicy): string {
    return addPolicy(this.#parts.world, policy)
  }

  /** Whether a principal's own roles, their conditions included, let it write or delete a role assignment. */
  mayAssign(objectId: string, question: AssignmentQuestion): boolean {
    return mayAssign(this.#parts.world, objectId, question)
  }

  setRoleAssignmentLimits(limits: Partial<RoleAssignmentLimits>): void {
    Object.assign(this.#parts.world.roleAssignmentLimits, limits)
  }

  setProvider(namespace: string, state: string): void {
    content.setProvider(this.#parts.world, namespace, state)
  }

  /** Makes a secret or a new version of it; answers its URL. */
  readonly setSecret = (secret: vaults.NewSecret): string => vaults.setSecret(this.#parts.world, secret)

  readonly deleteSecret = (vault: string, name: string): boolean => vaults.deleteSecret(this.#parts.world, vault, name)

  readonly setVaultFirewall = (vault: string, open: boolean): void =>
    vaults.setVaultFirewall(this.#parts.world, vault, open)

  setTiming(timing: Partial<Timing>): void {
    Object.assign(this.#parts.world.timing, timing)
  }

  setContainerBehaviour(behaviour: ContainerBehaviour): void {
    this.#parts.world.containerBehaviour = behaviour
  }

  /** From now on every connector that starts has written these lines to its log, and nothing else. */
  setConnectorLog(lines: readonly string[]): void {
    this.#parts.world.connectorLog = lines
  }
}
