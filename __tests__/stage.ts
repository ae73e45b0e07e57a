import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { GroupDefinition } from '../sandbox/container-instance/definition.ts'
import type { JsonObject } from '../sandbox/protocol.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts'
import { newSigningKeys } from '../sandbox/signing-keys.ts'
import type { Timing } from '../sandbox/world.ts'
import { runStep, type Step, type StepResult } from '../scripts/runner.ts'
import { fieldsOf, itemsOf } from './specs/json.ts'
import { misconductOf } from './stage/conduct.ts'
import { type InProcessStep, runHere } from './stage/in-process.ts'
import { leaksOf, type Secrets } from './stage/leaks.ts'
import type { Result } from './stage/result.ts'

type Inputs = Readonly<Record<string, string>>
/** What differs from an ordinary step; null takes a variable away. */
type Circumstances = {
  readonly env?: Readonly<Record<string, string | null>>
  readonly debug?: boolean
}

export type StageOptions = {
  readonly sandbox?: SandboxOptions
  /** Everything takes no time unless told. */
  readonly timing?: Partial<Timing>
  /** Set it when a group of this stage stands with its token readable, as the vendor's guide makes it. */
  readonly readableToken?: boolean
}

/** A sandbox to run the action in. Everything that runs here is watched: closing the stage fails when any run misbehaved. */
export type Stage = {
  readonly sandbox: Sandbox
  readonly control: Sandbox['control']
  /** Runs dist/ as a process of its own. Inputs go on top of those that deploy into the sandbox. */
  run(inputs: Inputs, circumstances?: Circumstances & Pick<Step, 'kill' | 'cancel' | 'lacks'>): Promise<Result>
  /** Runs src/ in this process. */
  runInProcess(
    inputs: Inputs,
    circumstances?: Circumstances & Pick<InProcessStep, 'hasSummary' | 'stop' | 'pace'>,
  ): Promise<Result>
  /** ARM id of a container group in the resource group of the inputs. */
  groupId(name?: string): string
  /** What the sandbox keeps of a group, in the form of a PUT. */
  stored(name?: string): GroupDefinition | undefined
  /** Changes a group behind the action's back. */
  edit(change: (group: GroupDefinition) => GroupDefinition, name?: string): void
  /**
   * Takes every container group away, whoever made it. A connector whose `name` differs from one run to the next would otherwise
   * be moved: its group under the earlier name is no longer wanted.
   */
  removeGroups(): void
  /** @throws Error with every leak, violation of the API descriptions and bug of the sandbox in any run so far. */
  close(): Promise<void>
}

/** Whoever looks at a group finds that it has been running for long enough: nobody waits where only time has to pass. */
const AT_ONCE: Partial<Timing> = { pendingMs: 0, pullMs: 0, startMs: 0, workspaceMs: 0, connectMs: 0, lookMs: 70_000 }
/** What signs a workload in other than GitHub's token. */
const SECRET_VARIABLES = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PASSWORD', 'IDENTITY_HEADER']

/** One set for all stages of a file: making keys takes longer than most runs. */
const keys = newSigningKeys()

export async function openStage({
  sandbox: options,
  timing,
  readableToken = false,
}: StageOptions = {}): Promise<Stage> {
  const [sandbox, folder] = await Promise.all([
    startSandbox({ keys: await keys, ...options }),
    mkdtemp(join(tmpdir(), 'stage-')),
  ])
  const { control } = sandbox
  control.setTiming({ ...AT_ONCE, ...timing })
  setDefaultCACertificates([...getCACertificates('default'), sandbox.ca])
  const authority = join(folder, 'ca.pem')
  await writeFile(authority, sandbox.ca)

  const problems: string[] = []
  const apono = new Map<string, string>()
  let runs = 0

  async function watched(
    inputs: Inputs,
    start: (step: Step) => Promise<StepResult>,
    { env = {}, debug = false }: Circumstances = {},
  ): Promise<Result> {
    runs += 1
    const step = {
      inputs: { ...sandbox.inputs, ...inputs },
      env: withChanges({ ...sandbox.env, NODE_EXTRA_CA_CERTS: authority }, env),
      event: sandbox.event,
      debug,
    }
    const token = step.inputs['apono-token'] ?? ''
    for (const one of [token, ...vaultSecretsIn(control)]) if (one.length >= 8) apono.set(one, 'the Apono token')
    const password = step.inputs['registry-password'] ?? ''
    if (password.length >= 8) apono.set(password, 'the password of the registry')
    control.clearRequests()
    const ended = await start(step)
    const result: Result = { ...ended, requests: control.requests(), roundTrips: control.roundTrips() }
    const requestToken = sandbox.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN
    const job = new Map([
      ...(requestToken === undefined ? [] : [[requestToken, "the job's request token"] as const]),
      [sandbox.apono.token, "the token of Apono's API"],
      [sandbox.inputs['github-token'] ?? '', "GitHub's token of the job"],
      ...SECRET_VARIABLES.flatMap((name) => (step.env[name] ? [[step.env[name], name] as const] : [])),
    ])
    const secrets: Secrets = {
      apono,
      secure: secureValuesIn(control),
      job,
      keys: keysIn(control.snapshot()),
      readableToken,
    }
    const wrong = [...misconductOf(result.requests), ...leaksOf(result, secrets)]
    problems.push(...wrong.map((problem) => `run ${runs} (${step.inputs.operation ?? 'plan'}): ${problem}`))
    return result
  }

  const groupId = (name = 'apono-connector') =>
    `/subscriptions/${sandbox.inputs['subscription-id']}/resourceGroups/${sandbox.inputs['resource-group']}/providers/Microsoft.ContainerInstance/containerGroups/${name}`
  // The sandbox keeps a group in exactly this form; its control surface calls every resource JSON.
  const stored = (name?: string) => control.resource(groupId(name)) as GroupDefinition | undefined

  return {
    sandbox,
    control,
    groupId,
    stored,
    run: (inputs, { kill, cancel, lacks = [], ...circumstances } = {}) =>
      watched(
        inputs,
        (step) => runStep({ ...step, lacks, ...(kill && { kill }), ...(cancel && { cancel }) }),
        circumstances,
      ),
    runInProcess: (inputs, { hasSummary = true, stop, pace, ...circumstances } = {}) =>
      watched(
        inputs,
        (step) => runHere({ ...step, hasSummary, ...(stop && { stop }), ...(pace && { pace }) }),
        circumstances,
      ),
    edit(change, name) {
      const before = stored(name)
      if (before === undefined) throw new Error(`there is no group ${name}`)
      // A merge patch keeps what it does not name, so everything goes before the new definition comes.
      control.patchResource(groupId(name), Object.fromEntries(Object.keys(before).map((key) => [key, null])))
      control.patchResource(groupId(name), json(change(before)))
    },
    removeGroups() {
      for (const group of Object.values(fieldsOf(control.snapshot().containerGroups)))
        control.deleteResource(String(fieldsOf(group).id))
    },
    async close() {
      await sandbox.close()
      await rm(folder, { recursive: true })
      if (problems.length > 0) throw new Error(problems.join('\n'))
    },
  }
}

/** Does the work on a stage of its own. Tests that share nothing may run side by side. */
export async function onStage(work: (stage: Stage) => Promise<void>, options?: StageOptions): Promise<void> {
  const stage = await openStage(options)
  try {
    await work(stage)
  } finally {
    await stage.close()
  }
}

/** What a job needs whose action reads a vault: nobody resolves the names of the sandbox's vaults, so the way there is its tunnel. */
export function throughTunnel({ sandbox: { origin } }: Stage): { readonly env: Readonly<Record<string, string>> } {
  return { env: { HTTPS_PROXY: origin } }
}

function vaultSecretsIn(control: Sandbox['control']): string[] {
  const secrets = itemsOf(control.snapshot().vaults).flatMap((vault) => itemsOf(fieldsOf(vault).secrets))
  return secrets.flatMap((secret) =>
    itemsOf(fieldsOf(secret).versions).map((version) => String(fieldsOf(version).value)),
  )
}

/** Every secure value that stands in a group, but for the tokens. */
function secureValuesIn(control: Sandbox['control']): Map<string, string> {
  const found = new Map<string, string>()
  JSON.stringify(control.snapshot().containerGroups, (_key, item: unknown) => {
    const { name, secureValue } = fieldsOf(item)
    if (typeof secureValue === 'string' && secureValue.length >= 8 && name !== 'APONO_TOKEN')
      found.set(secureValue, `the secure variable ${name}`)
    return item
  })
  return found
}

/** Keys of all workspaces, those that were deleted too. */
function keysIn({ resources, deletedWorkspaces }: JsonObject): Map<string, string> {
  const deleted = Object.values(fieldsOf(deletedWorkspaces)).map((each) => fieldsOf(each).record)
  return new Map(
    [...Object.values(fieldsOf(resources)), ...deleted].flatMap((record) => {
      const { sharedKeys } = fieldsOf(fieldsOf(fieldsOf(record).body).properties)
      return Object.values(fieldsOf(sharedKeys)).map((key) => [String(key), 'a key of a workspace'] as const)
    }),
  )
}

function withChanges(env: Readonly<Record<string, string>>, changes: Readonly<Record<string, string | null>>) {
  const entries = Object.entries({ ...env, ...changes })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])))
}

function json(definition: GroupDefinition): JsonObject {
  // What JSON.parse gives back for an object is JSON.
  return JSON.parse(JSON.stringify(definition)) as JsonObject
}
