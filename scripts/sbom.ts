/**
 * `npm run sbom`: what dist/ is made of, as build/sbom.cdx.json. npm knows what is installed for run time, in build/installed.cdx.json;
 * dist/licenses.txt knows what of that got into the bundle.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundledIn, type Sbom, withOnly } from './release/sbom.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const installed: Sbom = JSON.parse(readFileSync(`${root}build/installed.cdx.json`, 'utf8'))
const bundled = bundledIn(readFileSync(`${root}dist/licenses.txt`, 'utf8'))
writeFileSync(`${root}build/sbom.cdx.json`, `${JSON.stringify(withOnly(bundled, installed), undefined, 2)}\n`)
