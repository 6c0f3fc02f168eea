declare module 'tdigest' {
  /** Dunning and Ertl's t-digest: quantiles of a stream in bounded memory. */
  export class TDigest {
    push (value: number): void
    /** Folds what came since into the centroids. */
    compress (): void
    /** The value at `quantile` (0..1); `undefined` when nothing was pushed. */
    percentile (quantile: number): number | undefined
    size (): number
  }
}
