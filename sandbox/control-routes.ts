import type { Control } from './control.ts'
import { bodyReader, done } from './control-body.ts'
import { grantRoutes } from './control-grant-routes.ts'
import { identityRoutes } from './control-identity-routes.ts'
import { created, empty, idOf, ok, route } from './control-route.ts'
import { schemas } from './control-schemas.ts'
import { vaultRoutes } from './control-vault-routes.ts'
import type { FederatedCredential, NewApplication } from './directory.ts'
import type { Fault } from './faults.ts'
import { forgeControlRoutes } from './github/control-routes.ts'
import type { GithubSettings } from './github-settings.ts'
import type { Json, JsonObject, Route } from './protocol.ts'
import type { NewResourceGroup } from './subscription-content.ts'
import type { ContainerBehaviour, Timing } from './world.ts'

/** The control surface: every method of `Control` as a route. `settings` is what a client needs to use the sandbox. */
export function controlRoutes(control: Control, settings: () => Json): Route[] {
  return [
    ...stateRoutes(control, settings),
    ...trafficRoutes(control),
    ...directoryRoutes(control),
    ...grantRoutes(control),
    ...vaultRoutes(control),
    ...forgeControlRoutes(control.forge),
    ...identityRoutes(control),
  ]
}

function stateRoutes(control: Control, settings: () => Json): Route[] {
  const clock = bodyReader<{ advanceMs: number }>(schemas.clock)
  const patch = bodyReader<JsonObject>(schemas.patch)
  const timing = bodyReader<Partial<Timing>>(schemas.timing)
  const connectorLog = bodyReader<{ lines: readonly string[] }>(schemas.connectorLog)
  const containers = bodyReader<{ behaviour: ContainerBehaviour }>(schemas.containers)
  return [
    route('GET', '', () => ok(settings())),
    route('GET', '/state', () => ok(control.snapshot())),
    route('POST', '/clock', (call) => ok({ now: control.advanceClock(clock(call).advanceMs) })),
    route('GET', '/resources', (call) => {
      const stored = control.resource(idOf(call))
      return stored === undefined ? done(false, idOf(call)) : ok(stored)
    }),
    route('PATCH', '/resources', (call) => done(control.patchResource(idOf(call), patch(call)), idOf(call))),
    route('DELETE', '/resources', (call) => done(control.deleteResource(idOf(call)), idOf(call))),
    route('PATCH', '/timing', (call) => empty(() => control.setTiming(timing(call)))),
    route('PUT', '/connector-log', (call) => empty(() => control.setConnectorLog(connectorLog(call).lines))),
    route('PUT', '/containers', (call) => empty(() => control.setContainerBehaviour(containers(call).behaviour))),
  ]
}

function trafficRoutes(control: Control): Route[] {
  const fault = bodyReader<Parameters<Control['injectFault']>[0]>(schemas.fault)
  const latency = bodyReader<{ ms: number }>(schemas.latency)
  return [
    route('GET', '/faults', () => ok(control.faults().map(faultJson))),
    route('POST', '/faults', (call) => empty(() => control.injectFault(fault(call)))),
    route('DELETE', '/faults', () => empty(() => control.clearFaults())),
    route('DELETE', '/faults/{name}', ({ params: { name = '' } }) =>
      done(control.removeFault(name), `fault '${name}'`),
    ),
    route('PUT', '/latency', (call) => empty(() => control.setLatency(latency(call).ms))),
    route('GET', '/requests', () => ok(control.requests().map((entry) => ({ ...entry })))),
    route('DELETE', '/requests', () => empty(() => control.clearRequests())),
    route('GET', '/round-trips', () => ok({ sequential: control.roundTrips(), requests: control.requests().length })),
  ]
}

function directoryRoutes(control: Control): Route[] {
  const github = bodyReader<Partial<GithubSettings>>(schemas.github)
  const application = bodyReader<NewApplication>(schemas.application)
  const credential = bodyReader<Partial<FederatedCredential>>(schemas.credential)
  const group = bodyReader<NewResourceGroup>(schemas.resourceGroup)
  const provider = bodyReader<{ state: string }>(schemas.provider)
  const what = (clientId: string) => `application '${clientId}', or nothing of that kind in it`
  return [
    route('GET', '/github', () => ok(control.github())),
    route('PATCH', '/github', (call) => {
      control.setGithub(github(call))
      return ok(control.github())
    }),
    route('GET', '/applications', () => ok(control.applications().map((each) => ({ ...each })))),
    route('POST', '/applications', (call) => created(control.addApplication(application(call)))),
    route('DELETE', '/applications/{clientId}', ({ params: { clientId = '' } }) =>
      done(control.removeApplication(clientId), what(clientId)),
    ),
    route('POST', '/applications/{clientId}/federated-credentials', (call) => {
      const { clientId = '' } = call.params
      return done(control.addFederatedCredential(clientId, credential(call)), what(clientId))
    }),
    route('DELETE', '/applications/{clientId}/federated-credentials', (call) => {
      const { clientId = '' } = call.params
      return done(control.removeFederatedCredentials(clientId, credential(call)), what(clientId))
    }),
    route('POST', '/resource-groups', (call) => created({ id: control.addResourceGroup(group(call)) })),
    route('PUT', '/providers/{namespace}', (call) => {
      const { namespace = '' } = call.params
      return empty(() => control.setProvider(namespace, provider(call).state))
    }),
  ]
}

/** JSON has no `undefined`, which the type of a fault would allow. */
function faultJson(fault: Fault): Json {
  return JSON.parse(JSON.stringify(fault))
}
