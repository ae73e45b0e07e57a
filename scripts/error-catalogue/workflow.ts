import type { Explanations } from './explanation.ts'

/** Mistakes in the workflow file. */
export const workflow = {
  'invalid-inputs': {
    meaning: 'One or more inputs of the step are not right. All of them are listed at once; nothing was sent anywhere.',
    causes: [
      'A variable or secret that does not exist, or that this job may not see, comes out empty.',
      'A value has the wrong form, or does not fit another input.',
    ],
    fix: 'Correct the `with:` block. Each problem comes with what is allowed and an example. `gh variable list` and `gh secret list` show which names exist.',
  },
  'id-token-unavailable': {
    meaning: 'GitHub gave the job no OpenID Connect token, so there is nothing to sign in with.',
    causes: [
      'The job lacks the permission `id-token: write`.',
      'The run comes from a fork or from Dependabot, which never get a token.',
    ],
    fix: [
      'Add the permission. A `permissions:` block takes away what it does not name, so keep the others:',
      '```yaml\npermissions:\n  id-token: write\n  pull-requests: write\n```',
      'For forks, leave the step out: `if: github.event.pull_request.head.repo.fork != true`.',
    ].join('\n\n'),
  },
} satisfies Explanations
