import { DeployError } from '../errors.ts'
import { type AponoApi, readAponoApi } from './apono-api.ts'
import { type Connector, readConnector } from './connector.ts'
import { type Consent, readConsent } from './consent.ts'
import { DEFAULTS } from './defaults.ts'
import { readSpeaking, type Speaking } from './discussion.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { misfits } from './fit.ts'
import { type Image, readImage } from './image.ts'
import { type Logs, readLogs } from './logs.ts'
import { type Network, readNetwork } from './network.ts'
import { type Grants, readGrants } from './permissions.ts'
import { type Place, readPlace } from './place.ts'
import { type Presentation, readPresentation } from './presentation.ts'
import { type InputHost, InputReader, type Problem, type Unchecked } from './reader.ts'
import * as rule from './rules.ts'
import { readSignIn, type SignIn } from './sign-in.ts'
import { readVerification, type Verification } from './verification.ts'

export type Operation = 'plan' | 'apply' | 'drift' | 'destroy'

/** Everything the user asked for, parsed and complete. Nothing deeper reads raw inputs. One file of this folder for each part. */
export type Inputs = SignIn &
  Place &
  Connector &
  Environment &
  Network &
  Image &
  Logs &
  Grants &
  Consent &
  AponoApi &
  Verification &
  Presentation &
  Speaking & {
    readonly operation: Operation
    /** Seconds that the whole run may take. */
    readonly timeout: number
  }

/** @throws DeployError `invalid-inputs` that names every problem at once. */
export async function parseInputs(host: InputHost): Promise<Inputs> {
  const read = new InputReader(host, DEFAULTS)
  const operation = read.required('operation', rule.operation)
  const connectorId = read.required('connector-id', rule.connectorId)
  const consent = readConsent(read)
  const writes = operation === 'apply' || (operation === 'drift' && consent.autoRepair === true)
  const inputs: Unchecked<Inputs> = {
    operation,
    ...readSignIn(read),
    ...readPlace(read),
    ...(await readConnector(read, connectorId, writes)),
    ...(await readEnvironment(read, writes)),
    ...readNetwork(read),
    ...readImage(read, writes),
    ...readLogs(read),
    ...(await readGrants(read, operation)),
    ...readAponoApi(read),
    ...readVerification(read),
    ...consent,
    ...readPresentation(read),
    ...readSpeaking(read),
    timeout: read.required('timeout', rule.duration),
  }
  if (operation === 'destroy') read.confirm('confirm', connectorId)
  read.problems.push(...misfits(inputs))
  if (read.problems.length > 0 || !isComplete(inputs)) throw invalidInputs(read.problems)
  return inputs
}

/** The inputs that may stay undefined, as their types say. */
type Optional = { readonly [Name in keyof Inputs]: undefined extends Inputs[Name] ? Name : never }[keyof Inputs]

const OPTIONAL: Readonly<Record<Optional, true>> = {
  location: true,
  aponoToken: true,
  aponoTokenSecret: true,
  aponoApiToken: true,
  expectedPlan: true,
  label: true,
  githubToken: true,
}

/** An input with a problem is undefined until all of them are reported together. */
function isComplete(inputs: Unchecked<Inputs>): inputs is Inputs {
  return Object.entries(inputs).every(([name, value]) => value !== undefined || name in OPTIONAL)
}

function invalidInputs(problems: readonly Problem[]): DeployError {
  const count = problems.length === 1 ? 'One input is' : `${problems.length} inputs are`
  const lines = problems.flatMap(({ input, given, wrong, allowed, example }) => [
    `- ${input}: ${wrong}${given === undefined ? '' : ` Given: ${given}.`}`,
    `    allowed: ${allowed}`,
    `    example: ${example}`,
  ])
  return new DeployError('invalid-inputs', [`${count} not right:`, ...lines].join('\n'), {
    hint: 'Correct the `with:` block of the step; nothing was sent to Azure. Every input is described in the README.',
  })
}
