/** RFC 3339 in UTC as Go's JSON writes a time: the fraction without trailing zeros. */
export function rfc3339 (ms: number): string {
  const whole = Math.floor(ms)
  const iso = new Date(whole).toISOString()
  const digits = `${iso.slice(20, 23)}${String(Math.round((ms - whole) * 1e6)).padStart(6, '0').slice(0, 6)}`.replace(/0+$/, '')
  return `${iso.slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`
}

/** Go's zero time, in milliseconds since the Unix epoch. */
export const ZERO_TIME_MS = Date.parse('0001-01-01T00:00:00Z')
