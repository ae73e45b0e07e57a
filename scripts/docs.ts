/** `npm run docs`: writes the pages of docs/ that are made from the code. A test fails while one of them is stale. */
import { writeFileSync } from 'node:fs'
import { errorsPage } from './error-catalogue/page.ts'

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage())
