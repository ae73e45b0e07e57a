import tls from 'node:tls'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

export type ArmReply = {
  readonly status: number
  readonly headers: Headers
  /** The body of a reply has whatever shape the test expects of it. */
  readonly body: Wire
}

/** JSON read freely: a property that is missing is an undefined that a matcher will report. */
export type Wire = { readonly [name: string]: Wire } & { readonly [index: number]: Wire } & { readonly length?: number }

type Sent = { readonly body?: unknown; readonly headers?: Record<string, string>; readonly version?: string }

/** A started sandbox and someone signed in to it, who speaks HTTP and nothing else. */
export type ArmSession = {
  readonly sandbox: Sandbox
  /** `/subscriptions/…` */
  readonly subscription: string
  /** `/subscriptions/…/resourceGroups/rg-apono` */
  readonly resourceGroup: string
  send(method: string, path: string, sent?: Sent): Promise<ArmReply>
  /** The same as another application. */
  as(clientId: string): Promise<ArmSession>
}

export async function startArmSession(): Promise<ArmSession> {
  const sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
  return session(sandbox, sandbox.inputs['client-id'] ?? '')
}

/** The body of a PUT for the connector as the action would install it. */
export function connectorGroup(sandbox: Sandbox, token = sandbox.inputs['apono-token']) {
  return {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      osType: 'Linux',
      restartPolicy: 'Always',
      containers: [
        {
          name: 'apono-connector',
          properties: {
            image: 'registry.apono.io/apono-connector:v1.7.8',
            ports: [{ port: 80 }],
            environmentVariables: [
              { name: 'APONO_CONNECTOR_ID', value: 'apono-connector' },
              { name: 'APONO_URL', value: 'api.apono.io' },
              { name: 'APONO_TOKEN', secureValue: token },
            ],
            resources: { requests: { cpu: 1, memoryInGB: 2 } },
          },
        },
      ],
      imageRegistryCredentials: [
        { server: 'registry.apono.io', username: 'apono', password: sandbox.inputs['apono-token'] },
      ],
    },
  }
}

/** A small group of a public image, with some of its properties replaced. */
export function nginxGroup(properties: object = {}, group: object = {}) {
  const resources = { requests: { cpu: 1, memoryInGB: 1 } }
  const containers = [{ name: 'web', properties: { image: 'nginx', ports: [{ port: 80 }], resources } }]
  return { location: 'westeurope', properties: { osType: 'Linux', containers, ...properties }, ...group }
}

async function session(sandbox: Sandbox, clientId: string): Promise<ArmSession> {
  const token = await accessToken(sandbox, clientId)
  const subscription = `/subscriptions/${sandbox.inputs['subscription-id']}`
  return {
    sandbox,
    subscription,
    resourceGroup: `${subscription}/resourceGroups/rg-apono`,
    as: (other) => session(sandbox, other),
    send: async (method, path, { body, headers = {}, version = '2023-05-01' } = {}) => {
      const url = new URL(path, sandbox.origin)
      if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', version)
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
    },
  }
}

/** A token of an application, for ARM unless told. */
export async function accessToken(sandbox: Sandbox, clientId: string, audience = sandbox.origin): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = sandbox.env
  const assertion = await fetch(`${url}&audience=api://AzureADTokenExchange`, {
    headers: { authorization: `Bearer ${bearer}` },
  })
  const { value } = JSON.parse(await assertion.text())
  const response = await fetch(`${sandbox.origin}/${sandbox.inputs['tenant-id']}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: `${audience}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: value,
    }),
  })
  const answer = JSON.parse(await response.text())
  if (typeof answer.access_token !== 'string') throw new Error(JSON.stringify(answer))
  return answer.access_token
}
