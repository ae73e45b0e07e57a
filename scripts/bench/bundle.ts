import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

/** Bytes. */
export type Size = { readonly raw: number; readonly gzipped: number }

export type BundleSize = { readonly total: Size; readonly entry: Size }

/** The scripts of dist/: all of them, and the one that every run reads first. */
export function bundleSize(): BundleSize {
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
  const sizes = new Map(globSync('*.js', { cwd: dist }).map((name) => [name, sizeOf(readFileSync(`${dist}${name}`))]))
  const entry = sizes.get('index.js')
  if (entry === undefined) throw new Error('dist/index.js is missing: run `npm run package` first.')
  return { total: [...sizes.values()].reduce(sum), entry }
}

function sizeOf(content: Buffer): Size {
  return { raw: content.length, gzipped: gzipSync(content).length }
}

function sum(a: Size, b: Size): Size {
  return { raw: a.raw + b.raw, gzipped: a.gzipped + b.gzipped }
}
