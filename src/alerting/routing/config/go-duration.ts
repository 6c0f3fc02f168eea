const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration as Go's `time.ParseDuration` takes it (`1h30m`, `1.5s`, `-10ms`, `0`); `undefined` for what is none. */
export function parseGoDuration (text: string): number | undefined {
  const unsigned = text.replace(/^[+-]/, '')
  if (unsigned === '0') return 0
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(unsigned)) return undefined
  let totalMs = 0
  for (const [, digits, unit] of unsigned.matchAll(/([\d.]+)([a-zµμ]+)/g)) totalMs += Number(digits) * unitMs[unit!]!
  return text.startsWith('-') ? -totalMs : totalMs
}
