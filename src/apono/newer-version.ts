import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { LATEST_KNOWN } from '../spec/connector.ts'
import type { Apono } from './client.ts'
import type { RegisteredConnector } from './registered-connector.ts'

/** Asks Apono, where a token was given, whether there is a newer version than what runs. It never fails a run. */
export async function newerVersion(apono: Apono | undefined, inputs: Inputs): Promise<readonly string[]> {
  if (apono === undefined || inputs.operation === 'destroy') return []
  try {
    const { connector } = await apono.connector(inputs.connectorId)
    return connector === undefined ? [] : notesOn(connector, inputs)
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return [`Whether there is a newer version of the connector could not be asked. ${error.message}`]
  }
}

function notesOn({ isLatest, version }: RegisteredConnector, { connectorVersion }: Inputs): string[] {
  if (isLatest !== false || version === undefined) return []
  const running = `v${version.replace(/^v/i, '')}`
  const told = `Apono knows a newer version of the connector than ${running}, which runs now.`
  if (running !== connectorVersion) return [told]
  const { version: known, date } = LATEST_KNOWN
  return known === running
    ? [`${told} It came out after this release of the action: set \`connector-version\`, or take a newer release.`]
    : [`${told} \`connector-version: latest-known\` is ${known} of ${date}.`]
}
