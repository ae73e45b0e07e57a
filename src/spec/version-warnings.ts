import lt from 'semver/functions/lt.js'
import type { Change } from '../engine/plan.ts'
import { answersHealthProbe, LEAST_FOR_AZURE, versionOf } from './connector.ts'
import type { AzureResource } from './resources.ts'

/** What the version of the connector means: an old one, or an older one than what runs. */
export function versionWarnings(change: Change<AzureResource>): string[] {
  const [before, after] = [versionIn(change, 'before'), versionIn(change, 'after')]
  return [
    ...(before && after && lt(after, before) ? [downgrade(change.name, before, after)] : []),
    ...tooOld(change.name, after),
  ]
}

function downgrade(name: string, before: string, after: string): string {
  return `This is a downgrade: the connector of "${name}" goes from ${before} back to ${after}.`
}

function tooOld(name: string, version: string | undefined): string[] {
  if (version === undefined || answersHealthProbe(version)) return []
  if (lt(version, LEAST_FOR_AZURE))
    return [`"${name}" runs the connector ${version}; Apono's Azure integrations need v${LEAST_FOR_AZURE} or newer.`]
  return [`"${name}" runs the connector ${version}, which has no health endpoint: Azure will not notice when it hangs.`]
}

/** The version before and after a change; what stays has the same on both sides. */
function versionIn(change: Change<AzureResource>, side: 'before' | 'after'): string | undefined {
  if (change.action === 'delete') return undefined
  const before = 'before' in change ? change.before.resource : undefined
  const resource = side === 'after' && 'after' in change ? change.after : before
  return resource?.kind === 'container-group' ? versionOf(resource.properties.image) : undefined
}
