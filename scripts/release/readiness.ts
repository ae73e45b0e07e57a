import { gt, rsort, valid } from 'semver'
import { notesOf } from './changelog.ts'

/** What a release is judged by. */
export type State = {
  /** As it was given, with or without a leading v. */
  readonly version: string
  /** Every tag of the repository. */
  readonly tags: readonly string[]
  /** Lines of `git status --porcelain`. */
  readonly uncommitted: readonly string[]
  readonly changelog: string
  readonly packageVersion: string
}

/** Why this must not be released, in sentences; none when it may. Pure. */
export function problemsOf({ version, tags, uncommitted, changelog, packageVersion }: State): string[] {
  const number = valid(version)
  if (number === null) return [`"${version}" is no version. Give one such as 1.2.3.`]
  const [newest] = rsort(tags.filter((tag) => valid(tag) !== null && valid(tag) !== number))
  return [
    ...(newest === undefined || gt(number, newest)
      ? []
      : [`${newest} is released already, and ${number} is not newer.`]),
    ...(uncommitted.length === 0 ? [] : [`These files are not committed: ${uncommitted.join(', ')}.`]),
    ...(notesOf(number, changelog) === undefined ? [`CHANGELOG.md says nothing under "## ${number}".`] : []),
    ...(packageVersion === number ? [] : [`package.json says ${packageVersion} and not ${number}.`]),
  ]
}

/** The tag that users pin when they want every fix: `v1`. It moves, and so it must never become a release of its own. */
export function majorTag(version: string): string {
  return `v${version.replace(/^v/, '').split('.')[0]}`
}
