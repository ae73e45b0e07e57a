import type { Control } from './control.ts'
import { bodyReader, closed, done, text } from './control-body.ts'
import { created, empty, route } from './control-route.ts'
import type { NewSecret } from './key-vault/vault.ts'
import type { Route } from './protocol.ts'

const seconds = { type: 'integer', minimum: 0 }
const secretSchema = closed(
  { vault: text, name: text, value: { type: 'string' }, enabled: { type: 'boolean' }, nbf: seconds, exp: seconds },
  'vault',
  'name',
  'value',
)

/** Vaults and what is in them. */
export function vaultRoutes(control: Control): Route[] {
  const secret = bodyReader<NewSecret>(secretSchema)
  const firewall = bodyReader<{ readonly open: boolean }>(closed({ open: { type: 'boolean' } }, 'open'))
  return [
    route('POST', '/secrets', (call) => created({ id: control.setSecret(secret(call)) })),
    route('DELETE', '/vaults/{vault}/secrets/{name}', ({ params: { vault = '', name = '' } }) =>
      done(control.deleteSecret(vault, name), `secret '${name}'`),
    ),
    route('PUT', '/vaults/{vault}/firewall', (call) => {
      const { vault = '' } = call.params
      return empty(() => control.setVaultFirewall(vault, firewall(call).open))
    }),
  ]
}
