/** The text under the heading `## 1.2.3`, which may go on with a date; undefined when there is no such heading, or nothing under it. */
export function notesOf(version: string, changelog: string): string | undefined {
  const section = changelog.split(/^## /m).find((part) => /^\S+/.exec(part)?.[0] === version)
  const notes = section?.slice(section.indexOf('\n')).trim()
  return notes === undefined || notes === '' ? undefined : notes
}
