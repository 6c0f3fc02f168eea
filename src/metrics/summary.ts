import { TDigest } from 'tdigest'
import type { Clock } from '../contracts/clock.js'
import type { BoundObserver, ExemplarLabels, LabelValues, Summary, SummaryDeclaration } from '../contracts/instruments.js'
import { Family, type FamilyContext } from './family.js'
import { Series } from './series.js'

export const DEFAULT_PERCENTILES: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]

/** A digest is folded after so many observations, which bounds its memory. */
const COMPRESS_EVERY = 1000

const SUM = 0
const COUNT = 1

/** Quantiles of a stream: over all of it, or over a window that slides in `ageBuckets` steps. */
class Quantiles {
  /** Every digest takes every observation; the first is the oldest, which is read, and is the next to be replaced. */
  readonly #digests: TDigest[]
  readonly #stepMs: number
  readonly #clock: Clock
  #steppedMs: number
  #sinceCompress = 0

  constructor (clock: Clock, maxAgeSeconds: number | undefined, ageBuckets: number | undefined) {
    const windowed = maxAgeSeconds !== undefined && ageBuckets !== undefined
    this.#digests = Array.from({ length: windowed ? ageBuckets : 1 }, () => new TDigest())
    this.#stepMs = windowed ? maxAgeSeconds * 1000 / ageBuckets : Infinity
    this.#clock = clock
    this.#steppedMs = clock.nowMs()
  }

  push (value: number): void {
    this.#step()
    const compress = ++this.#sinceCompress % COMPRESS_EVERY === 0
    for (const digest of this.#digests) {
      digest.push(value)
      if (compress) digest.compress()
    }
  }

  /** Clients of Prometheus say NaN where there is nothing to say. */
  at (quantile: number): number {
    return this.#digests[0]!.percentile(quantile) ?? NaN
  }

  /** Brings the window up to now and folds what is new, so that quantiles may be read. */
  settle (): void {
    this.#step()
    this.#digests[0]!.compress()
  }

  #step (): void {
    // After a long silence all digests are stale: no need to step through every one that would have been.
    const steps = Math.min(this.#digests.length, Math.floor((this.#clock.nowMs() - this.#steppedMs) / this.#stepMs))
    if (steps <= 0) return
    for (let i = 0; i < steps; i++) {
      this.#digests.shift()
      this.#digests.push(new TDigest())
    }
    this.#steppedMs += Math.floor((this.#clock.nowMs() - this.#steppedMs) / this.#stepMs) * this.#stepMs
  }
}

/** A summary's child. Its row holds the sum and the count; the quantiles come from a digest. */
export class SummarySeries extends Series implements BoundObserver {
  readonly family: SummaryFamily
  readonly quantiles: Quantiles

  constructor (family: SummaryFamily, quantiles: Quantiles, cells: Float64Array, start: number, slot: number) {
    super(cells, start, slot)
    this.family = family
    this.quantiles = quantiles
  }

  get sum (): number {
    return this.cells[this.start + SUM]!
  }

  get count (): number {
    return this.cells[this.start + COUNT]!
  }

  observe (value: number, exemplar?: ExemplarLabels): void {
    if (typeof value !== 'number' || value - value !== 0) {
      this.family.context.dropped(this.family, 'invalid_value')
      return
    }
    this.quantiles.push(value)
    this.cells[this.start + SUM]! += value
    this.cells[this.start + COUNT]! += 1
    // OpenMetrics has no exemplars for summaries: it is counted, the observation stands.
    if (exemplar !== undefined) this.family.context.dropped(this.family, 'invalid_exemplar')
  }
}

/** A distribution by quantiles. Quantiles cannot be merged over processes: prefer a histogram. */
export class SummaryFamily extends Family<SummarySeries> implements Summary<never> {
  readonly type = 'summary'
  readonly percentiles: readonly number[]
  readonly #labelled: boolean
  readonly #declaration: SummaryDeclaration

  constructor (declaration: SummaryDeclaration, context: FamilyContext) {
    super(declaration, 2, context)
    this.#declaration = declaration
    this.percentiles = Object.freeze([...declaration.percentiles ?? DEFAULT_PERCENTILES])
    this.#labelled = this.labelNames.length > 0
    this.initialise()
  }

  protected makeSeries (cells: Float64Array, start: number, slot: number): SummarySeries {
    const { maxAgeSeconds, ageBuckets } = this.#declaration
    return new SummarySeries(this, new Quantiles(this.context.clock, maxAgeSeconds, ageBuckets), cells, start, slot)
  }

  labels (values: LabelValues<never>): BoundObserver {
    return this.at(values)
  }

  observe (...args: [value: number, exemplar?: ExemplarLabels]): void
  observe (first: unknown, second?: unknown, third?: unknown): void {
    if (this.#labelled) this.at(first as LabelValues<never>).observe(second as number, third as ExemplarLabels)
    else this.series[0]!.observe(first as number, second as ExemplarLabels)
  }
}
