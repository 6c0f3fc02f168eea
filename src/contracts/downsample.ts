import { resolutionMs, windowKey, type CounterWindow, type GaugeWindow, type HistogramWindow, type Resolution, type WindowRecord } from './window.js'

/**
 * Makes windows of a coarser (or the same) resolution of finer ones, in any order and of any mix of finer resolutions
 * that do not overlap: increments and buckets add up; a gauge's average comes from its sum and count, with the least and
 * the greatest value and the latest one. Never averages a percentile: that of a day comes from the day's buckets.
 *
 * Three minutes of a counter, increments [5, 0, 7], make one window of 5 minutes with increment 12. Steps compose:
 * 1m → 5m → 1h gives what 1m → 1h gives, to the rounding of the sums of fractions. The result is in order of time.
 * Histograms whose bounds changed on the way are kept apart: one record for each set of bounds.
 */
export function downsample (records: Iterable<WindowRecord>, resolution: Resolution): WindowRecord[] {
  const lengthMs = resolutionMs[resolution]
  const groups = new Map<string, WindowRecord[]>()
  for (const record of records) {
    const startMs = Math.floor(record.startMs / lengthMs) * lengthMs
    const bounds = record.type === 'histogram' ? record.bounds.join() : ''
    const key = `${record.type} ${bounds} ${windowKey({ ...record, resolution, startMs })}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  const merged = [...groups.values()].map(group => mergeWindows(group, resolution))
  return merged.sort((a, b) => a.startMs - b.startMs)
}

/** Merges one window or more of one series (and one set of bounds) into the window of `resolution` that holds the first. */
export function mergeWindows (records: readonly WindowRecord[], resolution: Resolution): WindowRecord {
  // In order of time, so that sums of fractions do not depend on the order in which records come.
  const inOrder = [...records].sort((a, b) => a.startMs - b.startMs)
  const first = inOrder[0]!
  const lengthMs = resolutionMs[resolution]
  const startMs = Math.floor(first.startMs / lengthMs) * lengthMs
  const window = { name: first.name, labels: first.labels, resolution, startMs, endMs: startMs + lengthMs }
  switch (first.type) {
    case 'counter': {
      const windows = inOrder as CounterWindow[]
      return { ...window, type: 'counter', increment: total(windows.map(each => each.increment)), total: windows.at(-1)!.total }
    }
    case 'gauge': {
      const windows = inOrder as GaugeWindow[]
      const sum = total(windows.map(each => each.sum))
      const count = total(windows.map(each => each.count))
      const [min, max] = [leastOf(windows.map(each => each.min)), greatestOf(windows.map(each => each.max))]
      return { ...window, type: 'gauge', avg: sum / count, min, max, last: windows.at(-1)!.last, count, sum }
    }
    case 'histogram': {
      const windows = inOrder as HistogramWindow[]
      const buckets = first.buckets.map((_, bucket) => total(windows.map(each => each.buckets[bucket]!)))
      return { ...window, type: 'histogram', bounds: first.bounds, buckets, sum: total(windows.map(each => each.sum)) }
    }
  }
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
/** NaN is a value of a gauge, and neither the least nor the greatest unless there is no other. */
const leastOf = (values: readonly number[]): number => values.reduce((least, value) => value < least || Number.isNaN(least) ? value : least)
const greatestOf = (values: readonly number[]): number => values.reduce((most, value) => value > most || Number.isNaN(most) ? value : most)
