import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Inputs = Readonly<Record<string, string>>
export type Ended = { readonly exitCode: number | null; readonly output: string; readonly errors: string }

/** Microsoft's own az, which knows nothing of this machine's: settings, cloud and sign-in live in a folder. */
export type Az = {
  /** What it is told by its environment, for whoever calls it in its stead. */
  readonly env: Readonly<Record<string, string>>
  /** Points it at the sandbox. */
  useCloud(origin: string): Promise<void>
  attempt(...args: string[]): Promise<Ended>
  /** What it prints. @throws Error with its complaint when it does not end well. */
  run(...args: string[]): Promise<string>
}

const path = process.env.PATH ?? ''

export const azIsHere: boolean = path.split(delimiter).some((folder) => existsSync(join(folder, 'az')))

/** @param authority file of the certificate to trust. */
export function openAz(folder: string, authority: string): Az {
  const env = {
    PATH: path,
    HOME: folder,
    AZURE_CONFIG_DIR: join(folder, 'config'),
    AZURE_CORE_COLLECT_TELEMETRY: 'no',
    REQUESTS_CA_BUNDLE: authority,
  }
  const attempt = (...args: string[]) => ended(args, env)
  const run = async (...args: string[]) => {
    const { exitCode, output, errors } = await attempt(...args)
    if (exitCode === 0) return output
    throw new Error(`az ${args[0]} ${args[1]} ended with ${exitCode}:\n${errors}`)
  }
  return {
    env,
    attempt,
    run,
    async useCloud(origin) {
      const file = join(folder, 'cloud.json')
      writeFileSync(file, JSON.stringify(cloudOf(origin)))
      await run('cloud', 'register', '--name', 'sandbox', '--cloud-config', `@${file}`)
      await run('cloud', 'set', '--name', 'sandbox')
    },
  }
}

function ended(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('az', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, output, errors }))
  })
}

/**
 * A cloud for `az cloud register`. az takes an authority that ends in /adfs as it is, without asking a public address
 * about it first: https://learn.microsoft.com/azure-stack/user/azure-stack-version-profiles-azurecli2
 */
function cloudOf(origin: string) {
  return {
    endpoints: {
      resourceManager: `${origin}/`,
      management: `${origin}/`,
      activeDirectory: `${origin}/adfs`,
      activeDirectoryResourceId: 'https://management.azure.com/',
      activeDirectoryGraphResourceId: `${origin}/`,
      microsoftGraphResourceId: `${origin}/`,
      logAnalyticsResourceId: origin,
    },
  }
}

/** The line of Apono's guide for Azure CLI, which hands over the token as a plain variable. Its output is the principal's id. */
export function vendorCommand(inputs: Inputs): string[] {
  const subscription = inputs['subscription-id'] ?? ''
  const group = inputs['resource-group'] ?? ''
  const token = inputs['apono-token'] ?? ''
  const metadata = {
    cloud_provider: 'AZURE',
    subscription_id: subscription,
    resource_group: group,
    region: 'westeurope',
    is_azure_admin: true,
  }
  const variables = [
    'APONO_CONNECTOR_ID=apono-connector',
    `APONO_TOKEN=${token}`,
    'APONO_URL=api.apono.io',
    `CONNECTOR_METADATA=${JSON.stringify(metadata)}`,
  ]
  return [
    ...['container', 'create', '--subscription', subscription, '--resource-group', group, '--name', 'apono-connector'],
    ...['--image', 'registry.apono.io/apono-connector:v1.7.8', '--registry-login-server', 'registry.apono.io'],
    ...['--registry-username', 'apono', '--registry-password', token, '--environment-variables', ...variables],
    ...['--ports', '80', '--os-type', 'linux', '--cpu', '1', '--memory', '1.5', '--location', 'westeurope'],
    ...['--assign-identity', '--query', 'identity.principalId', '--output', 'tsv'],
  ]
}
