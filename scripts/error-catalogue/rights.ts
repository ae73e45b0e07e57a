import type { Explanations } from './explanation.ts'

/** Rights and rules that stand against the plan. */
export const rights = {
  'permission-denied': {
    meaning: "The workflow's identity may not do something that the plan needs.",
    causes: [
      'A role is missing, or was granted less than ten minutes ago.',
      'A condition on its own role, or a deny assignment, forbids it.',
      'For Directory Readers: it lacks a permission of Microsoft Graph.',
    ],
    fix: 'The run prints the smallest role that is enough and the command that grants it:\n\n```sh\naz role assignment create --assignee <client-id> --role "<role>" --scope <scope>\n```',
  },
  'provider-not-registered': {
    meaning:
      'The subscription is not registered for a resource provider that the plan needs, and the identity may not register it.',
    causes: [
      'Nobody has used Container Instances (`Microsoft.ContainerInstance`) in this subscription yet.',
      'With `log-analytics: create`: nor Log Analytics (`Microsoft.OperationalInsights`).',
    ],
    fix: 'Somebody who may runs this once, with the namespace that the run names:\n\n```sh\naz provider register --subscription <subscription-id> --namespace <namespace> --wait\n```',
  },
  'policy-denied': {
    meaning: 'An Azure Policy forbids the write. Its name is in the message.',
    causes: [
      'A tag that the policy requires is missing.',
      'The region, or a container group without a virtual network, is not allowed.',
    ],
    fix: 'Change the inputs so that the policy is met (often `tags`, `location` or `subnet-ids`), or ask its owner for an exemption.',
  },
  'scope-locked': {
    meaning: 'A lock on the resource, its group or the subscription forbids the change.',
    causes: ['A `CanNotDelete` lock stands against a delete or a replace, a `ReadOnly` lock against every write.'],
    fix: '```sh\naz lock list --query "[].{id:id, level:level}" --output table\naz lock delete --ids <id>\n```\n\nPut it back after the run.',
  },
  'quota-exceeded': {
    meaning: 'A limit of the subscription is used up: cores or groups of Container Instances, or role assignments.',
    causes: ['Other groups use the quota of the region.', 'The subscription has its 4,000 role assignments.'],
    fix: 'Ask for more in the portal (Quotas › Azure Container Instances), delete what is not needed, or choose another `location`.',
  },
} satisfies Explanations
