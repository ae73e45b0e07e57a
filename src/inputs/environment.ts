import { RESERVED_ENVIRONMENT } from '../spec/connector.ts'
import { MOST_SECURE_VARIABLES } from '../spec/secure-fingerprints.ts'
import { keyValues } from './key-values.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { parserFor } from './yaml-text.ts'

/** Further variables of the connector. */
export type Environment = {
  readonly environment: Readonly<Record<string, string>>
  /** Secret values, each masked. An empty one was not given to this run, which then writes nothing. */
  readonly environmentSecure: Readonly<Record<string, string>>
}

/** @param writes does this run write the variables? Then each needs its value. */
export async function readEnvironment(read: InputReader, writes: boolean): Promise<Unchecked<Environment>> {
  const plain = keyValues({ parseYaml: await parserFor(read, 'environment'), problemOf: environmentProblem })
  const secure = keyValues({
    parseYaml: await parserFor(read, 'environment-secure'),
    arrived: (value) => (isTooCommon(value) ? undefined : read.mask(value)),
    problemOf: writes ? neededSecureProblem : secureProblem,
    listProblems: tooMany,
  })
  const environment = read.optional('environment', plain) ?? {}
  const environmentSecure = read.optional('environment-secure', secure) ?? {}
  const twice = Object.keys(environmentSecure).filter((name) => Object.hasOwn(environment, name))
  for (const name of twice)
    read.problems.push({
      input: 'environment-secure',
      wrong: `sets ${name}, which environment sets too.`,
      allowed: 'each variable in one of the two',
      example: `environment-secure: ${name}=\${{ secrets.${name} }}`,
    })
  return { environment, environmentSecure }
}

/** Says what is wrong with one entry, or undefined. No name but ours: what looks like a name may be a piece of a private text. */
export function environmentProblem(name: string, value: string): string | undefined {
  // Azure does not tell an empty value from none: "One and only one property of 'value' and 'secureValue'".
  return nameProblem(name) ?? (value === '' ? 'is set to nothing, which Azure does not take.' : undefined)
}

function neededSecureProblem(name: string, value: string): string | undefined {
  if (value === '' && nameProblem(name) === undefined)
    return 'has no value. If it comes from `secrets`, check that the name exists and is visible to this job.'
  return secureProblem(name, value)
}

function secureProblem(name: string, value: string): string | undefined {
  const problem = nameProblem(name)
  if (problem !== undefined || value === '' || !isTooCommon(value)) return problem
  return 'has a value too short or too common to hide: masking it would garble log and outputs. Put it into `environment`.'
}

/** A mask hides its text everywhere: `1` or `true` would take the outputs with it. */
function isTooCommon(value: string): boolean {
  const text = value.trim()
  return text.length < 4 || /^(true|false)$/i.test(text)
}

function nameProblem(name: string): string | undefined {
  if (RESERVED_ENVIRONMENT.includes(name)) return `sets ${name}, which the action sets itself.`
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? undefined
    : 'has a name that is none; names take letters, digits and underscores and do not begin with a digit.'
}

function tooMany(names: readonly string[]): string[] {
  return names.length > MOST_SECURE_VARIABLES
    ? [
        `has ${names.length} variables; the record of their values, which is a tag, takes ${MOST_SECURE_VARIABLES}. One of them may be a JSON text.`,
      ]
    : []
}
