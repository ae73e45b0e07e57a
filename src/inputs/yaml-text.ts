import { formOf, type ParseYaml } from './key-values.ts'
import type { InputReader } from './reader.ts'

/**
 * The YAML library, loaded only for texts that need it. Its failsafe schema takes every scalar for the text that it is: a version
 * `1.10` stays `1.10`, a flag `yes` stays `yes`.
 */
export async function yamlTexts(): Promise<ParseYaml> {
  const { parseDocument } = await import('yaml')
  return (text) => {
    try {
      const document = parseDocument(text, { schema: 'failsafe', logLevel: 'error' })
      return document.errors.length > 0 || document.warnings.length > 0 ? undefined : document.toJS()
    } catch {
      // An alias that leads nowhere, or into itself too often; or more levels than the stack holds.
      return undefined
    }
  }
}

/** What parses YAML in an input, which nobody needs for any other form of it. */
export async function parserFor(read: InputReader, input: string): Promise<ParseYaml> {
  return formOf(read.raw(input)) === 'yaml' ? yamlTexts() : () => undefined
}
