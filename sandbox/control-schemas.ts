import type { SchemaObject } from 'ajv'
import { closed, milliseconds, text, texts } from './control-body.ts'
import type { ContainerBehaviour } from './world.ts'

const status = { type: 'integer', minimum: 200, maximum: 599 }
const state = { enum: ['NotRegistered', 'Registering', 'Registered', 'Unregistered'] }
const count = { type: 'integer', minimum: 0 }
const textList = { type: 'array', items: text }
const behaviours: readonly ContainerBehaviour[] = [
  'running',
  'crash-loop',
  'exits',
  'out-of-memory',
  'unhealthy',
  'no-egress',
  'unpullable-unauthorized',
  'unpullable-missing',
  'unpullable-unreachable',
]
const event = closed({ name: text, message: text }, 'name', 'message')

const effects: readonly SchemaObject[] = [
  closed({ kind: { const: 'reply' }, status, headers: texts, body: {} }, 'kind', 'status'),
  closed({ kind: { const: 'html' }, status }, 'kind', 'status'),
  closed({ kind: { const: 'drop' }, when: { enum: ['before', 'after'] }, ms: milliseconds }, 'kind', 'when'),
  closed({ kind: { const: 'delay' }, ms: milliseconds }, 'kind', 'ms'),
  closed({ kind: { const: 'truncate' } }, 'kind'),
  closed({ kind: { const: 'slow-body' }, ms: milliseconds }, 'kind', 'ms'),
  closed({ kind: { const: 'half' } }, 'kind'),
  closed({ kind: { const: 'stale' } }, 'kind'),
  closed({ kind: { const: 'failed-operation' }, events: { type: 'array', items: event } }, 'kind', 'events'),
]

/** What may be sent to the control surface. */
export const schemas = {
  clock: closed({ advanceMs: milliseconds }, 'advanceMs'),
  patch: { type: 'object' },
  fault: closed(
    {
      name: text,
      method: { enum: ['GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'HEAD'] },
      path: { type: 'string', format: 'regex' },
      on: { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'every' }] },
      effect: { type: 'object', discriminator: { propertyName: 'kind' }, required: ['kind'], oneOf: effects },
    },
    'name',
    'effect',
  ),
  latency: closed({ ms: milliseconds }, 'ms'),
  github: closed({
    repository: { type: 'string', pattern: '^[^/]+/[^/]+$' },
    repositoryId: text,
    repositoryOwnerId: text,
    ref: { type: 'string', pattern: '^refs/' },
    sha: text,
    eventName: text,
    environment: { anyOf: [text, { type: 'null' }] },
    immutableSubject: { type: 'boolean' },
    actor: text,
    actorId: text,
    workflow: text,
    workflowFile: text,
    job: text,
    runId: text,
    runNumber: text,
    runAttempt: text,
    runnerEnvironment: { enum: ['github-hosted', 'self-hosted'] },
    idToken: { type: 'boolean' },
    headRef: { type: 'string' },
    baseRef: { type: 'string' },
    issuer: { anyOf: [text, { type: 'null' }] },
  }),
  application: closed(
    { displayName: text, clientId: text, objectId: text, appRoles: textList, tenantId: text },
    'displayName',
  ),
  credential: closed({ issuer: text, subject: text, audience: text }),
  clientSecret: closed({ secret: text, lifetimeMs: milliseconds }, 'secret'),
  certificate: closed({ certificate: text }, 'certificate'),
  runnerIdentity: closed(
    { kind: { enum: ['SystemAssigned', 'UserAssigned'] }, displayName: text, tenantId: text },
    'kind',
  ),
  delegation: closed({ tenantId: text }, 'tenantId'),
  resourceGroup: closed({ name: text, location: text, tags: texts, subscriptionId: text }, 'name', 'location'),
  roleAssignment: closed(
    {
      scope: { type: 'string', pattern: '^/' },
      roleDefinitionId: text,
      principalId: text,
      principalType: text,
      name: text,
      condition: text,
      description: text,
    },
    'scope',
    'roleDefinitionId',
    'principalId',
  ),
  roleDefinition: closed({ roleName: text, actions: textList, notActions: textList }, 'roleName', 'actions'),
  lock: closed(
    {
      scope: { type: 'string', pattern: '^/' },
      name: text,
      level: { enum: ['CanNotDelete', 'ReadOnly'] },
      notes: text,
    },
    'scope',
    'name',
    'level',
  ),
  policy: closed(
    {
      scope: { type: 'string', pattern: '^/' },
      name: text,
      displayName: text,
      requiredTag: text,
      allowedLocations: textList,
    },
    'scope',
    'name',
    'displayName',
  ),
  roleAssignmentLimits: closed({ subscription: count, managementGroup: count, page: { type: 'integer', minimum: 1 } }),
  mayAssign: closed(
    {
      caller: text,
      action: { enum: ['write', 'delete'] },
      roleDefinitionId: text,
      scope: { type: 'string', pattern: '^/' },
      principalId: text,
      principalType: text,
    },
    'caller',
    'action',
    'roleDefinitionId',
    'scope',
    'principalId',
    'principalType',
  ),
  member: closed(
    { kind: { enum: ['User', 'Group'] }, displayName: text, objectId: text, memberIds: textList },
    'kind',
    'displayName',
  ),
  appRoles: closed({ appRoles: textList }, 'appRoles'),
  provider: closed({ state }, 'state'),
  timing: closed({
    pendingMs: milliseconds,
    pullMs: milliseconds,
    startMs: milliseconds,
    exitAfterMs: milliseconds,
    backOffMs: milliseconds,
    firstProbeMs: milliseconds,
    registrationMs: milliseconds,
    replicationMs: milliseconds,
    graphConsistencyMs: milliseconds,
    workspaceMs: milliseconds,
    connectMs: milliseconds,
    lingerMs: milliseconds,
    lookMs: milliseconds,
  }),
  connectorLog: closed({ lines: { type: 'array', items: { type: 'string' } } }, 'lines'),
  containers: closed({ behaviour: { enum: behaviours } }, 'behaviour'),
} satisfies Record<string, SchemaObject>
