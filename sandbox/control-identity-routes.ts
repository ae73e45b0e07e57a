import type { Control } from './control.ts'
import { bodyReader, done } from './control-body.ts'
import { created, empty, route } from './control-route.ts'
import { schemas } from './control-schemas.ts'
import type { NewRunnerIdentity } from './directory.ts'
import type { Route } from './protocol.ts'

/** Ways to sign in other than GitHub's tokens, and other tenants. */
export function identityRoutes(control: Control): Route[] {
  const secret = bodyReader<{ readonly secret: string; readonly lifetimeMs?: number }>(schemas.clientSecret)
  const certificate = bodyReader<{ readonly certificate: string }>(schemas.certificate)
  const runnerIdentity = bodyReader<NewRunnerIdentity>(schemas.runnerIdentity)
  const delegation = bodyReader<{ readonly tenantId: string }>(schemas.delegation)
  return [
    route('POST', '/applications/{clientId}/client-secrets', (call) => {
      const { clientId = '' } = call.params
      const { secret: value, lifetimeMs } = secret(call)
      return done(control.addClientSecret(clientId, value, lifetimeMs), `application '${clientId}'`)
    }),
    route('POST', '/applications/{clientId}/certificates', (call) => {
      const { clientId = '' } = call.params
      return done(control.addCertificate(clientId, certificate(call).certificate), `application '${clientId}'`)
    }),
    route('POST', '/runner-identities', (call) => created(control.addRunnerIdentity(runnerIdentity(call)))),
    route('POST', '/tenants', () => created({ tenantId: control.addTenant() })),
    route('POST', '/subscriptions/{subscriptionId}/delegations', (call) => {
      const { subscriptionId = '' } = call.params
      return empty(() => control.delegateSubscription(subscriptionId, delegation(call).tenantId))
    }),
  ]
}
