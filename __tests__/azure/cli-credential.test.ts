import { expect, test } from '@jest/globals'
import { cliCredential, cliError } from '../../src/azure/cli-credential.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { CLIENT_ID, SUBSCRIPTION_ID, TENANT_ID } from '../builders.ts'

const AUTH = { by: 'azure-cli', clientId: undefined } as const
const PLACE = { tenantId: TENANT_ID, subscriptionId: SUBSCRIPTION_ID }

// Two are sentences of the SDK's, the others what az writes.
test.each<[string, ErrorCode, string]>([
  ['Azure CLI could not be found. Please visit https://aka.ms/azure-cli', 'credential-unavailable', 'auth: oidc'],
  ["Please run 'az login' from a command prompt", 'credential-unavailable', `tenant-id: ${TENANT_ID}`],
  [`ERROR: Subscription '${SUBSCRIPTION_ID}' not found.`, 'subscription-not-found', 'az account list'],
  ['ERROR: AADSTS7000222: The provided client secret keys are expired.', 'credential-refused', 'az ad app credential'],
  ['Unexpected end of JSON input', 'sign-in-failed', 'step debug logging'],
])('what az says (%s) is %s', (said, code, hint) => {
  const error = cliError(new Error(said), { ...AUTH, clientId: CLIENT_ID }, PLACE)
  expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) })
  expect(cliError(said, AUTH, PLACE).code).toBe(code)
})

// A scope that no shell could take for a command is refused before az is asked.
test('nothing but a plain scope reaches the shell', async () => {
  const credential = cliCredential(AUTH, PLACE)
  await expect(credential.getToken('https://x/$(touch y)/.default')).rejects.toMatchObject({ code: 'sign-in-failed' })
})
