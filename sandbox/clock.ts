/** The sandbox's time: real time plus what a test has skipped. Services ask it and never the machine. */
export class Clock {
  #skippedMs = 0

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#skippedMs
  }

  iso(): string {
    return new Date(this.now()).toISOString()
  }

  advance(ms: number): void {
    this.#skippedMs += ms
  }
}
