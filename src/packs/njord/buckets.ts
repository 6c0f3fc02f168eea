/** Checks and computations in the process: 10 µs to 1 s. */
export const workBuckets = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1
] as const

/** Round trips to a venue: 10 µs (co-located, or paper) to 5 minutes (a resting or a sliced order). */
export const venueBuckets = [
  0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
] as const

/** Basis points on both sides of 0: positive is a cost to us. */
export const costBuckets = [-100, -50, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 50, 100, 200] as const

/** Money, nine decades: from dust to a block trade, in currencies as unlike as ether and yen. */
export const moneyBuckets = [0.01, 0.1, 1, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 10_000_000] as const
