import { expect, jest, test } from '@jest/globals'
import { requestsTo } from '../../stage/result.ts'
import { applicationNamed } from '../../stage/rights.ts'
import { onStage, throughTunnel } from '../../stage.ts'
import { KEY_VAULT_SECRETS_USER, subscriptionOf } from '../grants/granted.ts'

jest.setTimeout(180_000)

const FROM_VAULT = {
  'apono-token': '',
  'apono-token-secret': 'https://acme-vault.vault.invalid/secrets/apono-token',
}

// In a file of its own: what runs beside it would make requests wait for each other that do not have to.
test('the token is read beside everything else: a plan waits no oftener for the network, and a destroy does not ask', () =>
  onStage(async (stage) => {
    const { objectId: principalId } = applicationNamed('deployer', stage)
    const scope = subscriptionOf(stage)
    stage.control.addRoleAssignment({ scope, roleDefinitionId: KEY_VAULT_SECRETS_USER, principalId })
    stage.control.setLatency(250)
    const plain = await stage.run({ operation: 'plan' }, throughTunnel(stage))
    const fromVault = await stage.run({ operation: 'plan', ...FROM_VAULT }, throughTunnel(stage))
    expect(requestsTo(fromVault, /^\/secrets\//).map(({ status }) => status)).toEqual([401, 200])
    expect(fromVault.roundTrips).toBeLessThanOrEqual(plain.roundTrips)
    const destroy = { operation: 'destroy', confirm: 'apono-connector' }
    const destroyed = await stage.run({ ...FROM_VAULT, ...destroy }, throughTunnel(stage))
    expect([destroyed.exitCode, requestsTo(destroyed, /^\/secrets\//)]).toEqual([0, []])
  }))
