/** Names that say their value is a secret. */
const SECRET_NAME =
  /TOKEN|SECRET|PASS|PWD|\bPIN\b|KEY|CREDENTIAL|CONNECTION_?STRING|CERT|PRIVATE|SAS\b|DSN|AUTH|WEBHOOK|PAT\b/i
const SECRET_VALUE = /:\/\/[^/\s:@]+:[^/\s@]+@|-----BEGIN|\beyJ[\w-]+\.|AccountKey=|[?&]sig=|password=|\bgh[a-z]_\w+/i

/** Names that are known to hold no secret, and values that cannot be one. */
const OPEN_NAME = /^(LOG_LEVEL|TZ|LANG|LC_\w+|(HTTPS?|NO|ALL)_PROXY)$/i
const OPEN_VALUE = /^(true|false|yes|no|on|off|\d{1,5}|trace|debug|info|warn|warning|error)$/i

/** Whether a variable may be shown. Nobody can tell what a value is of which nothing is known, so it counts as a secret. */
export function isOpen(name: string, value: string): boolean {
  if (SECRET_NAME.test(name) || looksSecret(value)) return false
  return OPEN_NAME.test(name) || OPEN_VALUE.test(value)
}

export function looksSecret(value: string): boolean {
  return SECRET_VALUE.test(value)
}

/** Where a secret of a variable may be kept; GitHub keeps names with its own prefix to itself. */
export function secretLines(names: readonly string[]): string {
  return lines(names.map((name) => `${name}=\${{ secrets.${name.replace(/^GITHUB_/i, 'CONNECTOR_GITHUB_')} }}`))
}

/** Lines of KEY=VALUE where that carries every value as it is; JSON otherwise. */
export function keyValueText(entries: readonly (readonly [name: string, value: string])[]): string {
  const isPlain = entries.every(([name, value]) => /^[A-Za-z_][\w.-]*$/.test(name) && !/[\r\n]/.test(value))
  const text = isPlain
    ? lines(entries.map(([name, value]) => `${name}=${value}`))
    : `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`
  return literal(text)
}

/** GitHub evaluates what looks like an expression; here it is text. */
function literal(text: string): string {
  return text.replaceAll('${{', "${{ '${{' }}")
}

export function lines(items: readonly string[]): string {
  const [first = '', ...more] = items
  return more.length === 0 ? first : items.map((item) => `${item}\n`).join('')
}
