import { connectorIdOf, type Install } from './install.ts'
import type { Entry } from './with-block.ts'

/** az notes down the workspace that it was given. */
const AZ_TAG = 'oms-resource-link'

/** A group knows its workspace by a GUID, the input by a resource id: az left that in a tag, Terraform called both alike. */
export function logsOf(install: Install): Entry[] {
  const { id, name, tags, workspace } = install
  if (workspace === undefined) return []
  const input = 'log-analytics'
  const tagged = tags[AZ_TAG]
  if (tagged !== undefined) return [{ input, value: tagged }]
  const isTerraforms = name.startsWith(`apono-${connectorIdOf(install)}-`) && /-[0-9a-f]{4}$/.test(name)
  const find = `az monitor log-analytics workspace list --query "[?customerId=='${workspace}'].id" --output tsv`
  if (!isTerraforms) return [{ input, value: undefined, why: `the resource id of the workspace: ${find}` }]
  const [group] = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id) ?? ['']
  return [
    {
      input,
      value: `${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`,
      why: `the Terraform module calls its workspace like the group; to be sure: ${find}`,
    },
  ]
}
