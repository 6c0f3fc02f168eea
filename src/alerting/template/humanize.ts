import { formatShort } from '../../promql/go-number.js'
import { formatFloat } from './format-value.js'
import { GoTime } from './go-time.js'

const short = (value: number): string => formatFloat('g', value, 4)

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const binary = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

/** Four digits and a metric prefix: 1234567 is `1.235M`. */
export function humanize (value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value)
  return Math.abs(value) >= 1 ? scaled(value, 1000, large) : reduced(value)
}

/** Four digits and a binary prefix: 2048 is `2ki`. */
export function humanize1024 (value: number): string {
  return Math.abs(value) <= 1 || !Number.isFinite(value) ? short(value) : scaled(value, 1024, binary)
}

/** 0.01234 is `1.234%`. */
export function humanizePercentage (value: number): string {
  return `${short(value * 100)}%`
}

/** Seconds: 5400 is `1h 30m 0s`, 0.0012 is `1.2ms`. */
export function humanizeDuration (value: number): string {
  if (!Number.isFinite(value)) return short(value)
  if (value === 0) return '0s'
  if (Math.abs(value) < 1) return `${reduced(value)}s`
  const sign = value < 0 ? '-' : ''
  // Past what an int64 holds, Go's conversion gives the least of them, and Prometheus prints it.
  const whole = Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(Math.abs(value))) : -(2n ** 63n)
  const seconds = whole % 60n
  const minutes = whole / 60n % 60n
  const hours = whole / 3600n % 24n
  const days = whole / 86400n
  if (days !== 0n) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`
  if (hours !== 0n) return `${sign}${hours}h ${minutes}m ${seconds}s`
  if (minutes !== 0n) return `${sign}${minutes}m ${seconds}s`
  return `${sign}${short(Math.abs(value))}s`
}

/** Seconds since the Unix epoch. */
export function humanizeTimestamp (value: number): string {
  return Number.isFinite(value) ? String(goTime(value)) : short(value)
}

/** The time of seconds since the Unix epoch, to the millisecond as Prometheus has it; throws what cannot be one. */
export function goTime (seconds: number): GoTime {
  return GoTime.ofMs(Math.trunc(nanoseconds(seconds) / 1e6), '*time.Time')
}

function nanoseconds (seconds: number): number {
  if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf')
  const result = seconds * 1e9
  if (Math.abs(result) < 2 ** 63) return result
  throw new Error(`${formatShort(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64`)
}

function scaled (value: number, step: number, prefixes: readonly string[]): string {
  let prefix = ''
  for (const next of prefixes) {
    if (Math.abs(value) < step) break
    prefix = next
    value /= step
  }
  return short(value) + prefix
}

function reduced (value: number): string {
  let prefix = ''
  for (const next of small) {
    if (Math.abs(value) >= 1) break
    prefix = next
    value *= 1000
  }
  return short(value) + prefix
}
