/** Lengths of the windows that metrics are rolled up into, the finest first. */
export const resolutions = ['1m', '5m', '1h', '1d'] as const
export type Resolution = typeof resolutions[number]

/** The length of a window of each resolution in milliseconds. Windows start at multiples of it since the Unix epoch (UTC). */
export const resolutionMs: Readonly<Record<Resolution, number>> = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 }

interface WindowOf<T extends string> {
  /** The metric's name, as it is exposed: a counter's ends in `_total`, a histogram's has no suffix. */
  readonly name: string
  /** Every label of the series, `le` not among them; no empty values. */
  readonly labels: Readonly<Record<string, string>>
  readonly type: T
  readonly resolution: Resolution
  /** Milliseconds since the Unix epoch, a multiple of the resolution; belongs to the window. */
  readonly startMs: number
  /** `startMs` plus the resolution; belongs to the next window. */
  readonly endMs: number
}

/** What a counter gained: never negative, whatever restarted meanwhile. A window without a gain has no record. */
export interface CounterWindow extends WindowOf<'counter'> {
  /** What was added in the window. Increments of windows next to one another add up. */
  readonly increment: number
  /** The running total at the end of the window, as the aggregator knew it. */
  readonly total: number
}

/** What a gauge was. Several windows make one: `sum` and `count` add up, `avg = sum / count`, `last` is that of the latest. */
export interface GaugeWindow extends WindowOf<'gauge'> {
  readonly avg: number
  readonly min: number
  readonly max: number
  /** The latest sample of the window. */
  readonly last: number
  /** How many samples; 1 or more. */
  readonly count: number
  readonly sum: number
}

/** What a histogram gained: values [5, 30, 15] with bounds [10, 20] give buckets [1, 1, 1] and sum 50. */
export interface HistogramWindow extends WindowOf<'histogram'> {
  /** Upper bounds, ascending, without `+Inf`. */
  readonly bounds: readonly number[]
  /** Observations by bucket in the window, not cumulative; one more than bounds: the last is past every bound. */
  readonly buckets: readonly number[]
  /** The sum of the observations of the window (negative observations may make it negative). */
  readonly sum: number
}

/** One closed window of one series. Gauge values may be NaN or infinite; all other numbers are finite. */
export type WindowRecord = CounterWindow | GaugeWindow | HistogramWindow

/** A key that two records share if and only if they are of the same series, resolution and start. */
export function windowKey ({ name, labels, resolution, startMs }: WindowRecord): string {
  return JSON.stringify([resolution, startMs, name, ...Object.keys(labels).sort().flatMap(label => [label, labels[label]])])
}

/** Takes closed windows: the journal, or a memory of them. Each window of a series is written once and never again. */
export interface WindowSink {
  /** Takes records over, those of one resolution and start together. Never throws and never blocks for long. */
  write (records: readonly WindowRecord[]): void
  /** Resolves once all that was written so far survives the end of the process (`kill -9`). Without it: at once. */
  flush? (): Promise<void>
  /**
   * The {@link windowKey}s of the records of these windows that are there: asked after a crash between `write` and the
   * note that it was done, so that nothing is written twice. Without it, they count as not written.
   */
  held? (resolution: Resolution, startMs: number): Promise<ReadonlySet<string>>
}
