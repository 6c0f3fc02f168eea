const rounding = 4 * Number.EPSILON

/**
 * Means, variances and covariance of pairs (a benchmark's return and ours), a pair at a time and without keeping any
 * (Welford 1962, Chan 1979). Two merge into what one that saw all pairs would be.
 */
export class PairMoments {
  #count = 0
  #meanX = 0
  #meanY = 0
  #xx = 0
  #yy = 0
  #xy = 0
  #largestX = 0
  #largestY = 0

  get count (): number {
    return this.#count
  }

  get meanX (): number {
    return this.#meanX
  }

  get meanY (): number {
    return this.#meanY
  }

  add (x: number, y: number): void {
    const count = ++this.#count
    const dx = x - this.#meanX
    const dy = y - this.#meanY
    this.#meanX += dx / count
    this.#meanY += dy / count
    this.#xx += dx * (x - this.#meanX)
    this.#yy += dy * (y - this.#meanY)
    this.#xy += dx * (y - this.#meanY)
    if (Math.abs(x) > this.#largestX) this.#largestX = Math.abs(x)
    if (Math.abs(y) > this.#largestY) this.#largestY = Math.abs(y)
  }

  /** Takes in all pairs `other` saw. */
  merge (other: PairMoments): void {
    if (other.#count === 0) return
    const count = this.#count + other.#count
    const dx = other.#meanX - this.#meanX
    const dy = other.#meanY - this.#meanY
    const weight = this.#count * other.#count / count
    this.#xx += other.#xx + dx * dx * weight
    this.#yy += other.#yy + dy * dy * weight
    this.#xy += other.#xy + dx * dy * weight
    this.#meanX += dx * other.#count / count
    this.#meanY += dy * other.#count / count
    this.#count = count
    this.#largestX = Math.max(this.#largestX, other.#largestX)
    this.#largestY = Math.max(this.#largestY, other.#largestY)
  }

  /** Deviation of x with n - `ddof`; 0 where what is there is rounding, NaN with too few pairs. */
  deviationX (ddof = 1): number {
    return this.#deviation(this.#xx, this.#largestX, ddof)
  }

  deviationY (ddof = 1): number {
    return this.#deviation(this.#yy, this.#largestY, ddof)
  }

  /** Sum of products over n - 1; NaN with fewer than two pairs. */
  covariance (): number {
    return this.#count > 1 ? this.#xy / (this.#count - 1) : NaN
  }

  /** Slope of y on x, exactly 0 where what is there is rounding; NaN where x does not differ. */
  slope (): number {
    if (!(this.deviationX(0) > 0)) return NaN
    return Math.abs(this.#xy) <= 4 * rounding * Math.sqrt(this.#xx * this.#yy) ? 0 : this.#xy / this.#xx
  }

  /** -1..1; NaN where either does not differ. */
  correlation (): number {
    return this.deviationX(0) > 0 && this.deviationY(0) > 0 ? this.#xy / Math.sqrt(this.#xx * this.#yy) : NaN
  }

  /** Deviation of y about the line, √(squared residuals / (n - `ddof`)); 0 where what is there is rounding. */
  residualDeviation (ddof = 2): number {
    if (!(this.deviationX(0) > 0)) return NaN
    return this.#deviation(Math.max(0, this.#yy - this.#xy * this.#xy / this.#xx), this.#largestY, ddof)
  }

  #deviation (squares: number, largest: number, ddof: number): number {
    if (this.#count <= ddof) return NaN
    const deviation = Math.sqrt(squares / (this.#count - ddof))
    return deviation <= rounding * largest ? 0 : deviation
  }
}
