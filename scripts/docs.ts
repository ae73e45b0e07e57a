/** `npm run docs`: writes what of the documentation is made from code and action.yml. A test fails while any of it is stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { errorsPage } from './error-catalogue/page.ts'
import { withTables } from './readme/tables.ts'

const root = new URL('../', import.meta.url)
const readme = new URL('README.md', root)

writeFileSync(new URL('docs/errors.md', root), errorsPage())
writeFileSync(
  readme,
  withTables(readFileSync(readme, 'utf8'), parse(readFileSync(new URL('action.yml', root), 'utf8'))),
)
