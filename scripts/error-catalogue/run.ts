import type { Explanations } from './explanation.ts'

/** Ends of the run itself. */
export const run = {
  'timed-out': {
    meaning: 'The time of the run was used up.',
    causes: ['Azure is slow today.', '`timeout` is short for what the plan does.'],
    fix: 'Run again: the action continues from what is there. A longer `timeout` may help.',
  },
  cancelled: {
    meaning: 'The workflow was cancelled. What was done and what was not is listed.',
    causes: ['Somebody, or a `concurrency` group with `cancel-in-progress`, ended the run.'],
    fix: 'Run again: the action continues from what is there.',
  },
  unexpected: {
    meaning: 'A defect of this action.',
    causes: ['Something that nobody thought of.'],
    fix: 'Running again is safe. If it happens twice, [open an issue](https://github.com/apono/azure-connector-action/issues) with the log of a run that has step debug logging on.',
  },
} satisfies Explanations
