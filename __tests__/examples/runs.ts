import { asText, type Contexts, computed, evaluated, isTruthy } from './expression.ts'
import type { Workflow } from './workflow.ts'

/** What a step of this action does for an event, as far as who does it and beside whom. */
export type Run = {
  readonly event: string
  readonly operation: string
  readonly writes: boolean
  /** Name of the variable that says who signs in. */
  readonly clientId: string
  readonly connectorId: string
  /** Group of the runs that wait for each other. */
  readonly group: string
}

/** Every run that a workflow may lead to. Variables have their own names for values. */
export function runsOf(workflow: Workflow): Run[] {
  const names = [...JSON.stringify(workflow).matchAll(/vars\.([A-Z_]+)/g)].map(([, name = '']) => name)
  const vars = Object.fromEntries(names.map((name) => [name, name]))
  return Object.keys(workflow.on).flatMap((event) => {
    const github = {
      event_name: event,
      ref: event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main',
      event: event === 'pull_request' ? { number: 7 } : {},
    }
    return runsFor(workflow, event, { github, vars, secrets: {}, inputs: {} })
  })
}

function runsFor(workflow: Workflow, event: string, contexts: Contexts): Run[] {
  return Object.values(workflow.jobs).flatMap(({ if: condition = 'true', strategy, steps, concurrency }) =>
    (strategy?.matrix?.include ?? [{}]).flatMap((matrix) => {
      const known = { ...contexts, matrix }
      if (!isTruthy(computed(condition, known))) return []
      const together = concurrency ?? workflow.concurrency ?? ''
      const group = asText(evaluated(typeof together === 'string' ? together : together.group, known))
      return steps.map(({ with: given = {} }) => {
        const input = (name: string) => asText(evaluated(asText(given[name] ?? ''), known))
        const operation = input('operation') || 'plan'
        const writes = operation === 'apply' || operation === 'destroy' || input('auto-repair') === 'true'
        const connectorId = input('connector-id') || 'apono-connector'
        return { event, operation, writes, clientId: input('client-id'), connectorId, group }
      })
    }),
  )
}
