/** The language of conditions on who may assign roles: https://learn.microsoft.com/azure/role-based-access-control/conditions-format */
export const attributes = ['RoleDefinitionId', 'PrincipalId', 'PrincipalType'] as const
export type Attribute = (typeof attributes)[number]

export const quantifiers = ['ForAnyOfAnyValues', 'ForAllOfAnyValues', 'ForAnyOfAllValues', 'ForAllOfAllValues'] as const
export type Quantifier = (typeof quantifiers)[number]

export const operators = [
  'GuidEquals',
  'GuidNotEquals',
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
] as const
export type Operator = (typeof operators)[number]

export type Comparison = {
  readonly kind: 'comparison'
  /** `Request` speaks of the assignment to be written, `Resource` of one that is there. */
  readonly source: 'Request' | 'Resource'
  readonly attribute: Attribute
  readonly quantifier: Quantifier
  readonly operator: Operator
  readonly values: readonly string[]
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'action'; readonly pattern: string }
  | Comparison
