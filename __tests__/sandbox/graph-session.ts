import type { Sandbox } from '../../sandbox/sandbox.ts'
import { type ArmReply, accessToken } from './arm-session.ts'

/** Somebody signed in to Microsoft Graph, who speaks HTTP and nothing else. */
export type GraphSession = {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ArmReply>
}

export function graphOf(sandbox: Sandbox): string {
  return sandbox.origin.replace('localhost', '127.0.0.1')
}

/** Who the application is, by its name in the seed. */
export function seeded(sandbox: Sandbox, displayName: string) {
  const application = sandbox.control.applications().find((each) => each.displayName === displayName)
  if (application === undefined) throw new Error(`The seed has no ${displayName}.`)
  return application
}

/** The same, able to sign in from the run that tokens are about, whatever run its own credentials are for. */
export function signable(sandbox: Sandbox, displayName: string) {
  const application = seeded(sandbox, displayName)
  sandbox.control.addFederatedCredential(application.clientId)
  return application
}

export async function graphSession(sandbox: Sandbox, displayName = 'deployer'): Promise<GraphSession> {
  const graph = graphOf(sandbox)
  const token = await accessToken(sandbox, signable(sandbox, displayName).clientId, graph)
  return {
    send: async (method, path, body, headers = {}) => {
      const response = await fetch(`${graph}/v1.0${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
    },
  }
}
