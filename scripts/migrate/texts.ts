/** Names and values that had better not be read by everyone with Reader on the group. */
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|PWD|KEY|CREDENTIAL|CONNECTION_?STRING|CERT|PRIVATE|SAS\b|DSN|AUTH/i
const SECRET_VALUE = /:\/\/[^/\s:@]+:[^/\s@]+@|-----BEGIN|\beyJ[\w-]+\.|AccountKey=|[?&]sig=|password=/i

export function isSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || SECRET_VALUE.test(value)
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
