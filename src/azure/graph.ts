import { createHttpHeaders, createPipelineRequest, type HttpMethods, type Pipeline } from '@azure/core-rest-pipeline'
import { Client, type GraphError, type Middleware } from '@microsoft/microsoft-graph-client'
import { isAborted, timedOut } from '../ended.ts'
import { DeployError, REACHABILITY_HINT } from '../errors.ts'
import { httpClient, patientPipeline } from '../http.ts'
import { field, list, parseJson, text } from '../json.ts'
import { isDown } from '../mishap.ts'
import type { Patience } from '../patience.ts'
import { authenticated, type Credential } from './authenticate.ts'
import { tokenRefused } from './errors.ts'

/** A role that somebody holds in the directory. */
export type DirectoryGrant = { readonly id: string; readonly principal: string; readonly role: string }

/** The few things we ask of Microsoft Graph v1.0. No token is asked for before the first of them. */
export interface Graph {
  /** Signs in ahead of the first question, so that this does not wait for other answers. */
  prepare(): void
  /** Application permissions of our own token, such as `RoleManagement.ReadWrite.Directory`. */
  permissions(): Promise<readonly string[]>
  grantsOf(principal: string, role: string): Promise<readonly DirectoryGrant[]>
  grant(principal: string, role: string): Promise<DirectoryGrant>
  revoke(id: string): Promise<void>
}

const ASSIGNMENTS = '/roleManagement/directory/roleAssignments'

export function graphAt(endpoint: string, credential: Credential, patience: Patience): Graph {
  const scope = `${endpoint}/.default`
  const pipeline = authenticated(patientPipeline(patience, 'doubles'), credential, scope, endpoint)
  const getAccessToken = async () => (await credential.getToken(scope))?.token ?? ''
  /** The client keeps nothing of a failed request but its text. */
  const call = async <T>(request: (client: Client) => Promise<T>): Promise<T> => {
    let failure: unknown
    const middleware = through(pipeline, (error) => {
      failure = error
    })
    try {
      return await request(Client.initWithMiddleware({ baseUrl: endpoint, defaultVersion: 'v1.0', middleware }))
    } catch (error) {
      throw failure ?? error
    }
  }
  return {
    prepare() {
      // Whoever asks something hears of a failure.
      getAccessToken().catch(() => undefined)
    },
    async permissions() {
      const payload = (await getAccessToken()).split('.')[1] ?? ''
      const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'))
      return list(field(claims, 'roles')).flatMap((role) => text(role) ?? [])
    },
    async grantsOf(principal, role) {
      const filter = `principalId eq '${principal}' and roleDefinitionId eq '${role}'`
      const reply: unknown = await call((client) => client.api(ASSIGNMENTS).filter(filter).get())
      return list(field(reply, 'value')).flatMap((item) => grantOf(item) ?? [])
    },
    async grant(principalId, roleDefinitionId) {
      const type = '#microsoft.graph.unifiedRoleAssignment'
      const body = { '@odata.type': type, roleDefinitionId, principalId, directoryScopeId: '/' }
      const reply: unknown = await call((client) => client.api(ASSIGNMENTS).post(body))
      return grantOf(reply) ?? { id: '', principal: principalId, role: roleDefinitionId }
    },
    async revoke(id) {
      await call((client) => client.api(`${ASSIGNMENTS}/${encodeURIComponent(id)}`).delete())
    },
  }
}

/** Graph's client over the pipeline that all our requests take: its own knows no proxies, and another way to send again. */
function through(pipeline: Pipeline, failed: (error: unknown) => void): Middleware {
  return {
    async execute(context) {
      const { method = 'GET', body, headers } = context.options ?? {}
      const request = createPipelineRequest({
        url: String(context.request),
        // The client knows these methods and no others, and makes texts of all bodies.
        method: method as HttpMethods,
        headers: createHttpHeaders(Object.fromEntries(new Headers(headers))),
        ...(typeof body === 'string' && { body }),
      })
      try {
        const { status, headers: replied, bodyAsText } = await pipeline.sendRequest(httpClient(), request)
        context.response = new Response(bodyAsText || null, { status, headers: replied.toJSON() })
      } catch (error) {
        failed(error)
        throw error
      }
    },
  }
}

/** For clouds that name no Microsoft Graph. */
export const noGraph: Graph = {
  prepare() {},
  permissions: missing,
  grantsOf: missing,
  grant: missing,
  revoke: missing,
}

async function missing(): Promise<never> {
  throw new DeployError('unreachable', 'This cloud names no Microsoft Graph, so directory roles cannot be looked at.', {
    hint: 'Set `directory-readers: false`, and give the role by hand.',
  })
}

/** Grants below the whole directory are other grants. */
function grantOf(item: unknown): DirectoryGrant | undefined {
  const [id, principal, role] = [
    text(field(item, 'id')),
    text(field(item, 'principalId')),
    text(field(item, 'roleDefinitionId')),
  ]
  if (field(item, 'directoryScopeId') !== '/') return undefined
  return id !== undefined && principal !== undefined && role !== undefined ? { id, principal, role } : undefined
}

/** Is this a refusal of Graph's with this status? Its codes say little: the same 400 stands for a duplicate and for nonsense. */
export function isGraphStatus(error: unknown, status: number): error is GraphError {
  return field(error, 'statusCode') === status
}

/** Words that Graph uses for an assignment that is there already, as seen in https://github.com/dod-ccpo/atat/pull/1554. */
export function isDuplicate(error: unknown): boolean {
  return isGraphStatus(error, 400) && /conflicting object|already exists/i.test(error.message)
}

/** @returns what Graph threw, with what to do. `doing` completes "may not …". */
export function graphError(error: unknown, doing: string, clientId: string): DeployError {
  if (error instanceof DeployError) return error
  if (isAborted(error)) return timedOut(doing, error)
  const facts = {
    'Graph error': `${Number(field(error, 'statusCode'))} ${text(field(error, 'code')) ?? 'no code'}`,
    ...requestId(error),
  }
  const message = error instanceof Error ? error.message : String(error)
  const status = Number(field(error, 'statusCode'))
  if (isDown(status))
    return new DeployError('unreachable', `Microsoft Graph answered ${status} again and again: ${message}`, {
      hint: `Run again in some minutes. ${REACHABILITY_HINT}`,
      facts,
      cause: error,
    })
  switch (status) {
    case 403:
      return new DeployError('permission-denied', `The workflow's identity may not ${doing} in Entra.`, {
        hint: grantGraphRole(clientId),
        facts,
        cause: error,
      })
    case 401: {
      const { code, ...finding } = tokenRefused(undefined, { message })
      return new DeployError(code, finding.message, { hint: finding.hint, facts, cause: error })
    }
    case 429:
      return new DeployError('throttled', `Microsoft Graph takes no more requests for now: ${message}`, {
        hint: 'Run again in some minutes.',
        facts,
        cause: error,
      })
    default:
      return new DeployError('azure-refused', `Microsoft Graph refused to ${doing}: ${message}`, {
        hint: "The message is Microsoft Graph's own. Run again; if it stays, give the request id to Microsoft support.",
        facts,
        cause: error,
      })
  }
}

/**
 * How the workflow's identity gets the right to assign directory roles, which only a Privileged Role Administrator can give. A managed
 * identity has no registration to add a permission to; its service principal takes it as that of an app registration does.
 * https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignments
 */
export function grantGraphRole(clientId: string): string {
  const principalOf = (id: string) => `$(az ad sp show --id ${id} --query id --output tsv)`
  const role = '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8'
  const body = `{\\"principalId\\": \\"$PRINCIPAL\\", \\"resourceId\\": \\"$GRAPH\\", \\"appRoleId\\": \\"${role}\\"}`
  return [
    'It needs the application permission RoleManagement.ReadWrite.Directory of Microsoft Graph. An administrator gives it to an app registration and a managed identity alike:',
    `  PRINCIPAL=${principalOf(clientId)}`,
    `  GRAPH=${principalOf('00000003-0000-0000-c000-000000000000')}`,
    `  az rest --method POST --url "https://graph.microsoft.com/v1.0/servicePrincipals/$PRINCIPAL/appRoleAssignments" --body "${body}"`,
    'That right is a strong one. Instead, `directory-readers: false` leaves the role to an administrator, who gives it once by hand.',
  ].join('\n')
}

function requestId(error: unknown): Record<string, string> {
  const id = text(field(error, 'requestId'))
  return id === undefined ? {} : { 'request id': id }
}
