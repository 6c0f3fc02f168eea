/** An exponential moving average, the first value its start; `length` is its memory in values (weight 2 / (length + 1)). */
export class MovingAverage {
  readonly #weight: number
  /** `NaN` before the first value. */
  value = NaN

  constructor (length: number) {
    this.#weight = 2 / (length + 1)
  }

  /** Takes in the next value and returns the average with it. */
  add (next: number): number {
    this.value = Number.isNaN(this.value) ? next : this.value + this.#weight * (next - this.value)
    return this.value
  }
}
