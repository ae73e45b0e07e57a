declare const addressBrand: unique symbol

/** Our stable name of one managed thing, e.g. `container-group[1]`. Not an ARM id. */
export type Address = string & { readonly [addressBrand]: true }

/**
 * A value that is never shown and that Azure never gives back. Two are compared by fingerprint.
 * `fingerprint` is null when it is not known: no record of it in Azure, or not given in this run.
 */
export type Sensitive = { readonly sensitive: true; readonly fingerprint: string | null }

/** A value that another resource gets from Azure once it exists, such as the principal of its identity. */
export type Reference = { readonly knownAfterApply: true; readonly reference: Address; readonly attribute: string }

export type Value =
  | null
  | string
  | number
  | boolean
  | Sensitive
  | Reference
  | readonly Value[]
  | { readonly [name: string]: Value }

export type Properties = { readonly [name: string]: Value }

/** One managed thing in a comparable form: defaults filled in, ids and order settled, so that equal means equal. */
export type Resource<Kind extends string = string, P extends Properties = Properties> = {
  readonly kind: Kind
  readonly address: Address
  /** The name people know it by. */
  readonly name: string
  readonly properties: P
}

/** Who may change a resource. Unmarked ones may be adopted; foreign ones stop the run. */
export type Ownership =
  | { readonly by: 'us' }
  | { readonly by: 'nobody' }
  | { readonly by: 'other'; readonly description: string }

/**
 * Is the resource in working order, on the way there, or beyond help? What is unproven works as far as one can see, but not for
 * long enough to say so. `detail` completes "it is …".
 */
export type Health =
  | { readonly is: 'ready' }
  | { readonly is: 'unproven'; readonly detail: string }
  | { readonly is: 'changing'; readonly detail: string }
  | { readonly is: 'broken'; readonly detail: string }

/** A resource as Azure has it, with what only Azure can tell. */
export type Actual<R extends Resource = Resource> = {
  readonly resource: R
  readonly armId: string
  readonly ownership: Ownership
  readonly health: Health
  /** Values such as `principal-id` that are known once the resource exists. */
  readonly attributes: Readonly<Record<string, string>>
}

export type ResourceSet<R extends Resource = Resource> = ReadonlyMap<Address, R>
export type ActualSet<R extends Resource = Resource> = ReadonlyMap<Address, Actual<R>>

export function addressOf(kind: string, key: string | number): Address {
  // The only place that makes an address, so the brand can be trusted everywhere else.
  return `${kind}[${key}]` as Address
}

export function referenceTo(reference: Address, attribute: string): Reference {
  return { knownAfterApply: true, reference, attribute }
}

export function isReference(value: Value | undefined): value is Reference {
  return typeof value === 'object' && value !== null && 'knownAfterApply' in value && value.knownAfterApply === true
}

export function sensitive(fingerprint: string | null): Sensitive {
  return { sensitive: true, fingerprint }
}

export function isSensitive(value: Value | undefined): value is Sensitive {
  return typeof value === 'object' && value !== null && 'sensitive' in value && value.sensitive === true
}
