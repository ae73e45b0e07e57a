import { createHash } from 'node:crypto'

/** Seeded identifiers, so that two runs with one seed give the same ids in the same order. Not for keys. */
export class Random {
  readonly #seed: string
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  guid(): string {
    this.#count += 1
    const hex = createHash('sha256').update(`${this.#seed}:${this.#count}`).digest('hex')
    const variant = ['8', '9', 'a', 'b'][Number.parseInt(hex.charAt(16), 16) % 4]
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}
