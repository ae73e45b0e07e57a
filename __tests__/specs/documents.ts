import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Fields, fieldsOf, isFields } from './json.ts'

/** Microsoft's API descriptions, kept as data in a folder next to this repository; nothing of them is copied in here. */
export const specsFolder = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/specs')

export const specsAreMissing = !existsSync(specsFolder)

/** What a skipped suite says in its title. */
export const skipReason = '(skipped: ../shared/specs is not beside this repository)'

/** Parsed files by their path below the folder, with forward slashes. */
export type Documents = Map<string, Fields>

/** A piece of a description and the file that relative references in it start from. */
export type Located = { readonly value: Fields; readonly file: string }

export function readJson(file: string): Fields {
  return fieldsOf(JSON.parse(readFileSync(join(specsFolder, file), 'utf8')))
}

/** Some examples that the descriptions name are left out of the folder on purpose. */
export function hasFile(file: string): boolean {
  return existsSync(join(specsFolder, file))
}

/** Files below the folder that match, in a stable order. */
export function listFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: specsFolder })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
}

function documentOf(documents: Documents, file: string): Fields {
  const known = documents.get(file)
  if (known) return known
  const read = readJson(file)
  documents.set(file, read)
  return read
}

/** The file and JSON pointer a `$ref` names, as one string; two references to one thing give the same string. */
export function targetOf(ref: string, file: string): string {
  const [path = '', pointer = ''] = ref.split('#')
  const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path))
  return `${target}#${pointer}`
}

/** Follows `$ref`s until something else is found. A reference to nothing is a defect of the descriptions and throws. */
export function follow(documents: Documents, located: Located): Located {
  const { $ref } = located.value
  if (typeof $ref !== 'string') return located
  const [file = '', pointer = ''] = targetOf($ref, located.file).split('#')
  let found: unknown = documentOf(documents, file)
  for (const step of pointer.split('/').slice(1)) {
    found = fieldsOf(found)[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  if (!isFields(found)) throw new Error(`${located.file} refers to ${$ref}, which does not exist`)
  return follow(documents, { value: found, file })
}
