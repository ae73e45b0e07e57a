import { expect } from '@jest/globals'
import { type Inputs, parseInputs } from '../../src/inputs/inputs.ts'
import { CLIENT_ID, deployErrorOf, SUBSCRIPTION_ID, TENANT_ID } from '../builders.ts'

export type Raw = Readonly<Record<string, string>>

/** The least that has to be set. */
export const NEEDED: Raw = {
  'client-id': CLIENT_ID,
  'tenant-id': TENANT_ID,
  'subscription-id': SUBSCRIPTION_ID,
  'resource-group': 'rg-apono',
  permissions: 'none',
}

export function parse(raw: Raw, variables: Raw = {}): Promise<Inputs> {
  return parseInputs({
    input: (name) => raw[name] ?? '',
    variable: (name) => variables[name] ?? '',
    mask: () => undefined,
  })
}

/** What the user reads when these inputs, with all that is needed, are not right. */
export async function complaint(raw: Raw, variables: Raw = {}): Promise<string> {
  const error = await deployErrorOf(() => parse({ ...NEEDED, ...raw }, variables))
  expect(error.code).toBe('invalid-inputs')
  expect(error.hint).toBe(
    'Correct the `with:` block of the step; nothing was sent to Azure. Every input is described in the README.',
  )
  return error.message
}
