import type { ErrorCode } from '../../src/errors.ts'
import { connector } from './connector.ts'
import { consent } from './consent.ts'
import type { Explanation, Explanations } from './explanation.ts'
import { names } from './names.ts'
import { rights } from './rights.ts'
import { run } from './run.ts'
import { services } from './services.ts'
import { signIn } from './sign-in.ts'
import { workflow } from './workflow.ts'

/** Every code. One without an entry does not compile. */
export const CATALOGUE: Readonly<Record<ErrorCode, Explanation>> = {
  ...workflow,
  ...signIn,
  ...names,
  ...rights,
  ...consent,
  ...connector,
  ...services,
  ...run,
}

/** In the order of the page, and of the table in the README. */
export const CHAPTERS: readonly { readonly title: string; readonly explanations: Explanations }[] = [
  { title: 'The workflow file', explanations: workflow },
  { title: 'Signing in', explanations: signIn },
  { title: 'What the inputs name', explanations: names },
  { title: 'Rights and rules', explanations: rights },
  { title: 'Consent', explanations: consent },
  { title: 'The connector does not work', explanations: connector },
  { title: 'Azure, Apono and the network', explanations: services },
  { title: 'The run itself', explanations: run },
]
