import { TDigest } from 'tdigest'
import type { Clock } from '../contracts/clock.js'

/** A digest is folded after so many observations, which bounds its memory. */
const COMPRESS_EVERY = 1000
/** A centroid may hold up to 1 % of the observations around the median, and fewer towards the ends. */
const DELTA = 0.01

/**
 * Quantiles of a stream: over all of it, or over a window that slides in `ageBuckets` steps. The same observations at
 * the same times give the same quantiles, however often they are read: the library's own folding draws random numbers,
 * and its reading moves the estimates on which later folding rests, so neither is used.
 */
export class Quantiles {
  readonly #percentiles: readonly number[]
  /** Every digest takes every observation; the first is the oldest, which is read, and is the next to be replaced. */
  readonly #digests: TDigest[]
  readonly #stepSeconds: number
  readonly #clock: Clock
  #steppedSeconds: number
  #sinceCompress = 0
  /** By percentile, while nothing was observed since; `undefined` when they must be worked out anew. */
  #known: readonly number[] | undefined

  constructor (clock: Clock, percentiles: readonly number[], maxAgeSeconds?: number, ageBuckets?: number) {
    const windowed = maxAgeSeconds !== undefined && ageBuckets !== undefined
    this.#percentiles = percentiles
    this.#digests = Array.from({ length: windowed ? ageBuckets : 1 }, newDigest)
    this.#stepSeconds = windowed ? maxAgeSeconds / ageBuckets : Infinity
    this.#clock = clock
    this.#steppedSeconds = clock.monotonicSeconds()
  }

  push (value: number): void {
    this.#step()
    this.#known = undefined
    for (const digest of this.#digests) digest.push(value)
    if (++this.#sinceCompress % COMPRESS_EVERY === 0) this.#digests.forEach(compress)
  }

  /** The values at the percentiles, in their order; NaN, as clients of Prometheus say, where there is nothing to say. */
  read (): readonly number[] {
    this.#step()
    this.#known ??= valuesAt(this.#percentiles, this.#digests[0]!.toArray())
    return this.#known
  }

  /** Forgets every observation. */
  clear (): void {
    this.#digests.splice(0, this.#digests.length, ...this.#digests.map(newDigest))
    this.#known = undefined
  }

  #step (): void {
    const due = Math.floor((this.#clock.monotonicSeconds() - this.#steppedSeconds) / this.#stepSeconds)
    if (due <= 0) return
    this.#steppedSeconds += due * this.#stepSeconds
    // After a long silence all digests are stale: no need to step through every one that would have been.
    for (let i = 0; i < Math.min(this.#digests.length, due); i++) {
      this.#digests.shift()
      this.#digests.push(newDigest())
    }
    this.#known = undefined
  }
}

function newDigest (): TDigest {
  return new TDigest(DELTA, 0)
}

/** Takes the centroids in again in a shuffled order, the same for as many: a digest of rising values folds badly otherwise. */
function compress (digest: TDigest): void {
  const centroids = digest.toArray()
  digest.reset()
  let random = 1
  for (let left = centroids.length; left > 0; left--) {
    random = random * 48271 % 0x7fffffff
    const at = random % left
    const centroid = centroids[at]!
    centroids[at] = centroids[left - 1]!
    digest.push_centroid(centroid)
  }
}

/** The values at `percentiles`, interpolated between the means of the centroids; half of each lies on either side of its mean. */
function valuesAt (percentiles: readonly number[], centroids: ReturnType<TDigest['toArray']>): number[] {
  let total = 0
  const ranks = centroids.map(({ n }) => {
    total += n
    return total - n / 2
  })
  return percentiles.map(percentile => {
    const rank = total * percentile
    const next = ranks.findIndex(other => other > rank)
    if (next === -1) return centroids.at(-1)?.mean ?? NaN
    const upper = centroids[next]!
    if (next === 0) return upper.mean
    const lower = centroids[next - 1]!
    const share = (rank - ranks[next - 1]!) / (ranks[next]! - ranks[next - 1]!)
    return share === 0 ? lower.mean : lower.mean + share * (upper.mean - lower.mean)
  })
}
