import type { Apono } from '../apono/client.ts'
import { type Connection, connectionOf, type Wanted } from '../apono/registered-connector.ts'
import { calmPolling, type Look, poll } from '../azure/polling.ts'
import { isAborted, timedOut } from '../ended.ts'
import type { Actual } from '../engine/resource.ts'
import { asDeployError, DeployError, explain } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Patience } from '../patience.ts'
import type { Services } from '../services.ts'
import { type ConnectorState, STARTED_AT, versionIn } from '../spec/connector-state.ts'
import type { ContainerGroup } from '../spec/resources.ts'

type Verdict = { readonly connector: ConnectorState; readonly error?: DeployError }

/**
 * What Apono says of a connector that runs, where it may be asked. It decides only with `wait: connected`; otherwise whatever
 * it says, or that it says nothing, is no more than a warning.
 */
export async function connectionWith(
  { apono, patience }: Services,
  standing: readonly Actual<ContainerGroup>[],
  inputs: Inputs,
  host: Host,
): Promise<Verdict> {
  if (apono === undefined) return { connector: { status: 'running', version: undefined } }
  const wanted = wantedOf(standing, inputs)
  try {
    const connection =
      inputs.wait === 'connected'
        ? await untilConnected(apono, wanted, inputs, patience)
        : connectionOf((await apono.connector(inputs.connectorId)).connector, wanted)
    tell(connection, inputs, host)
    return { connector: { status: connection.is, version: connection.version } }
  } catch (thrown) {
    const error = isAborted(thrown) ? timedOut('wait for Apono to see the connector', thrown) : asDeployError(thrown)
    if (inputs.wait !== 'connected') host.log.warning(error.code, explain(error))
    const status = error.code === 'connector-not-connected' ? 'not-connected' : 'running'
    return { connector: { status, version: undefined }, ...(inputs.wait === 'connected' && { error }) }
  }
}

function wantedOf(standing: readonly Actual<ContainerGroup>[], { subscriptionId, resourceGroup }: Inputs): Wanted {
  const [first] = standing
  return {
    subscriptionId,
    resourceGroup,
    region: first?.resource.properties.location ?? '',
    version: versionIn(first?.resource.properties.image ?? ''),
    starts: standing.map(({ attributes }) => Date.parse(attributes[STARTED_AT] ?? '') || undefined),
  }
}

const PASSING: readonly DeployError['code'][] = ['apono-unavailable', 'unreachable']

/** Asks until `wait-timeout` has passed, by Apono's clock or by ours, whichever is sooner: there may be no replies to take the time from. */
async function untilConnected(
  apono: Apono,
  wanted: Wanted,
  { connectorId, waitTimeout }: Inputs,
  { deadline, second, limit }: Patience,
): Promise<Connection> {
  const started = performance.now()
  const waited = () => (performance.now() - started) / limit
  let first: number | undefined
  const look = async (): Promise<Look<Connection>> => {
    const seen = await lookAt(apono, connectorId, Math.max(waitTimeout - waited(), 1))
    if ('error' in seen) {
      if (waited() >= waitTimeout || !PASSING.includes(seen.error.code)) throw seen.error
      return { done: false, retryAfter: undefined }
    }
    first ??= seen.at
    const isOver = Math.max(waited(), (seen.at - first) / 1000) >= waitTimeout
    const connection = connectionOf(seen.connector, wanted)
    if (connection.is === 'connected') return { done: true, value: connection }
    if (isOver) throw notConnected(connectorId, `${connection.detail} That was waited for ${waitTimeout} s.`)
    return { done: false, retryAfter: undefined }
  }
  return poll(look, calmPolling(second), deadline)
}

async function lookAt(apono: Apono, connectorId: string, seconds: number) {
  try {
    return await apono.connector(connectorId, seconds)
  } catch (thrown) {
    if (isAborted(thrown)) throw thrown
    return { error: asDeployError(thrown) }
  }
}

function tell(connection: Connection, { connectorId }: Inputs, { log }: Host): void {
  if (connection.is === 'not-connected') {
    const error = notConnected(connectorId, connection.detail)
    log.warning(error.code, explain(error))
    return
  }
  log.info(
    `Apono says that the connector "${connectorId}" is connected, in version ${connection.version ?? '(not told)'}.`,
  )
  if (connection.others > 0)
    log.info(`Note: ${connection.others} more of its sessions are not of this deployment, or have not ended yet.`)
}

/** `detail` is a sentence, or two. */
function notConnected(connectorId: string, detail: string): DeployError {
  return new DeployError(
    'connector-not-connected',
    `The connector "${connectorId}" runs, but is not connected. ${detail}`,
    {
      hint: [
        'Check that `apono-token` and `apono-api-token` are of the same Apono account, and that nobody else uses this `connector-id`.',
        'Its log may say more:  az container logs --resource-group <resource-group> --name <name>',
      ].join('\n'),
    },
  )
}
