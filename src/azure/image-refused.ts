import type { Finding, Refusal, Subject } from './errors.ts'

/** An image that cannot be pulled: by whom it was to be pulled, and from where, says what is likely wrong. */
export function imageRefused({ subnet, image }: Subject, { message }: Pick<Refusal, 'message'>): Finding {
  const byIdentity = image?.pull.by === 'identity'
  const hints = [
    ...(byIdentity
      ? ['The identity needs AcrPull on the registry, and a new grant takes up to ten minutes to work: run again.']
      : []),
    ...(subnet && !byIdentity
      ? [
          'From a subnet Azure supports no private registries but its own: mirror the image there and name the copy in `image`.',
        ]
      : []),
    'The Apono token is also the password of the registry: a wrong or revoked `apono-token` shows up here first. Copy it again from Apono (Connectors > Install Connector) into the secret.',
    'If the token is right, check that `connector-version` exists.',
  ]
  return {
    code: 'image-not-accessible',
    message: `Azure cannot pull the connector's image. ${message}`,
    hint: hints.join('\n'),
  }
}
