/**
 * A running sum that carries its rounding errors along (Neumaier 1974), so that a million additions lose no more than
 * one: 1, 1e100, 1 and -1e100 give 2, where plain addition gives 0.
 */
export class CompensatedSum {
  #sum = 0
  #error = 0

  get value (): number {
    return this.#sum + this.#error
  }

  add (term: number): void {
    const sum = this.#sum
    const next = sum + term
    this.#error += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum
    this.#sum = next
  }

  /** Takes out one term and puts in another: a part of the total has a new value. */
  replace (old: number, term: number): void {
    if (old === term) return
    this.add(-old)
    this.add(term)
  }

  /** Back to exactly 0. */
  reset (): void {
    this.#sum = this.#error = 0
  }
}
