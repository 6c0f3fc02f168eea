declare module 'tdigest' {
  /** Values that were folded into one: their mean, and how many they are. */
  export interface Centroid {
    readonly mean: number
    readonly n: number
  }

  /** Dunning and Ertl's t-digest: quantiles of a stream in bounded memory. */
  export class TDigest {
    /**
     * @param delta the most that one centroid may hold, as a share of all
     * @param K compress by itself past `K / delta` centroids; 0 never
     */
    constructor (delta?: number, K?: number)
    push (value: number): void
    push_centroid (centroid: Centroid): void
    /** The centroids by their means. */
    toArray (): Centroid[]
    reset (): void
  }
}
