import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Access } from '../../sandbox/github/records.ts'
import type { Result } from '../stage/result.ts'
import type { Stage } from '../stage.ts'
import { asText, type Contexts, computed, evaluated, isTruthy, type Value } from './expression.ts'

const FOLDER = new URL('../../examples/', import.meta.url)

type Step = { readonly uses?: string; readonly with?: Readonly<Record<string, Value>> }
/** A group, in one of the two forms that GitHub takes. */
type Concurrency = string | { readonly group: string }
type Job = {
  readonly if?: string
  readonly environment?: string
  readonly concurrency?: Concurrency
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix?: { readonly include?: readonly Readonly<Record<string, Value>>[] } }
  readonly steps: readonly Step[]
}
export type Workflow = {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly concurrency?: Concurrency
  readonly jobs: Readonly<Record<string, Job>>
}

/** What the repository and the event bring along. */
export type Occasion = {
  readonly vars: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  /** Variables that the runner has besides. */
  readonly env?: Readonly<Record<string, string>>
}

export type JobResult = Result & { readonly job: string; readonly matrix: Readonly<Record<string, Value>> }

export const EXAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yml'))
  .sort()

export function exampleText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8')
}

export function exampleOf(name: string): Workflow {
  // Actionlint has looked at its form; what this reads of it is checked on the way.
  return parse(exampleText(name)) as Workflow
}

/** The steps that use this action. */
export function stepsOf({ jobs }: Workflow): Step[] {
  return Object.values(jobs).flatMap(({ steps }) => steps)
}

/**
 * Carries out a workflow for the event that the sandbox's GitHub is about, job by job, as far as our examples go: conditions,
 * matrix, environment, permissions and the inputs of this action.
 * @throws Error when the workflow does not start on the event, or uses anything that this does not know.
 */
export async function carryOut(workflow: Workflow, stage: Stage, occasion: Occasion): Promise<JobResult[]> {
  const { eventName } = stage.control.github()
  if (!Object.hasOwn(workflow.on, eventName)) throw new Error(`the workflow does not start on ${eventName}`)
  const results: JobResult[] = []
  for (const [name, job] of Object.entries(workflow.jobs)) {
    for (const matrix of job.strategy?.matrix?.include ?? [{}]) {
      const contexts = contextsOf(stage, occasion, matrix)
      if (job.if !== undefined && !isTruthy(computed(job.if.replace(/^\$\{\{|\}\}$/g, ''), contexts))) continue
      settle(stage, job, workflow)
      for (const step of job.steps)
        results.push({ ...(await runStep(step, stage, contexts, occasion.env)), job: name, matrix })
    }
  }
  return results
}

function contextsOf(
  stage: Stage,
  { vars, secrets, inputs = {} }: Occasion,
  matrix: Readonly<Record<string, Value>>,
): Contexts {
  const github = stage.control.github()
  // Neither is passed to a fork or to Dependabot.
  const isTrusted = !stage.control.forge.isRestricted()
  return {
    github: {
      event_name: github.eventName,
      ref: github.ref,
      repository: github.repository,
      actor: github.actor,
      event: stage.sandbox.event,
      token: stage.sandbox.inputs['github-token'] ?? '',
    },
    vars: isTrusted ? vars : {},
    secrets: isTrusted ? secrets : {},
    inputs,
    matrix,
  }
}

/** What GitHub gives the job: its token's permissions, and the environment that its subject names. */
function settle({ control }: Stage, { environment, permissions }: Job, workflow: Workflow): void {
  const granted = permissions ?? workflow.permissions ?? {}
  const access = (name: string): Access => {
    const given = granted[name] ?? 'none'
    if (given !== 'none' && given !== 'read' && given !== 'write') throw new Error(`${name}: ${given} is no permission`)
    return given
  }
  control.forge.set({ issues: access('issues'), pullRequests: access('pull-requests') })
  control.setGithub({ environment: environment ?? null, idToken: access('id-token') === 'write' })
}

async function runStep(
  { uses, with: given = {} }: Step,
  stage: Stage,
  contexts: Contexts,
  env: Occasion['env'] = {},
): Promise<Result> {
  if (uses !== 'apono/azure-connector-action@v1') throw new Error(`${uses} is not this action`)
  const inputs = Object.entries(given).map(
    ([name, value]) => [name, asText(typeof value === 'string' ? evaluated(value, contexts) : value)] as const,
  )
  const { sandbox } = stage
  const blank = Object.keys(sandbox.inputs).map((name) => [name, ''] as const)
  // The defaults lead to the world; here everything stays on this machine.
  const around = {
    cloud: sandbox.origin,
    'apono-api-url': `${sandbox.origin}/apono`,
    'github-token': sandbox.inputs['github-token'] ?? '',
  }
  return stage.run({ ...Object.fromEntries(blank), ...around, ...Object.fromEntries(inputs) }, { env })
}
