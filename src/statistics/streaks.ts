/** Runs of wins and of losses; a 0 ends either. Two merge when the other saw what follows. */
export class Streaks {
  #count = 0
  #sign = 0
  #run = 0
  #firstSign = 0
  #firstRun = 0
  #longestWins = 0
  #longestLosses = 0

  /** Wins in a row now (negative: losses), 0 after a break-even and before the first trade. */
  get current (): number {
    return this.#sign * this.#run
  }

  get longestWins (): number {
    return this.#longestWins
  }

  get longestLosses (): number {
    return this.#longestLosses
  }

  add (pnl: number): void {
    this.#extend(pnl > 0 ? 1 : pnl < 0 ? -1 : 0, 1)
    if (this.#run === ++this.#count) {
      this.#firstSign = this.#sign
      this.#firstRun = this.#run
    }
  }

  merge (next: Streaks): void {
    if (next.#count === 0) return
    const isOneRun = this.#run === this.#count
    this.#extend(next.#firstSign, next.#firstRun)
    if (isOneRun && (this.#count === 0 || this.#sign === this.#firstSign)) {
      this.#firstSign = this.#sign
      this.#firstRun = this.#run
    }
    this.#count += next.#count
    if (next.#firstRun < next.#count) {
      this.#sign = next.#sign
      this.#run = next.#run
    }
    this.#longestWins = Math.max(this.#longestWins, next.#longestWins)
    this.#longestLosses = Math.max(this.#longestLosses, next.#longestLosses)
  }

  #extend (sign: number, by: number): void {
    this.#run = sign === this.#sign ? this.#run + by : by
    this.#sign = sign
    if (sign > 0) this.#longestWins = Math.max(this.#longestWins, this.#run)
    else if (sign < 0) this.#longestLosses = Math.max(this.#longestLosses, this.#run)
  }
}
