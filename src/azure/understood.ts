import { DeployError } from '../errors.ts'

/**
 * Puts a reply into our words. The SDKs hand over whatever came, under the type it should have.
 * @throws DeployError `azure-refused` when it has not the form that Azure describes.
 */
export function understood<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof DeployError ? error : unknownForm(what, error)
  }
}

/** All items of a list, over all its pages. */
export async function listed<T>(what: string, pages: AsyncIterable<T>): Promise<T[]> {
  try {
    return await Array.fromAsync(pages)
  } catch (error) {
    // The SDK takes it for granted that a page has a list in it.
    throw error instanceof TypeError ? unknownForm(what, error) : error
  }
}

/** A text that everything of this kind has. */
export function certain(value: string | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`a text was expected, not ${JSON.stringify(value)}`)
  return value
}

export function unknownForm(what: string, cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DeployError('azure-refused', `Azure answered with ${what} of a form that this action does not know.`, {
    hint: 'Run again. If it stays, look whether there is a newer version of this action, and open an issue with the facts above.',
    facts: { reason },
    cause,
  })
}
