import type { OwnImage } from '../inputs/image.ts'
import { isAzureRegistry } from '../inputs/image-rules.ts'
import { REGISTRY } from '../spec/connector.ts'
import type { Finding, Refusal, Subject } from './errors.ts'

/** Is it the connector's token that Azure pulls with? So it is for all of Apono's registry, unless a password is given. */
export function pullsByToken(image: OwnImage | null): boolean {
  return image === null || (image.pull.by === 'default' && image.server === REGISTRY)
}

/** What mends a registry's refusal, by who pulls from it. */
export function pullHint(image: OwnImage | null): string {
  if (image === null || pullsByToken(image))
    return 'The Apono token is also the password of the registry: a wrong or revoked `apono-token` shows up here first. Copy it again from Apono (Connectors > Install Connector) into the secret.'
  switch (image.pull.by) {
    case 'identity':
      return 'The identity needs AcrPull on the registry, and a new grant takes up to ten minutes to work: run again.'
    case 'password':
      return `\`registry-username\` and \`registry-password\` have to be those of ${image.server}, with the right to pull: put the password of today into the secret.`
    case 'default':
      return `Azure pulls from ${image.server} as anybody. Where not everybody may, \`registry-username\` and \`registry-password\` say as whom.`
  }
}

/** What to check when the image may not exist. */
export function existenceHint(image: OwnImage | null): string {
  return image === null
    ? 'If the token is right, check that `connector-version` exists.'
    : `If that is right, check that \`image\` exists: ${image.reference}.`
}

/** An image that cannot be pulled: by whom it was to be pulled, and from where, says what is likely wrong. */
export function imageRefused({ subnet, image = null }: Subject, { message }: Pick<Refusal, 'message'>): Finding {
  const isAzures = image !== null && isAzureRegistry(image.server)
  const hints = [
    ...(subnet && !isAzures
      ? [
          'From a subnet Azure supports no private registries but its own: mirror the image there and name the copy in `image`.',
        ]
      : []),
    pullHint(image),
    existenceHint(image),
  ]
  return {
    code: 'image-not-accessible',
    message: `Azure cannot pull the connector's image. ${message}`,
    hint: hints.join('\n'),
  }
}
