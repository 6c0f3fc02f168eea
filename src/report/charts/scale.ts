/** Maps values of a domain onto a range of pixels, linearly. */
export function linearScale ([low, high]: readonly [number, number], [from, to]: readonly [number, number]): (value: number) => number {
  const slope = high === low ? 0 : (to - from) / (high - low)
  return value => slope === 0 ? (from + to) / 2 : from + (value - low) * slope
}

/** Round values (1, 2, 2.5 or 5 times a power of ten apart), about `count` of them, that enclose `low` to `high`. */
export function niceTicks (low: number, high: number, count = 5): number[] {
  if (!(high > low)) [low, high] = low === 0 ? [-1, 1] : [low - Math.abs(low) * 0.01, low + Math.abs(low) * 0.01]
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 2.5, 5].find(factor => factor * power >= rough * 0.999) ?? 10)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  // Of multiples, so that 3 × 0.1 is 0.3.
  const digits = Math.max(0, -Math.floor(Math.log10(step)) + 1)
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(Math.min(20, digits))))
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const steps = [
  ...[1, 2, 5, 10, 15, 30].map(count => count * minute), ...[1, 2, 3, 6, 12].map(count => count * hour), ...[1, 2, 3, 7, 14].map(count => count * day)
]

export interface TimeTick {
  readonly atMs: number
  readonly label: string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Round times (UTC) between two, about `count` of them: minutes, hours, days, weeks on Mondays, months, years. */
export function timeTicks (fromMs: number, toMs: number, count = 8): TimeTick[] {
  const rough = (toMs - fromMs) / count
  const step = steps.find(length => length >= rough * 0.7)
  if (step === undefined) return monthTicks(fromMs, toMs, Math.max(1, Math.ceil(rough / (30.4 * day))))
  // The epoch was a Thursday; weeks begin on Mondays.
  const offset = step >= 7 * day ? 4 * day : 0
  const ticks: TimeTick[] = []
  for (let at = Math.ceil((fromMs - offset) / step) * step + offset; at <= toMs; at += step) ticks.push({ atMs: at, label: timeLabel(at, step) })
  return ticks
}

function timeLabel (atMs: number, step: number): string {
  const date = new Date(atMs)
  const dayLabel = `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
  return step >= day || atMs % day === 0 ? dayLabel : date.toISOString().slice(11, 16)
}

function monthTicks (fromMs: number, toMs: number, every: number): TimeTick[] {
  const step = [1, 2, 3, 6, 12].find(months => months >= every) ?? Math.ceil(every / 12) * 12
  const start = new Date(fromMs)
  const ticks: TimeTick[] = []
  for (let month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
    const atMs = Date.UTC(Math.floor(month / 12), month % 12)
    if (atMs > toMs) return ticks
    if (atMs >= fromMs) ticks.push({ atMs, label: month % 12 === 0 ? String(month / 12) : months[month % 12]! })
  }
}
