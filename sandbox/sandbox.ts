import { AccessTokens } from './access-token.ts'
import { AponoApi } from './apono.ts'
import { AponoConnectors } from './apono-connectors.ts'
import { armRoutes } from './arm.ts'
import { makeCertificates } from './certificates.ts'
import { Clock } from './clock.ts'
import { Control, type ControlParts } from './control.ts'
import { controlPath } from './control-route.ts'
import { controlRoutes } from './control-routes.ts'
import { delivery, plainDelivery } from './delivery.ts'
import { vaultDomain } from './endpoints.ts'
import { entraRoutes } from './entra.ts'
import { actionInputs, runnerEnvironment } from './environment.ts'
import { Faults } from './faults.ts'
import { eventOf } from './github/event.ts'
import { addressesOf, forgeRoutes } from './github/routes.ts'
import { Github, githubIssuer, githubRoutes } from './github.ts'
import type { GithubSettings } from './github-settings.ts'
import { graphRoutes } from './graph/routes.ts'
import { instanceMetadataRoutes, runnerIdentityVariables } from './instance-metadata.ts'
import { keyVaultRoutes } from './key-vault/routes.ts'
import { vaultAt } from './key-vault/vault.ts'
import { metadataRoutes } from './metadata.ts'
import type { JsonObject, Route } from './protocol.ts'
import { Random } from './random.ts'
import { RequestLog } from './request-log.ts'
import { type Answer, router } from './routes.ts'
import { seededInputs, seedWorld } from './seed.ts'
import { type Deliver, Server } from './server.ts'
import { newSigningKeys, type SigningKeys } from './signing-keys.ts'

export type SandboxOptions = {
  /** A free one unless told. */
  readonly port?: number
  readonly latencyMs?: number
  /** Ids follow from it, keys do not. */
  readonly seed?: string
  readonly github?: Partial<GithubSettings>
  /** Names that it goes by besides localhost, the first in its origin. It listens on the loopback interface all the same. */
  readonly names?: readonly string[]
  /** Fresh ones unless told. */
  readonly keys?: SigningKeys
}

/** A running sandbox. */
export type Sandbox = {
  readonly origin: string
  /** The authority to trust, PEM. */
  readonly ca: string
  /** What a runner sets for a step. Of the moment it is read, like `inputs`. */
  readonly env: Readonly<Record<string, string>>
  /** What a workflow gives the action to deploy here. */
  readonly inputs: Readonly<Record<string, string>>
  /** The event that started the run: what a runner keeps in the file of GITHUB_EVENT_PATH. */
  readonly event: JsonObject
  /** What a machine in Azure sets so that its identities are found: on a virtual machine, or in an App Service. */
  readonly identityEnv: ReturnType<typeof runnerIdentityVariables>
  readonly control: Control
  /** Apono's public API at `${origin}/apono`: its token, and the integrations it knows. */
  readonly apono: AponoApi
  close(): Promise<void>
}

/** Starts a sandbox on the loopback interface. Close it, or it keeps the process alive. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, latencyMs = 0, seed = 'sandbox', github: settings = {}, names = [] } = options
  const clock = new Clock()
  const random = { entra: new Random(`${seed}/entra`), github: new Random(`${seed}/github`), world: new Random(seed) }
  const [certificates, keys] = await Promise.all([
    makeCertificates([`*.${vaultDomain}`, ...names]),
    options.keys ?? newSigningKeys(),
  ])
  const tokens = new AccessTokens(keys.entra, { clock, random: random.entra })
  const github = new Github(keys.github, { clock, random: random.github, settings })
  const server = await Server.listen(port, certificates)
  const origin = `https://${names[0] ?? 'localhost'}:${server.port}`
  const world = seedWorld({ origin, clock, random: random.world })
  const connectors = new AponoConnectors(world)
  const apono = new AponoApi(`apono-api-token-${new Random(`${seed}/apono`).guid()}`, connectors, world)
  const parts: ControlParts = { world, github, faults: new Faults(), latency: { ms: latencyMs }, log: new RequestLog() }

  const keysOf = async (issuer: string) => (issuer === githubIssuer(origin) ? github.publicKeys() : undefined)
  const services: Route[] = [
    ...githubRoutes(github, origin),
    ...forgeRoutes(github, origin),
    ...metadataRoutes(origin),
    ...entraRoutes({ world, tokens, keysOf, random: random.entra }),
    ...instanceMetadataRoutes(world, tokens),
    ...armRoutes(world, tokens),
    ...apono.routes(),
    ...graphRoutes(world, tokens),
    ...keyVaultRoutes(world, tokens),
  ]
  const control = new Control(parts)
  const sandbox: Sandbox = {
    origin,
    ca: certificates.ca,
    get env() {
      return runnerEnvironment(github, origin)
    },
    get event() {
      return eventOf(github.settings, github.forge, addressesOf(github.settings, origin))
    },
    inputs: actionInputs(origin, seededInputs(world), github.apiToken),
    identityEnv: runnerIdentityVariables(world),
    control,
    apono,
    close: () => server.close(),
  }
  const answer = router(services)
  // Who is connected when something is about to be changed was connected, whether anybody looked or not.
  const noticing: Answer = (call) => {
    connectors.notice()
    return answer(call)
  }
  const toService = delivery(noticing, { clock, ...parts })
  const toControl = plainDelivery(router(controlRoutes(control, () => settingsOf(sandbox))), clock)
  server.serve(byPath(toControl, toService))
  server.tunnel((host) => host === 'localhost' || host === '127.0.0.1' || vaultAt(world, host) !== undefined)
  return sandbox
}

/** What another process needs to use a sandbox. */
export function settingsOf({ origin, env, inputs, event }: Sandbox): {
  readonly env: Record<string, string>
  readonly inputs: Record<string, string>
  readonly event: JsonObject
  readonly control: string
} {
  return { env: { ...env }, inputs: { ...inputs }, event, control: `${origin}${controlPath}` }
}

function byPath(toControl: Deliver, toService: Deliver): Deliver {
  return (call, closing) => {
    const isControl = call.path === controlPath || call.path.startsWith(`${controlPath}/`)
    return isControl ? toControl(call, closing) : toService(call, closing)
  }
}
