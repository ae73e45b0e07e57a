import type { Finding } from './cell.ts'

/** What the cells of the matrix ended in, by class of fault. */
export function reportOf(findings: readonly Finding[], seconds: number): string {
  const failed = findings.filter(({ problem }) => problem !== undefined).length
  const byClass = [...Map.groupBy(findings, ({ cell }) => cell.fault.name)]
  const byOperation = [...Map.groupBy(findings, ({ operation }) => operation)]
  return [
    `Fault matrix: ${findings.length} cells in ${seconds.toFixed(0)} s, ${failed} of them with a problem`,
    `  operations: ${byOperation.map(([name, { length }]) => `${name} ${length}`).join(', ')}`,
    ...byClass.map(([name, cells]) => `  ${name}: ${endsOf(cells)}`),
  ].join('\n')
}

function endsOf(cells: readonly Finding[]): string {
  const ends = [...Map.groupBy(cells, ({ end }) => end)].map(([end, { length }]) => `${length} ${end}`)
  return ends.sort().join(', ')
}
