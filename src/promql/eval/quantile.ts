/** The q-quantile of the values, between the two nearest; NaN of none, -Inf below 0, +Inf above 1. Sorts them, NaN first. */
export function quantile (q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  sortNanFirst(values)
  const rank = q * (values.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(values.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return values[lower]! * (1 - weight) + values[upper]! * weight
}

function sortNanFirst (values: Float64Array): void {
  values.sort() // NaN last
  let nans = 0
  while (nans < values.length && Number.isNaN(values[values.length - 1 - nans]!)) nans++
  if (nans === 0) return
  values.copyWithin(nans, 0, values.length - nans)
  values.fill(NaN, 0, nans)
}
