import type { Labels } from './labels.js'

/** One condition on a label, as in `{job="njord"}`. An absent label has the value `''`. */
export interface Matcher {
  readonly name: string
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
  /** The only values that it can match, where they are known (`="a"`, `=~"a|b"`): an index looks them up instead of trying all. */
  readonly literals?: readonly string[]
  /** Whether a label value satisfies it. Regular expressions are RE2 and match the whole value. */
  matches (value: string): boolean
}

/** Samples of one series, oldest first; the arrays may be longer than `length`. */
export interface Samples {
  readonly length: number
  /** Milliseconds since the Unix epoch, strictly ascending. */
  readonly timestamps: Float64Array
  readonly values: Float64Array
  /** 1 where the sample is a staleness mark (its value means nothing); `undefined` where there is none. */
  readonly stale: Uint8Array | undefined
}

export interface SelectedSeries {
  readonly labels: Labels
  /** The samples with `startMs <= timestamp <= endMs` of the selection. Belongs to the caller. */
  read (): Samples
}

export interface Selection {
  readonly matchers: readonly Matcher[]
  /** Both ends inclusive, milliseconds since the Unix epoch. */
  readonly startMs: number
  readonly endMs: number
  /** Distance of the points that the query evaluates, for sources that keep several resolutions; 0 for an instant query. */
  readonly stepMs: number
  /** Length of the range of a range selector in milliseconds; 0 for an instant selector. */
  readonly rangeMs: number
}

/** What can be queried: the store in memory, the journal, or both behind one another. */
export interface Queryable {
  /** Every series with a sample in the window that satisfies all matchers, in any order. Each label set once. */
  select (selection: Selection, signal?: AbortSignal): readonly SelectedSeries[] | Promise<readonly SelectedSeries[]>
  /** Names of the labels of the series that match (all, without matchers), sorted. */
  labelNames (matchers: readonly Matcher[], startMs: number, endMs: number): readonly string[] | Promise<readonly string[]>
  /** Values of one label among the series that match, sorted. */
  labelValues (name: string, matchers: readonly Matcher[], startMs: number, endMs: number): readonly string[] | Promise<readonly string[]>
  /** The label sets that match. */
  series (matchers: readonly Matcher[], startMs: number, endMs: number): readonly Labels[] | Promise<readonly Labels[]>
}
