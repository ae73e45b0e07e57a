import type { Apono } from './apono/client.ts'
import type { Azure } from './azure/azure.ts'
import type { Host } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import { atMost, type Patience } from './patience.ts'

/** Everything outside that a run talks to. */
export type Services = {
  readonly azure: Azure
  /** Only where a token for it was given. */
  readonly apono: Apono | undefined
  readonly patience: Patience
}

/** HTTP and Azure's SDKs are heavy: they load only here, once the inputs are known to be right. */
export async function connectServices(inputs: Inputs, host: Host, patience: Patience): Promise<Services> {
  host.keepTo(patience)
  const [{ connect }, { aponoAt }, { createHttp }] = await Promise.all([
    import('./azure/connect.ts'),
    import('./apono/client.ts'),
    import('./http.ts'),
  ])
  const { aponoApiToken: token, aponoApiUrl: url } = inputs
  const apono =
    token === undefined ? undefined : aponoAt(url, token, (seconds) => createHttp(atMost(patience, seconds)))
  return { azure: await connect(inputs, host, patience), apono, patience }
}
