import type { Explanations } from './explanation.ts'

const CREDENTIAL =
  "```sh\naz ad app federated-credential create --id <client-id> --parameters '{\n" +
  '  "name": "main", "issuer": "https://token.actions.githubusercontent.com",\n' +
  '  "subject": "repo:OWNER/REPO:ref:refs/heads/main", "audiences": ["api://AzureADTokenExchange"] }\'\n' +
  '# for a managed identity\n' +
  'az identity federated-credential create --resource-group <group> --identity-name <identity> --name main \\\n' +
  '  --issuer https://token.actions.githubusercontent.com --audiences api://AzureADTokenExchange \\\n' +
  '  --subject repo:OWNER/REPO:ref:refs/heads/main\n```'

/** What Entra, or the place that tokens come from, says to a sign-in. */
export const signIn = {
  'subject-not-trusted': {
    meaning: "The application has no federated credential with the subject of this run's token.",
    causes: [
      'Branch, tag, pull request and environment each need a credential of their own.',
      'The subject differs in upper and lower case: Entra compares letter by letter (AADSTS7002138).',
      'The repository has immutable subjects, `repo:OWNER@OWNER_ID/REPO@REPO_ID:…`, as those made, renamed or moved after 15 July 2026 do, and the credential has the old form, or the other way round.',
    ],
    fix: `The run prints the subject as it is in the token, and this command, filled in. It takes a few minutes to work.\n\n${CREDENTIAL}`,
  },
  'issuer-not-trusted': {
    meaning: "The application has no federated credential with the issuer of this run's token.",
    causes: [
      'The repository is on GitHub Enterprise: the issuer is `https://token.actions.<subdomain>.ghe.com`, or `https://<host>/_services/token` on GitHub Enterprise Server.',
      'The enterprise has an issuer of its own, `https://token.actions.githubusercontent.com/<enterprise>`.',
    ],
    fix: 'Create the credential with the issuer that the run prints; the command is printed with it.',
  },
  'audience-not-trusted': {
    meaning: "The application has no federated credential with the audience of this run's token.",
    causes: [
      'The credential was made for another cloud: `api://AzureADTokenExchange` in public Azure, `api://AzureADTokenExchangeUSGov` in Azure Government, `api://AzureADTokenExchangeChina` in Azure China.',
      '`cloud` does not name the cloud that the application lives in.',
    ],
    fix: 'Correct `cloud`, or create the credential with the audience that the run prints.',
  },
  'assertion-expired': {
    meaning: 'The token or assertion that was sent to Entra was no longer, or not yet, valid when it arrived.',
    causes: ["GitHub's token lives five minutes: the machine slept, or a proxy held the request back for longer."],
    fix: 'Run again; each run gets a fresh token. If it stays, look at the proxy between the runner and Entra.',
  },
  'clock-skew': {
    meaning: "The runner's clock is wrong by more than Entra allows.",
    causes: ['A self-hosted runner without time synchronisation, or one that was restored from a snapshot.'],
    fix: 'Synchronise the clock: `sudo timedatectl set-ntp true` on Linux, `sudo sntp -sS time.apple.com` on macOS, `w32tm /resync` on Windows.',
  },
  'issuer-unreachable': {
    meaning: 'Entra could not read the keys of the issuer, so it could not verify the token.',
    causes: [
      "GitHub Enterprise Server behind a firewall: Entra has to reach its OpenID configuration and keys from Microsoft's network.",
    ],
    fix: 'Let the two addresses below the issuer be read from outside: `/.well-known/openid-configuration` and `/.well-known/jwks`. If that cannot be, sign in with another `auth`.',
  },
  'credential-unavailable': {
    meaning: 'There is nothing to sign in with where `auth` says it would be.',
    causes: [
      '`azure-cli`: `az` is not installed, or no earlier step of the job signed in.',
      '`managed-identity`: the runner is not a machine in Azure, or no identity is assigned to it.',
      '`environment`: the file in `AZURE_CLIENT_CERTIFICATE_PATH` cannot be read as a PEM certificate with its key.',
    ],
    fix: [
      'For `azure-cli`, sign in before this step:',
      '```yaml\n- uses: azure/login@v2\n  with:\n    client-id: ${{ vars.AZURE_CLIENT_ID }}\n    tenant-id: ${{ vars.AZURE_TENANT_ID }}\n    subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}\n```',
      'For `managed-identity`, assign one: `az vm identity assign --resource-group <group> --name <machine> --identities <id>`.',
    ].join('\n\n'),
  },
  'credential-refused': {
    meaning: 'Entra does not accept the client secret, the certificate or the signature that was sent.',
    causes: [
      'The secret is wrong or has expired, or its id was copied in place of its value (AADSTS7000215, 7000222).',
      'The certificate was not uploaded to the application, or was replaced there (AADSTS700027).',
      'With `auth: oidc`: the keys of GitHub Enterprise Server are not those that signed the token.',
    ],
    fix: [
      'Give the application a new credential and put it into the secret:',
      '```sh\naz ad app credential reset --id <client-id> --append\naz ad app credential reset --id <client-id> --append --cert @certificate.pem\n```',
      'Better: `auth: oidc`, which needs no secret.',
    ].join('\n\n'),
  },
  'access-blocked': {
    meaning: 'Entra knows the identity and forbids it to sign in.',
    causes: [
      "A Conditional Access policy for workload identities excludes the runner's address (AADSTS53003).",
      'The application is disabled (AADSTS7000112).',
    ],
    fix: 'An administrator finds the policy in Entra under Sign-in logs › Service principal sign-ins, by the correlation id of the run, and lets the runner pass. Runners with fixed addresses (self-hosted or larger ones) can be named in it.',
  },
  'client-not-found': {
    meaning: 'The tenant has no application, or no service principal, with this client id.',
    causes: [
      'The object id was given in place of the client id.',
      '`tenant-id` is of another tenant.',
      'The application has no service principal yet.',
    ],
    fix: '```sh\naz ad app list --display-name <name> --query "[].{name:displayName, clientId:appId}"\naz ad sp create --id <client-id>\n```',
  },
  'tenant-not-found': {
    meaning: 'There is no such tenant in this cloud.',
    causes: ['`tenant-id` is wrong.', '`cloud` is not the one that the tenant is in.'],
    fix: '```sh\naz account show --subscription <subscription-id> --query tenantId --output tsv\n```',
  },
  'identity-mismatch': {
    meaning: 'Somebody else signed in than `client-id` names. Nothing was changed.',
    causes: ['`azure-cli` is signed in as another application, or as a person.'],
    fix: 'Sign in as that application in the step before, or take `client-id` out: with `auth: azure-cli` it is not needed.',
  },
  'tenant-mismatch': {
    meaning: 'The token, or the subscription, belongs to another tenant than `tenant-id` names. Nothing was changed.',
    causes: [
      '`azure-cli` or the managed identity of the runner is of another tenant.',
      'The subscription was delegated to this tenant (Azure Lighthouse): a connector has to be installed from its own.',
    ],
    fix: 'Correct `tenant-id` or `subscription-id`, or sign in to the right tenant: `az login --tenant <tenant-id>`.',
  },
  'sign-in-failed': {
    meaning: 'Signing in failed for a reason that this action does not know. The number of Entra is printed.',
    causes: [
      'The runner cannot reach the login host of `cloud`.',
      'Something that Entra has a number for, and this action no words.',
    ],
    fix: 'Look the number up at `https://login.microsoftonline.com/error?code=<number>`. Without a number, check the network and any proxy, and run again with step debug logging.',
  },
} satisfies Explanations
