import { readJson } from './documents.ts'
import { fieldsOf, itemsOf } from './json.ts'

/** An error reply of the real service, as documents and issue threads quote it. */
export type CataloguedError = {
  /** `ResourceNotFound`; for Entra the AADSTS number too, as its `error` covers many. */
  readonly name: string
  readonly service: string
  readonly status: number | undefined
  readonly code: string
  readonly aadsts: number | undefined
  /** The text with its placeholders as wildcards; anything where no source has a text. */
  readonly message: RegExp
  readonly headers: readonly string[]
}

export function readErrorCatalogue(): CataloguedError[] {
  return itemsOf(readJson('wire-samples/errors.json').errors).map((item) => {
    const { service, status, code, aadsts, message, headers } = fieldsOf(item)
    return {
      name: typeof aadsts === 'number' ? `AADSTS${aadsts}` : String(code),
      service: String(service),
      status: typeof status === 'number' ? status : undefined,
      code: String(code),
      aadsts: typeof aadsts === 'number' ? aadsts : undefined,
      message: typeof message === 'string' ? formOf(message) : /^/,
      headers: Object.keys(fieldsOf(headers)),
    }
  })
}

/** `'{name}'`, an ellipsis and numbers in quotes stand for values of the case at hand; everything else is the service's wording. */
function formOf(message: string): RegExp {
  const parts = message.split(/\{[A-Za-z,]+\}|…|(?<=')\d+(?=')/)
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}`)
}
