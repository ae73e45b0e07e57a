import { parse } from 'yaml'
import { carryOut, type JobResult, type Workflow } from '../examples/workflow.ts'
import type { Stage } from '../stage.ts'
import { carriedOut, type Given, type Repository } from './carried-out.ts'
import { blockWith } from './pages.ts'
import { callsOf } from './recipe.ts'

/** The README's set-up. */
export const SCRIPT = blockWith('README.md', 'sh', 'gh secret set APONO_TOKEN')

// Actionlint has looked at its form.
const WORKFLOW = parse(blockWith('README.md', 'yaml', 'uses: apono/azure-connector-action')) as Workflow

/** Sets the sandbox up as a script says, for a subscription that never had a container group. */
export function setUp(stage: Stage, script: string = SCRIPT, given: Given = {}): Repository {
  stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
  return carriedOut(callsOf(script, given.files), stage, given)
}

/** The script without what it has for a part, and with something else there. @throws Error when it has no such part. */
export function withPart(script: string, part: RegExp, replacement: string): string {
  if (!part.test(script)) throw new Error(`there is no ${part} in the set-up`)
  return script.replace(part, () => replacement)
}

/** What differs from the first screen's workflow. */
export type Changes = { readonly environment?: string; readonly inputs?: Readonly<Record<string, string>> }

/** Carries out the first screen's workflow for what GitHub is about now. */
export async function firstScreen(
  stage: Stage,
  { vars, secrets }: Repository,
  { environment, inputs = {} }: Changes = {},
): Promise<JobResult> {
  const token = stage.sandbox.inputs['apono-token'] ?? ''
  const jobs = Object.entries(WORKFLOW.jobs).map(([name, job]) => {
    const steps = job.steps.map((step) => ({ ...step, with: { ...step.with, ...inputs } }))
    return [name, { ...job, steps, ...(environment !== undefined && { environment }) }] as const
  })
  const workflow = { ...WORKFLOW, jobs: Object.fromEntries(jobs) }
  const all = Object.fromEntries(secrets.map((name) => [name, token]))
  const [result, ...more] = await carryOut(workflow, stage, { vars, secrets: all })
  if (result === undefined || more.length > 0) throw new Error('the first screen is to run once')
  return result
}

/** How it ended: the reason of a failure, and the outcome. */
export function endOf({ outputs }: JobResult): string {
  return [outputs['failure-reason'], outputs.outcome].filter(Boolean).join(': ')
}
