import { DeployError } from '../errors.ts'
import { field, text } from '../json.ts'
import { workspaceId } from '../spec/workspace.ts'
import { asking, type Context, isMissing } from './context.ts'
import { WORKSPACE_VERSION } from './deleted-workspaces.ts'
import { customerIdOf, isLocalAuthDisabled } from './log-analytics-workspace-arm.ts'
import { unknownForm } from './understood.ts'

/** The key with which Container Instances sends logs. Masked on arrival; nobody keeps it. */
export async function workspaceKey({ clients, inputs, mask }: Context): Promise<string> {
  const id = workspaceId(inputs) ?? ''
  const url = `${clients.resourceManager}${id}/sharedKeys?api-version=2020-08-01`
  const { body } = await asking(inputs)(`read the key of the workspace ${id}`, () => clients.send(url, 'POST'))
  const keys = ['primarySharedKey', 'secondarySharedKey'].flatMap((name) => text(field(body, name)) ?? [])
  for (const key of keys) mask(key)
  const [primary] = keys
  if (primary === undefined) throw unknownForm(`the keys of the workspace ${id}`, new Error('no `primarySharedKey`'))
  return primary
}

/**
 * Customer id of a workspace that the inputs name, which is not ours.
 * @throws DeployError `workspace-not-usable` when it is not there, or its key works for nothing.
 */
export async function existingCustomerId({
  clients,
  inputs,
}: Pick<Context, 'clients' | 'inputs'>): Promise<string | null> {
  if (inputs.logAnalytics.to !== 'existing') return null
  const { id } = inputs.logAnalytics
  try {
    const { body } = await clients.send(`${clients.resourceManager}${id}?api-version=${WORKSPACE_VERSION}`)
    if (isLocalAuthDisabled(body)) throw keysDisabled(id)
    return customerIdOf(body) ?? null
  } catch (error) {
    throw isMissing(error) ? noWorkspace(id, error) : asking(inputs).failure(error, `read the workspace ${id}`)
  }
}

function noWorkspace(id: string, cause: unknown): DeployError {
  return new DeployError(
    'workspace-not-usable',
    `There is no Log Analytics workspace ${id}, as far as the workflow's identity can see.`,
    {
      hint: [
        'Correct `log-analytics`, or let it be `create`; the ids of all workspaces:',
        '  az monitor log-analytics workspace list --query "[].id" --output tsv',
      ].join('\n'),
      cause,
    },
  )
}

function keysDisabled(id: string): DeployError {
  return new DeployError(
    'workspace-not-usable',
    `The Log Analytics workspace ${id} takes no keys (local authentication is disabled), and Container Instances has nothing else to send logs with.`,
    {
      hint: [
        'Choose another workspace, or let its owner allow keys again:',
        `  az resource update --ids '${id}' --set properties.features.disableLocalAuth=false`,
      ].join('\n'),
    },
  )
}
