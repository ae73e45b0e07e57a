import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Files by their path below a folder. */
export type Content = ReadonlyMap<string, Buffer>

/** Every file below a folder, hidden ones too; none when there is no such folder. */
export function contentOf(folder: string): Content {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(folder, path), readFileSync(path)]
    }),
  )
}

/** One line per file that is not the same in both. */
export function differences(expected: Content, actual: Content): string[] {
  const names = [...new Set([...expected.keys(), ...actual.keys()])].sort()
  return names.flatMap((name) => difference(name, expected.get(name), actual.get(name)) ?? [])
}

function difference(name: string, expected: Buffer | undefined, actual: Buffer | undefined): string | undefined {
  if (actual === undefined) return `${name} is missing`
  if (expected === undefined) return `${name} is not made by the build`
  if (expected.equals(actual)) return undefined
  const at = expected.findIndex((byte, index) => byte !== actual[index])
  const from = at === -1 ? expected.length : at
  return `${name} differs from byte ${from} on (${expected.length} bytes in the build, ${actual.length} here)`
}
