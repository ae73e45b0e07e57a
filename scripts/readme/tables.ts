type Described = { readonly description: string }
type Input = Described & { readonly default?: string; readonly required?: boolean }

/** What action.yml declares. */
export type Contract = {
  readonly inputs: Readonly<Record<string, Input>>
  readonly outputs: Readonly<Record<string, Described>>
}

/** The README with its tables as action.yml has them. @throws Error when a place for a table is missing. */
export function withTables(readme: string, { inputs, outputs }: Contract): string {
  return inPlace(inPlace(readme, 'inputs', inputsTable(inputs)), 'outputs', outputsTable(outputs))
}

function inputsTable(inputs: Contract['inputs']): string {
  const rows = Object.entries(inputs).map(([name, { default: text, required, description }]) => {
    const value = (text ?? '') === '' ? (required ? 'required' : '–') : `\`${text}\``
    return `| \`${name}\` | ${value} | ${cell(description)} |`
  })
  return ['| input | default | |', '|---|---|---|', ...rows].join('\n')
}

function outputsTable(outputs: Contract['outputs']): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`)
  return ['| output | |', '|---|---|', ...rows].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim()
}

function inPlace(page: string, name: string, table: string): string {
  const begins = `<!-- ${name}: npm run docs -->`
  const ends = `<!-- /${name} -->`
  const place = new RegExp(`(${begins}\n)[\\s\\S]*?(${ends})`)
  if (!place.test(page)) throw new Error(`README.md has no place for its table of ${name}: ${begins} … ${ends}`)
  // A function, as a table may hold what String.replace takes for a pattern.
  return page.replace(place, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
}
