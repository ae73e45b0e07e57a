/** Service hosts and made-up ones are examples in a comment, and no documents: they have no path, or no name that somebody owns. */
const NO_DOCUMENT = /^https:\/\/(?:[^/]+\/?$|[^./]+\/|[^/]+\.azure\.net\/)/

/** The addresses of documents that the comments of a source lead to. */
export function addressesInComments(source: string): string[] {
  const comments = source.split('\n').filter((line) => /^\s*(?:\*|\/\/|\/\*|#)/.test(line))
  const found = comments.flatMap((line) => line.match(/https:\/\/[^\s`"'<>{}|()[\]]+/g) ?? [])
  return found.map((address) => address.replace(/[.,:;]+$/, '')).filter((address) => !NO_DOCUMENT.test(address))
}
