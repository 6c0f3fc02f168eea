import t from 'tap'
import { formatDuration, msOfSeconds, parseDuration } from '../../src/promql/duration.js'

await t.test('reads durations, and says in the words of Prometheus why a text is none', async t => {
  for (const [text, expected] of [
    ['0', 0], ['5m', 300_000], ['1h30m', 5_400_000], ['1y1w1d1h1m1s1ms', 31_536_000_000 + 604_800_000 + 86_400_000 + 3_661_001], ['007s', 7000],
    ['', 'empty duration string'],
    ['m', 'not a valid duration string: "m"'],
    ['5', 'not a valid duration string: "5"'],
    ['5m3', 'not a valid duration string: "5m3"'],
    ['5m1h', 'not a valid duration string: "5m1h"'],
    ['1m1m', 'not a valid duration string: "1m1m"'],
    ['5x', 'unknown unit "x" in duration "5x"'],
    ['300y', 'duration out of range'],
    ['292y52w', 'duration out of range'],
    ['18446744073709551616s', 'not a valid duration string: "18446744073709551616s"']
  ] as const) {
    t.equal(parseDuration(text), expected, text)
  }
})

await t.test('prints durations as they read best', async t => {
  for (const [ms, expected] of [
    [0, '0s'], [0.4, '0s'], [1, '1ms'], [61_001, '1m1s1ms'], [5_400_000, '1h30m'], [90 * 86_400_000, '90d'], [14 * 86_400_000, '2w'],
    [365 * 86_400_000, '1y'], [365 * 86_400_000 + 1, '365d1ms']
  ] as const) {
    t.equal(formatDuration(ms), expected)
  }
})

await t.test('takes whole milliseconds of seconds', async t => {
  // 1.0015 s are 1,001,500,000 ns: the half millisecond is cut off, not rounded.
  t.same([300, 1.0015, -0.25, 1e-9, NaN].map(msOfSeconds), [300_000, 1001, -250, 0, -9_223_372_036_854])
})
