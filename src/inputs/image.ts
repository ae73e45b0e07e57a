import * as rule from './image-rules.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'

/** An image in place of Apono's. */
export type OwnImage = {
  /** The whole reference, registry and tag or digest included. */
  readonly reference: string
  /** Host of the registry, in lower case. */
  readonly server: string
  readonly pull: Pull
}

/** As whom Azure pulls an image of one's own. */
export type Pull =
  /** Anybody may; or it is Apono's registry, where the connector's token is the password. */
  | { readonly by: 'default' }
  /** A user-assigned identity of the group; `grant` makes AcrPull on the registry part of the plan. */
  | { readonly by: 'identity'; readonly grant: boolean }
  /** The password is secret, and undefined only for a plan. */
  | { readonly by: 'password'; readonly username: string; readonly password: string | undefined }

/** null for Apono's image by its version. */
export type Image = { readonly image: OwnImage | null }

/** @param writes does this run write the registry's password? */
export function readImage(read: InputReader, writes: boolean): Unchecked<Image> {
  const reference = read.optional('image', rule.image)
  const server = read.optional('registry-server', rule.registryServer)
  const username = read.optional('registry-username', rule.registryUsername)
  const password = read.secret('registry-password', rule.registryPassword)
  const grant = read.required('acr-pull', trueOrFalse('acr-pull'))
  if (!read.isSet('image')) {
    // Not what was given: it may be the password.
    for (const input of ['registry-server', 'registry-username', 'registry-password'])
      if (read.isSet(input)) read.problems.push({ input, ...NEEDS_IMAGE })
    return { image: null }
  }
  if (reference === undefined || grant === undefined) return { image: undefined }
  const own = rule.serverOf(reference)
  if (server !== undefined && server !== own) read.reject('registry-server', otherServer(own))
  return { image: { reference, server: own, pull: readPull(read, { own, username, password, grant, writes }) } }
}

type Given = {
  readonly own: string
  readonly username: string | undefined
  readonly password: string | undefined
  readonly grant: boolean
  readonly writes: boolean
}

function readPull(read: InputReader, { own, username, password, grant, writes }: Given): Pull {
  const isNamed = read.isSet('registry-username')
  if (isNamed && writes && !read.isSet('registry-password')) read.require('registry-password', rule.registryPassword)
  if (!isNamed && (read.isSet('registry-password') || read.isSet('registry-server')))
    read.require('registry-username', rule.registryUsername)
  if (username !== undefined) return { by: 'password', username, password }
  return rule.isAzureRegistry(own) ? { by: 'identity', grant } : { by: 'default' }
}

const NEEDS_IMAGE = {
  wrong: 'is set, but there is no `image` to pull with it.',
  allowed: "nothing with Apono's own image",
  example: 'image: myregistry.azurecr.io/apono-connector:v1.7.8',
}

function otherServer(own: string) {
  return {
    wrong: 'is not the registry that `image` comes from.',
    allowed: `nothing, or ${own}`,
    example: `registry-server: ${own}`,
  }
}
