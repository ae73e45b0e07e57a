import type { Explanations } from './explanation.ts'

/** Azure did what it was told, and the connector does not work. */
export const connector = {
  'connector-unhealthy': {
    meaning: 'The container group is there, but its container does not stay up, or does not answer its health probe.',
    causes: [
      'The connector ends with an error: its last lines are in the log of the run and in the job summary.',
      'It takes longer to start than its probe allows.',
    ],
    fix: 'Read what the group says of itself in the job summary, mend that, and run again. Its log at any time:\n\n```sh\naz container logs --resource-group <resource-group> --name <name>\n```',
  },
  'connector-not-connected': {
    meaning: 'The connector runs, but Apono does not say that it is connected from this deployment.',
    causes: [
      '`apono-token` and `apono-api-token` are of two Apono accounts.',
      'Another deployment uses the same `connector-id`.',
      'It started a moment ago and needs longer than `wait-timeout`.',
    ],
    fix: 'Compare the sessions that the message names with this deployment, under Connectors in Apono. `wait: running` goes without Apono.',
  },
  'connector-token-refused': {
    meaning: "The connector's token is not accepted, by the registry or by Apono.",
    causes: ["The token was revoked or mistyped. It is the registry's password too, so it fails there first."],
    fix: 'Copy the token again from Apono (Connectors › Install Connector) into the secret behind `apono-token`, and run `operation: apply`.',
  },
  'apono-url-wrong': {
    meaning: 'The connector cannot reach Apono under the host it was given.',
    causes: ['A mistake in `apono-url`, or a scheme or path in it.'],
    fix: 'Leave `apono-url` at `api.apono.io`, unless Apono gave you another host.',
  },
  'no-outbound-network': {
    meaning: 'The container has no way out to the internet.',
    causes: [
      'Its subnet has neither a NAT gateway nor a firewall: a container group in a subnet has no public address.',
      'A firewall or a DNS server does not let it reach `api.apono.io`.',
    ],
    fix: 'Give the subnet a way out on port 443, then run again:\n\n```sh\naz network vnet subnet update --ids <subnet-id> --nat-gateway <nat-gateway-id>\n```',
  },
  'out-of-memory': {
    meaning: 'The container was ended because it needed more memory than it has.',
    causes: ['`memory` is too small for what the connector has to do.'],
    fix: 'Raise `memory`. Azure cannot change it in a live group, so the step also needs `allow-replace: true`.',
  },
} satisfies Explanations
