/** What a write needs and nobody may see. It never stands in a plan. */
export type Secrets = {
  /** The connector's token, which is the registry password too. */
  readonly token: string
  /** Values of the secure variables by name. */
  readonly environment: Readonly<Record<string, string>>
  /** Password of a registry of one's own. */
  readonly registryPassword?: string | undefined
  /** With which Container Instances sends logs. */
  readonly workspaceKey?: string | undefined
}

/** The token as far as this run may know it, and in sentences why it does not. */
export type TokenReading = { readonly token: string | undefined; readonly notes: readonly string[] }
