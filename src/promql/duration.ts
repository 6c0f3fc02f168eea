import { goQuote } from './go-text.js'

/** Units from the largest to the smallest, as they have to follow one another. */
const UNITS: ReadonlyArray<readonly [name: string, ms: number]> = [
  ['y', 365 * 86_400_000], ['w', 7 * 86_400_000], ['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]
]

/** The longest duration that a Go `time.Duration` holds, in nanoseconds: some 292 years. */
const MAX_NS = 2n ** 63n - 1n

/** The same in seconds, the bound of the durations of ranges and offsets. */
export const MAX_DURATION_SECONDS = 2 ** 63 / 1e9

/**
 * Milliseconds of a Prometheus duration (`1h30m`, `5m`, `100ms`, `0`); the message why it is none, otherwise
 * (`model.ParseDuration` of prometheus/common).
 */
export function parseDuration (text: string): number | string {
  if (text === '0') return 0
  if (text === '') return 'empty duration string'
  if (!/^\d/.test(text)) return `not a valid duration string: ${goQuote(text)}`
  let totalNs = 0n
  let last = -1
  for (const [, digits, name] of text.matchAll(/(\d+)(\D*)/g)) {
    const count = digits!.replace(/^0+(?=.)/, '')
    if (name === '' || count.length > 20 || BigInt(count) >= 2n ** 64n) return `not a valid duration string: ${goQuote(text)}`
    const unit = UNITS.findIndex(([known]) => known === name)
    if (unit < 0) return `unknown unit ${goQuote(name!)} in duration ${goQuote(text)}`
    if (unit <= last) return `not a valid duration string: ${goQuote(text)}`
    last = unit
    totalNs += BigInt(count) * BigInt(UNITS[unit]![1]) * 1_000_000n
    if (totalNs > MAX_NS) return 'duration out of range'
  }
  return Number(totalNs / 1_000_000n)
}

/** A duration of milliseconds, 0 or more, as Prometheus prints it: 5400000 is `1h30m`, 90 days stay `90d`, 0 is `0s`. */
export function formatDuration (ms: number): string {
  let rest = Math.trunc(ms)
  if (rest === 0) return '0s'
  let text = ''
  for (const [name, unitMs] of UNITS) {
    // Years and weeks only where nothing is left over: 90d reads easier than 12w6d.
    if ((name === 'y' || name === 'w') && rest % unitMs !== 0) continue
    const count = Math.floor(rest / unitMs)
    if (count > 0) text += `${count}${name}`
    rest -= count * unitMs
  }
  return text
}

/** Whole milliseconds of seconds as the parser of Prometheus takes them: by way of rounded nanoseconds. */
export function msOfSeconds (seconds: number): number {
  // What Go on amd64 makes of `offset nan`.
  if (Number.isNaN(seconds)) return -9_223_372_036_854
  const ns = Math.abs(seconds) * 1e9
  const ms = Math.trunc(Math.round(ns) / 1e6)
  return seconds < 0 ? -ms : ms
}
