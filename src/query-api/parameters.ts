import { parseDuration } from '../promql/duration.js'
import { parseFloatLikeGo } from '../promql/go-number.js'
import { goQuote } from '../promql/go-text.js'
import { ApiError, badParameter } from './api-error.js'
import type { Form } from './form.js'

/** The least and the greatest time, which stand for a `start` or `end` that is not given; safe integers. */
const EARLIEST_MS = Number.MIN_SAFE_INTEGER
const LATEST_MS = Number.MAX_SAFE_INTEGER

/** How Prometheus itself formats its least and greatest time; its clients send them back. */
const boundaries: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': EARLIEST_MS,
  '292277025-08-18T07:12:54.999999999Z': LATEST_MS
}

/** A time that must be there, in milliseconds since the Unix epoch. */
export function requiredTime (form: Form, name: string): number {
  return timeOf(form.get(name)) ?? refuse(name, `cannot parse ${goQuote(form.get(name))} to a valid timestamp`)
}

/** A time that need not be there; whole milliseconds since the Unix epoch. */
export function optionalTime (form: Form, name: string, otherwiseMs: number): number {
  const text = form.get(name)
  if (text === '') return otherwiseMs
  return timeOf(text) ?? refuse(name, `invalid time value for '${name}': cannot parse ${goQuote(text)} to a valid timestamp`)
}

/** `start` and `end` of the requests that look for series: all there is, where they are not given. */
export function window (form: Form): { startMs: number, endMs: number } {
  return { startMs: optionalTime(form, 'start', EARLIEST_MS), endMs: optionalTime(form, 'end', LATEST_MS) }
}

/** A duration that must be there, in milliseconds, a fraction included. */
export function requiredDuration (form: Form, name: string): number {
  const { ms, problem } = durationOf(form.get(name))
  return ms ?? refuse(name, problem)
}

/** `timeout`, in milliseconds; `undefined` where it is not given. */
export function timeoutMs (form: Form): number | undefined {
  return form.get('timeout') === '' ? undefined : requiredDuration(form, 'timeout')
}

/** `lookback_delta`, in milliseconds; `undefined` where it is not given. */
export function lookbackMs (form: Form): number | undefined {
  const text = form.get('lookback_delta')
  if (text === '') return undefined
  const { ms, problem } = durationOf(text)
  if (ms === undefined) throw new ApiError('bad_data', `error parsing lookback delta duration: ${problem}`)
  // 0 or less is as good as none, as in Prometheus.
  return ms > 0 ? Math.trunc(ms) : undefined
}

/** `limit`; 0 is none. */
export function limitOf (form: Form): number {
  const text = form.get('limit')
  if (text === '') return 0
  const limit = integerOf(text)
  if (typeof limit === 'string') return refuse('limit', `strconv.Atoi: parsing ${goQuote(text)}: ${limit}`)
  return limit < 0 ? refuse('limit', 'limit must be non-negative') : limit
}

/** A whole number as Go's `strconv.Atoi` reads it, or what is wrong with it. */
export function integerOf (text: string): number | 'invalid syntax' | 'value out of range' {
  if (!/^[+-]?\d+$/.test(text)) return 'invalid syntax'
  const value = Number(text)
  return Math.abs(value) >= 2 ** 63 ? 'value out of range' : value
}

/**
 * Seconds since the Unix epoch or RFC 3339, as milliseconds; `undefined` for anything else. Fractions of seconds are
 * rounded to milliseconds, those of RFC 3339 cut off. Times that no 64-bit nanoseconds hold are clamped to what a safe integer does.
 */
function timeOf (text: string): number | undefined {
  const seconds = numberOf(text)
  if (seconds !== undefined) {
    if (Number.isNaN(seconds)) return undefined
    const whole = Math.trunc(seconds)
    const fraction = Number.isFinite(whole) ? seconds - whole : 0
    // Half away from zero, as Go rounds.
    const ms = Math.sign(fraction) * Math.round(Math.abs(fraction) * 1000)
    return Math.max(EARLIEST_MS, Math.min(LATEST_MS, whole * 1000 + ms))
  }
  return Object.hasOwn(boundaries, text) ? boundaries[text] : rfc3339(text)
}

function rfc3339 (text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hours, minutes, seconds] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hours > 23 || minutes > 59 || seconds > 59) return undefined
  const [fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts.slice(7)
  if (Number(offsetHours) > 24 || Number(offsetMinutes) > 60) return undefined
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  date.setUTCHours(hours, minutes, seconds, Number(fraction.padEnd(3, '0').slice(0, 3)))
  return date.getTime() - offsetMs
}

/** Milliseconds of a float of seconds or of a duration as in `1h30m`, or what is wrong with it. */
function durationOf (text: string): { ms: number, problem?: undefined } | { ms?: undefined, problem: string } {
  const problem = `cannot parse ${goQuote(text)} to a valid duration`
  const seconds = numberOf(text)
  if (seconds !== undefined) {
    return Math.abs(seconds) * 1e9 > 2 ** 63 ? { problem: `${problem}. It overflows int64` } : { ms: Number.isNaN(seconds) ? 0 : seconds * 1000 }
  }
  // Longer than any that fits: its digits are not worth adding up.
  const ms = text.length > 200 ? '' : parseDuration(text)
  return typeof ms === 'string' ? { problem } : { ms }
}

function numberOf (text: string): number | undefined {
  const value = parseFloatLikeGo(text)
  return typeof value === 'string' ? undefined : value
}

function refuse (name: string, problem: string): never {
  throw badParameter(name, problem)
}
