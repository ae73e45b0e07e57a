import { DeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { field, list, parseJson, text } from './json.ts'
import { planDocument } from './render/plan-json.ts'
import type { Planned } from './render/summary.ts'

const FINGERPRINT = /^[0-9a-f]{64}$/

/**
 * Only the plan that was approved may be applied; what cannot be checked counts as another plan.
 * @param expected the fingerprint of the approved plan, or the path of its file, which can tell what differs.
 * @returns why not, before the first write; undefined when it may.
 */
export async function deviationFrom(
  expected: string | undefined,
  planned: Pick<Planned, 'plan' | 'fingerprint'>,
  host: Pick<Host, 'readFile'>,
): Promise<DeployError | undefined> {
  if (expected === undefined || expected === planned.fingerprint) return undefined
  if (FINGERPRINT.test(expected)) return changed(expected, planned.fingerprint, [])

  const approved = parseJson(await host.readFile(expected))
  const fingerprint = text(field(approved, 'fingerprint'))
  if (field(approved, 'formatVersion') !== 1 || fingerprint === undefined || !FINGERPRINT.test(fingerprint))
    return unreadable(expected)
  if (fingerprint === planned.fingerprint) return undefined
  const now = planDocument(planned.plan, planned.fingerprint)
  return changed(fingerprint, planned.fingerprint, differences(linesOf(approved), linesOf(now)))
}

function changed(approved: string, now: string, differing: readonly string[]): DeployError {
  const message = [
    `The plan is not the one that was approved (${approved.slice(0, 12)}, now ${now.slice(0, 12)}). Nothing was changed.`,
    ...(differing.length > 0 ? ['What differs (- approved, + now):', ...differing] : []),
  ].join('\n')
  return new DeployError('plan-changed', message, {
    hint: 'Azure or the inputs changed since the approval. Have the new plan reviewed, and give its fingerprint or its file as `expected-plan`.',
  })
}

function unreadable(path: string): DeployError {
  return new DeployError(
    'plan-changed',
    `The approved plan could not be checked: ${path} is not there, or is no plan of this action. Nothing was changed.`,
    {
      hint: 'Give `expected-plan` the output `plan-fingerprint` of the approved run (64 hex digits), or the path of its `plan-json` file.',
    },
  )
}

/** One line for every change and each of its properties, made of the document alone. JSON keeps whatever is in it on its line. */
function linesOf(document: unknown): string[] {
  return list(field(document, 'changes')).flatMap((change) => {
    const name = `${word(field(change, 'action'))} ${word(field(change, 'kind'))} ${JSON.stringify(field(change, 'name')) ?? '(none)'}`
    const properties = list(field(change, 'properties')).map((property) => {
      const path = word(list(field(property, 'path')).join('.'))
      return `${name}: ${path} ${sideOf(property, 'before')} → ${sideOf(property, 'after')}`
    })
    const created = Object.entries(Object(field(change, 'after'))).map(
      ([path, value]) => `${name}: ${word(path)} ${JSON.stringify(value)}`,
    )
    return [name, ...properties, ...created]
  })
}

/** Plain words as they are, anything else as JSON. */
function word(value: unknown): string {
  return typeof value === 'string' && /^[\w. -]+$/.test(value) ? value : (JSON.stringify(value) ?? '(none)')
}

function sideOf(property: unknown, side: 'before' | 'after'): string {
  return JSON.stringify(field(property, side)) ?? '(none)'
}

function differences(approved: readonly string[], now: readonly string[]): string[] {
  const gone = approved.filter((line) => !now.includes(line)).map((line) => `- ${line}`)
  const added = now.filter((line) => !approved.includes(line)).map((line) => `+ ${line}`)
  return [...gone, ...added]
}
