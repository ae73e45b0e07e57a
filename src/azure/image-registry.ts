import { field, list, text } from '../json.ts'
import { pullIdentity } from '../spec/image.ts'
import { asking, type Context } from './context.ts'

export type FoundRegistry = { readonly id: string | undefined; readonly notes: readonly string[] }

/**
 * The Azure registry of the image, where AcrPull on it is ours to plan. Registries have names of their own in all the world, and the
 * login server begins with it; what follows a hyphen is noise of Azure's. Lists of resources show what the caller may see.
 */
export async function imageRegistry({ clients, inputs }: Pick<Context, 'clients' | 'inputs'>): Promise<FoundRegistry> {
  const { image, subscriptionId } = inputs
  if (pullIdentity(inputs) === undefined || image?.pull.by !== 'identity' || !image.pull.grant)
    return { id: undefined, notes: [] }
  const name = /^[a-z0-9]+/.exec(image.server)?.[0] ?? ''
  const filter = `resourceType eq 'Microsoft.ContainerRegistry/registries' and name eq '${name}'`
  const url = `${clients.resourceManager}/subscriptions/${subscriptionId}/resources?api-version=2022-09-01&$filter=${encodeURIComponent(filter)}`
  const { body } = await asking(inputs)(`look up the registry ${image.server}`, () => clients.send(url))
  const id = list(field(body, 'value'))
    .map((each) => text(field(each, 'id')))
    .find((each) => each !== undefined)
  return { id, notes: id === undefined ? [notSeen(image.server)] : [] }
}

function notSeen(server: string): string {
  return `The registry ${server} is not to be seen in the subscription, so that AcrPull on it is not planned: the identity that pulls the image needs it. It can be listed in \`extra-role-assignments\`.`
}
