import { CHAPTERS } from './catalogue.ts'
import type { Explanation } from './explanation.ts'

const INTRODUCTION = `# Errors

Every failure of the action has one of these codes. It is the output \`failure-reason\` and the title of the annotation; codes do not
change from version to version, texts may. What a run prints is more exact than this page: it knows the ids and the names.

<!-- Made by \`npm run docs\` from scripts/error-catalogue/. Edit it there. -->`

/** The whole of `docs/errors.md`. Headings are the codes alone, so that GitHub's anchor for a section is the code. */
export function errorsPage(): string {
  const chapters = CHAPTERS.map(({ title, explanations }) =>
    [`## ${title}`, ...Object.entries(explanations).map(([code, explanation]) => section(code, explanation))].join(
      '\n\n',
    ),
  )
  return `${[INTRODUCTION, ...chapters].join('\n\n')}\n`
}

function section(code: string, { meaning, causes, fix }: Explanation): string {
  const likely = `Likely because:\n\n${causes.map((cause) => `- ${cause}`).join('\n')}`
  // A fence only opens at the beginning of a line.
  const mend = fix.startsWith('```') ? `**Fix.**\n\n${fix}` : `**Fix.** ${fix}`
  return [`### ${code}`, meaning, likely, mend].join('\n\n')
}
