import { gatewayError } from './arm-error.ts'

/** Limits on tags: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
export function checkTags(tags: { readonly [name: string]: string } = {}): void {
  const names = Object.keys(tags)
  if (names.length > 50) {
    throw gatewayError(400, 'TooManyTags', `The resource has ${names.length} tags. The maximum is 50.`)
  }
  const reserved = names.find((name) => /[<>%&\\?/]/.test(name))
  if (reserved !== undefined) {
    throw gatewayError(
      400,
      'InvalidTagNameCharacters',
      `The tag names '${reserved}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    )
  }
  for (const [name, value] of Object.entries(tags)) {
    if (name.length > 512) throw gatewayError(400, 'TagNameTooLong', `The tag name '${name}' is over 512 characters.`)
    if (value.length > 256) {
      throw gatewayError(400, 'TagValueTooLong', `The value of tag '${name}' is over 256 characters.`)
    }
  }
}
