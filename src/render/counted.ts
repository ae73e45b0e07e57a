/** "one object" or "3 objects". */
export function counted(count: number): string {
  return count === 1 ? 'one object' : `${count} objects`
}
