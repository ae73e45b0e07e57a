import type { Explanations } from './explanation.ts'

/** Azure, Apono, GitHub and the network. */
export const services = {
  'no-capacity': {
    meaning: 'The region has no room for this container group now.',
    causes: ['Demand in the region; it mostly passes.'],
    fix: 'Run again later, choose another `location`, or ask for less `cpu` and `memory`.',
  },
  'group-busy': {
    meaning: 'Azure is still busy with an earlier change of the group.',
    causes: ['Two runs at once, or somebody who changes it by hand.'],
    fix: 'Run again in a minute, and keep runs apart:\n\n```yaml\nconcurrency:\n  group: apono-connector-apply\n  cancel-in-progress: false\n```',
  },
  throttled: {
    meaning: 'A service, mostly Azure, takes no more requests for now, or wants more time than this run has left.',
    causes: ['Many workflows use the same identity at the same time.', 'The service is overloaded, or being mended.'],
    fix: 'Run again in some minutes, and spread the workflows out.',
  },
  'provisioning-failed': {
    meaning: 'Azure accepted the container group, but could not set it up. Its events are in the message.',
    causes: ['The region lacks capacity.', 'The image could not be pulled or started.'],
    fix: 'Run again. If it stays: `az container show --ids <id> --query instanceView`.',
  },
  unreachable: {
    meaning: 'A host could not be reached, or did not answer as it should.',
    causes: [
      'No network, or a firewall.',
      'A proxy that the runner needs is not set.',
      'A certificate of a company that Node does not know.',
      'A service, or a proxy before it, that is down: it was asked again for about a minute.',
    ],
    fix: 'Set `HTTPS_PROXY` and `NO_PROXY` for proxies, `NODE_EXTRA_CA_CERTS` for certificates, and allow the hosts of `cloud` and `api.apono.io`.',
  },
  'apono-refused': {
    meaning: "Apono's API did not answer the question.",
    causes: ["The API token is wrong, expired or may not read connectors; it is not the connector's token."],
    fix: 'Make a token in Apono (Settings › API) and put it into the secret behind `apono-api-token`.',
  },
  'apono-unavailable': {
    meaning: "Apono's API did not answer, or answered with a fault of its own. A failure only with `wait: connected`.",
    causes: ['A passing fault of the service.'],
    fix: 'Run again later, or set `wait: running` to go on without it.',
  },
  'github-refused': {
    meaning: 'A comment or an issue could not be written. Only ever a warning: the run is what it is.',
    causes: ['The job lacks a permission.', 'GitHub asks to slow down.', 'The issue or the pull request is locked.'],
    fix: 'Give the job what it needs, and keep what it has:\n\n```yaml\npermissions:\n  id-token: write\n  pull-requests: write # for the comment\n  issues: write # for the drift issue\n```',
  },
  'azure-refused': {
    meaning:
      'Azure refused with a code that this action does not know. The code, the message and the correlation id are printed.',
    causes: ["The message is Azure's own and mostly says why."],
    fix: 'If it says nothing to you, give the correlation id to Azure support, and tell us the code in an issue.',
  },
} satisfies Explanations
