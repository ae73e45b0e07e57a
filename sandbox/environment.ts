import { isRestricted } from './github/event.ts'
import { apiUrl } from './github/routes.ts'
import { type Github, tokenRequestUrl } from './github.ts'
import { ownerOf, refTypeOf, workflowRefOf } from './github-settings.ts'
import type { SeededInputs } from './seed.ts'

/**
 * The variables that a runner sets for a step and that are not files of the step:
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
export function runnerEnvironment(github: Github, origin: string): Record<string, string> {
  const { settings } = github
  return {
    ...(settings.idToken && !isRestricted(settings, github.forge) ? tokenVariables(github, origin) : {}),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: settings.actor,
    GITHUB_ACTOR_ID: settings.actorId,
    GITHUB_TRIGGERING_ACTOR: settings.actor,
    GITHUB_API_URL: apiUrl(origin),
    GITHUB_GRAPHQL_URL: `${apiUrl(origin)}/graphql`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_BASE_REF: settings.baseRef,
    GITHUB_HEAD_REF: settings.headRef,
    GITHUB_EVENT_NAME: settings.eventName,
    GITHUB_JOB: settings.job,
    GITHUB_REF: settings.ref,
    GITHUB_REF_NAME: settings.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REF_TYPE: refTypeOf(settings),
    GITHUB_REPOSITORY: settings.repository,
    GITHUB_REPOSITORY_ID: settings.repositoryId,
    GITHUB_REPOSITORY_OWNER: ownerOf(settings),
    GITHUB_REPOSITORY_OWNER_ID: settings.repositoryOwnerId,
    GITHUB_RUN_ATTEMPT: settings.runAttempt,
    GITHUB_RUN_ID: settings.runId,
    GITHUB_RUN_NUMBER: settings.runNumber,
    GITHUB_SHA: settings.sha,
    GITHUB_WORKFLOW: settings.workflow,
    GITHUB_WORKFLOW_REF: workflowRefOf(settings),
    GITHUB_WORKFLOW_SHA: settings.sha,
    RUNNER_ENVIRONMENT: settings.runnerEnvironment,
  }
}

/** Absent, and not empty, when the job may not ask for a token. */
function tokenVariables({ requestToken }: Github, origin: string): Record<string, string> {
  return { ACTIONS_ID_TOKEN_REQUEST_URL: tokenRequestUrl(origin), ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken }
}

/** Inputs of the action, by their names in a workflow, that deploy into this sandbox. */
export function actionInputs(origin: string, seeded: SeededInputs, githubToken: string): Record<string, string> {
  return {
    cloud: origin,
    'client-id': seeded.clientId,
    'tenant-id': seeded.tenantId,
    'subscription-id': seeded.subscriptionId,
    'resource-group': seeded.resourceGroup,
    location: seeded.location,
    'apono-token': seeded.aponoToken,
    'github-token': githubToken,
    'connector-id': 'apono-connector',
    // The least; a demonstration or test that wants more says so.
    permissions: 'none',
  }
}
