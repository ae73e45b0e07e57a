import { DeployError } from '../errors.ts'

/** What stands in the way of a plan, found before its first write. */
export type Obstacles = {
  /** One for every right that is missing for sure, and one for the locks in the way: warnings of a plan. */
  readonly missing: readonly DeployError[]
  /** The same as one error, for an apply that must not begin. */
  readonly refusal: DeployError | undefined
  /** What could not be found out, and what apply will do about it, in sentences. */
  readonly notes: readonly string[]
  /** Resource providers that have to be registered in the subscription first. */
  readonly unregistered: readonly string[]
}

/** Who plans need not be who applies, and had better not be: what a plan adds to the rights that its own identity lacks. */
export function aboutWhoApplies(missing: readonly DeployError[]): string[] {
  return missing.some(({ code }) => code === 'permission-denied')
    ? [
        'That is for an apply as the identity of this plan. Where another identity applies, it says nothing of that one, and this one should get none of it.',
      ]
    : []
}

/** What is missing as one error, together with the locks in the way. */
export function refusalFor(missing: readonly DeployError[], locked?: DeployError): DeployError | undefined {
  if (locked !== undefined) return withRights(locked, missing)
  const [first, ...others] = missing
  if (first === undefined || others.length === 0) return first
  return new DeployError(
    'permission-denied',
    [
      `The workflow's identity lacks ${missing.length} rights. Nothing was changed.`,
      ...missing.map(({ message }) => `- ${message}`),
    ].join('\n'),
    {
      hint: missing.map(({ hint }) => hint).join('\n'),
    },
  )
}

function withRights(locked: DeployError, missing: readonly DeployError[]): DeployError {
  const message = [`${locked.message}\nNothing was changed.`, ...missing.map((error) => error.message)].join('\n')
  const hint = [locked, ...missing].map((error) => error.hint).join('\n')
  return new DeployError(locked.code, message, { hint })
}
