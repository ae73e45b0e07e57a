import { BUILT_IN_ROLES } from '../../sandbox/role-definitions.ts'
import type { Stage } from '../stage.ts'
import { type Directory, directoryOf, type Identity } from './directory.ts'
import type { Call } from './recipe.ts'

/** What a repository has once the calls are made. */
export type Repository = { readonly vars: Record<string, string>; readonly secrets: string[] }

type Flags = { of(name: string): string; optional(name: string): string | undefined; readonly words: Call }
type Handlers = Readonly<Record<string, (flags: Flags) => void>>

export type Given = {
  /** Identities that exist already, by their names. */
  readonly known?: Readonly<Record<string, Identity>>
  /** Files that the calls speak of, by their names. */
  readonly files?: Readonly<Record<string, string>>
}

const GITHUB = 'https://token.actions.githubusercontent.com'

/** Application permissions of Microsoft Graph: https://learn.microsoft.com/graph/permissions-reference */
const APP_ROLES: Readonly<Record<string, string>> = {
  '483bed4a-2ad3-4361-a73b-c83ccdbdc53c': 'RoleManagement.Read.Directory',
  '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8': 'RoleManagement.ReadWrite.Directory',
}

/**
 * Does in the sandbox what az and gh would do in Azure, Entra and GitHub. Identities become applications there: those are what
 * the sandbox lets trust GitHub's tokens.
 * @throws Error for a call that this does not know, or that the services would refuse.
 */
export function carriedOut(calls: readonly Call[], stage: Stage, { known = {}, files = {} }: Given = {}): Repository {
  const directory = directoryOf(stage, known)
  const repository: Repository = { vars: {}, secrets: [] }
  const handlers = {
    ...questions,
    ...inAzure(stage, directory, files),
    ...inEntra(stage, directory),
    ...onGithub(stage, repository),
  }
  for (const call of calls) {
    const words = call.map((word) =>
      word.replaceAll(/⟦([^⟧]+)⟧/g, (_all, question: string) => directory.answer(question)),
    )
    const command = Object.keys(handlers).find((name) => words.slice(0, name.split(' ').length).join(' ') === name)
    if (command === undefined) throw new Error(`${words.join(' ')} is not known`)
    handlers[command]?.(flagsIn(words))
  }
  return repository
}

/** What only asks has been answered already. */
const questions: Handlers = {
  'az account show': nothing,
  'az identity show': nothing,
  'az ad app list': nothing,
  'az ad sp list': nothing,
  'az ad sp show': nothing,
  'gh api': nothing,
}

function inAzure({ control }: Stage, directory: Directory, files: Readonly<Record<string, string>>): Handlers {
  const custom = new Map<string, string>()
  const roleNamed = (name: string) => {
    const role = Object.values(BUILT_IN_ROLES).find(({ roleName }) => roleName === name)?.guid ?? custom.get(name)
    if (role === undefined) throw new Error(`there is no role ${name}`)
    return role
  }
  return {
    'az provider register': (flags) => control.setProvider(flags.of('namespace'), 'Registered'),
    'az group create': (flags) => control.addResourceGroup({ name: flags.of('name'), location: flags.of('location') }),
    'az role definition create': (flags) => {
      const role = JSON.parse(files[flags.of('role-definition').slice(1)] ?? '')
      const { Name: roleName, Actions: actions, NotActions: notActions } = role
      custom.set(roleName, control.addRoleDefinition({ roleName, actions, notActions }))
    },
    'az role assignment create': (flags) => {
      const [condition, description] = [flags.optional('condition'), flags.optional('description')]
      if (condition !== undefined && flags.of('condition-version') !== '2.0') throw new Error('conditions are 2.0')
      control.addRoleAssignment({
        scope: flags.of('scope'),
        roleDefinitionId: roleNamed(flags.of('role')),
        principalId: directory.with('principalId', flags.of('assignee-object-id')).principalId,
        principalType: flags.of('assignee-principal-type'),
        ...(condition !== undefined && { condition }),
        ...(description !== undefined && { description }),
      })
    },
  }
}

function inEntra({ control }: Stage, directory: Directory): Handlers {
  const trust = (clientId: string, issuer: string, subject: string, audience: string) => {
    if (issuer !== GITHUB) throw new Error(`${issuer} is not GitHub`)
    control.addFederatedCredential(clientId, { subject, audience })
  }
  return {
    'az identity create': (flags) => directory.make(flags.of('name')),
    'az identity federated-credential create': (flags) => {
      const { clientId } = directory.named(flags.of('identity-name'))
      trust(clientId, flags.of('issuer'), flags.of('subject'), flags.of('audiences'))
    },
    'az ad app create': (flags) => directory.make(flags.of('display-name')),
    'az ad sp create': (flags) => void directory.with('clientId', flags.of('id')),
    'az ad app federated-credential create': (flags) => {
      const { issuer, subject, audiences } = JSON.parse(flags.of('parameters'))
      trust(directory.with('clientId', flags.of('id')).clientId, issuer, subject, audiences[0])
    },
    'az rest': (flags) => {
      const { principalId, resourceId, appRoleId } = JSON.parse(flags.of('body'))
      const url = `https://graph.microsoft.com/v1.0/servicePrincipals/${principalId}/appRoleAssignments`
      const role = APP_ROLES[appRoleId]
      const isKnown = flags.of('method') === 'POST' && flags.of('url') === url && resourceId === 'graph'
      if (!isKnown || role === undefined) throw new Error(`${flags.words.join(' ')} is not known`)
      control.setAppRoles(directory.with('principalId', principalId).clientId, [role])
    },
  }
}

function onGithub({ control }: Stage, { vars, secrets }: Repository): Handlers {
  const named = ({ of, words }: Flags) => {
    if (of('repo') !== control.github().repository) throw new Error(`${of('repo')} is another repository`)
    return words[3] ?? ''
  }
  return {
    'gh variable set': (flags) => {
      vars[named(flags)] = flags.of('body')
    },
    'gh secret set': (flags) => {
      secrets.push(named(flags))
    },
  }
}

function nothing(): void {}

function flagsIn(words: Call): Flags {
  const optional = (name: string) => (words.includes(`--${name}`) ? words[words.indexOf(`--${name}`) + 1] : undefined)
  return {
    words,
    optional,
    of(name) {
      const value = optional(name)
      if (value === undefined) throw new Error(`${words.join(' ')} lacks --${name}`)
      return value
    },
  }
}
