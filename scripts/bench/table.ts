export type Row = {
  readonly name: string
  readonly value: string
  readonly ratio?: string
  readonly aim?: string
  readonly met?: boolean
}

export type Section = { readonly title: string; readonly rows: readonly Row[] }

/** Plain text, aligned for a terminal; numbers to the right. */
export function rendered(sections: readonly Section[]): string {
  const rows = sections.flatMap((section) => section.rows)
  const width = (text: (row: Row) => string) => Math.max(...rows.map((row) => text(row).length))
  const name = width((row) => row.name)
  const value = width((row) => row.value)
  const ratio = width(({ ratio: text = '' }) => text)
  const line = (row: Row) =>
    [`  ${row.name.padEnd(name)}`, row.value.padStart(value), (row.ratio ?? '').padStart(ratio), aimOf(row)]
      .join('   ')
      .trimEnd()
  return `${sections.map(({ title, rows: own }) => [title, ...own.map(line)].join('\n')).join('\n\n')}\n`
}

/** The same as Markdown, for docs/performance.md. */
export function asMarkdown(sections: readonly Section[]): string {
  const row = (each: Row) => `| ${each.name} | ${each.value} | ${each.ratio ?? ''} | ${aimOf(each)} |`
  const tables = sections.map(({ title, rows }) =>
    [`### ${title}`, '', '| | | | |', '|---|--:|--:|---|', ...rows.map(row)].join('\n'),
  )
  return `${tables.join('\n\n')}\n`
}

function aimOf({ aim, met }: Row): string {
  if (aim === undefined) return ''
  return `aim ${aim}: ${met ? 'met' : 'MISSED'}`
}
