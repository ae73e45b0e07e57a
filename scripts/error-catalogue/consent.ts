import type { Explanations } from './explanation.ts'

/** What the action does not do without being told to. */
export const consent = {
  'replace-refused': {
    meaning: 'The plan deletes something and creates it again, which needs your consent.',
    causes: ['Cores, memory, region, network or identity were changed: Azure changes none of them in place.'],
    fix: '`allow-replace: true`. The connector is away for a minute or two; with a system-assigned identity it gets a new one, to which its grants move.',
  },
  'plan-changed': {
    meaning:
      'The plan is no longer the one that was approved, and nothing was written. Or somebody changed a group in the middle of the apply: that group was left as it is, and the run says what it had done before.',
    causes: [
      'The inputs or Azure changed after the approval.',
      'Another run, or somebody, was at work at the same time.',
      'The plan was made without a secret that the apply has, such as a token in a vault that only the applying identity may read.',
    ],
    fix: 'With `expected-plan: pull-request`: run the plan job of the pull request again, which writes its comment anew, have that reviewed, and run the apply again. Otherwise read the new plan, approve it, and apply it with its `plan-fingerprint` as `expected-plan`. In the middle of an apply: run again for a plan of what is there now.',
  },
  'adoption-refused': {
    meaning:
      'A group that runs this connector exists, was not made by this action, and `adopt: false` forbids taking it over.',
    causes: ['The connector was installed by hand or by Terraform.'],
    fix: '`adopt: true` takes it over; `adopt: keep-size` does so and leaves its cores and memory as they are.',
  },
  'foreign-resource': {
    meaning: 'Something of the same name exists that is not ours. It was not touched.',
    causes: ['Another connector, or another owner of this action, uses the name.'],
    fix: 'Choose another `name` or `connector-id`, or delete what is there if nobody needs it.',
  },
  'connector-in-use': {
    meaning: 'Integrations in Apono still use the connector that is to be destroyed.',
    causes: ['They were not moved to another connector.'],
    fix: 'Move or delete them in Apono, or set `force: true`: they lose their connection.',
  },
  drifted: {
    meaning:
      'Somebody changed Azure since the last apply. That is what the run was to find out; it did not fail itself.',
    causes: ['An edit in the portal, with `az`, or by another tool.'],
    fix: 'Take it back with `operation: apply` (or `auto-repair: true`), or write it into the inputs. `fail-on-drift: false` only reports.',
  },
} satisfies Explanations
