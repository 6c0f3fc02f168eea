/** A line has about so many points, a thousand at most; what comes closer together than that replaces the last one. */
const mostPoints = 720

/** The recent past of each line of the charts: times ascending, in milliseconds since the Unix epoch; NaN where there is no value. */
export class Lines {
  rangeMs = 3_600_000
  #columns = new Map()
  #held

  /** Starts over with what the server remembers. */
  load (history, rangeMs) {
    this.#columns.clear()
    this.rangeMs = rangeMs
    if (history === undefined) return
    const { startMs, stepMs, columns } = history
    for (const key of Object.keys(columns)) {
      const values = columns[key]
      const first = values.findIndex(value => value !== null)
      if (first === -1) continue
      const column = this.#column(key)
      for (let i = first; i < values.length; i++) {
        column.times.push(startMs + i * stepMs)
        column.values.push(values[i] ?? NaN)
      }
    }
  }

  /** What is read stands still from now on, whatever comes, until it is let go. */
  hold () {
    this.#held = new Map([...this.#columns].map(([key, { times, values }]) => [key, { times: [...times], values: [...values] }]))
  }

  letGo () {
    this.#held = undefined
  }

  /** Takes in the newest values; `null` says that there is none just now. */
  append (atMs, points) {
    for (const key of Object.keys(points)) {
      const { times, values } = this.#column(key)
      const last = times.length - 1
      // A clock that was set back, or a replay that began anew: what there was is of another time.
      if (last >= 0 && atMs < times[last]) times.length = values.length = 0
      if (times.length > 1 && atMs - times[times.length - 2] < this.rangeMs / mostPoints) {
        times[times.length - 1] = atMs
        values[values.length - 1] = points[key] ?? NaN
      } else {
        times.push(atMs)
        values.push(points[key] ?? NaN)
      }
      const old = times.findIndex(time => time >= atMs - this.rangeMs)
      // Now and then, for it moves the rest.
      if (old > 60) {
        times.splice(0, old - 1)
        values.splice(0, old - 1)
      }
    }
  }

  /** The points of a line; empty when there is none. */
  of (key) {
    return (this.#held ?? this.#columns).get(key) ?? { times: [], values: [] }
  }

  /** The time of the earliest point of some lines; `Infinity` without any. */
  startMs (keys) {
    return Math.min(...keys.map(key => this.of(key).times[0] ?? Infinity))
  }

  /** The value of a line at a time: that of the last point up to it; `undefined` before the first one. */
  at (key, atMs) {
    const { times, values } = this.of(key)
    const index = indexAt(times, atMs)
    return index === -1 ? undefined : values[index]
  }

  #column (key) {
    let column = this.#columns.get(key)
    if (column === undefined) this.#columns.set(key, column = { times: [], values: [] })
    return column
  }
}

/** The index of the last time that is not after `atMs`, or -1. */
export function indexAt (times, atMs) {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle] <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}
