import { dataStartMs } from './data.js'
import type { WrittenSample, WrittenSeries } from './remote-write.js'

const series: WrittenSeries[] = []

/** A sample every `stepMs` from `fromMs` to `toMs` after the start of the data set; none where there is no value. */
function add (labels: Record<string, string>, value: (i: number) => number | 'stale' | undefined, stepMs = 60_000, fromMs = 0, toMs = 7_200_000): void {
  const samples: WrittenSample[] = []
  for (let i = 0, atMs = fromMs; atMs <= toMs; i++, atMs += stepMs) {
    const found = value(i)
    if (found !== undefined) samples.push({ timestampMs: dataStartMs + atMs, value: found })
  }
  series.push({ labels, samples })
}

/** Bounds as they are written, and what their buckets count. */
const histograms: Readonly<Record<string, ReadonlyArray<readonly [le: string, count: (i: number) => number]>>> = {
  lev: [['1', i => i], ['1.0', i => 2 * i], ['Inf', i => 5 * i], ['+Inf', i => 6 * i]],
  inf: [['1', i => i], ['inf', i => 5 * i]],
  infinity: [['1', i => i], ['infinity', i => 5 * i]],
  neginf: [['-Inf', i => i], ['1', i => 2 * i], ['+Inf', i => 5 * i]],
  neginf2: [['-Inf', i => i], ['+Inf', i => 5 * i]],
  nanle: [['1', i => i], ['NaN', i => 2 * i], ['+Inf', i => 5 * i]],
  nanle2: [['1', i => i], ['2', i => 2 * i], ['NaN', i => 5 * i]],
  nanle3: [['NaN', i => i], ['nan', i => 2 * i], ['3', i => 3 * i], ['+Inf', i => 5 * i]],
  hex: [['0x10', i => i], ['1_0', i => 2 * i], ['+Inf', i => 5 * i]],
  hexp: [['0x1p4', i => i], ['1e1', i => 2 * i], ['+Inf', i => 5 * i]],
  blank: [[' 1', i => i], ['2 ', i => 2 * i], ['+Inf', i => 5 * i]],
  over: [['1e400', i => 2 * i], ['1', i => i], ['+Inf', i => 5 * i]],
  nancount: [['1', i => i], ['2', () => NaN], ['3', i => 3 * i], ['+Inf', i => 5 * i]],
  nancount0: [['1', () => NaN], ['2', i => 2 * i], ['3', i => 3 * i], ['+Inf', i => 5 * i]],
  nancountLast: [['1', i => i], ['2', i => 2 * i], ['3', i => 3 * i], ['+Inf', () => NaN]],
  neg: [['-2', i => i], ['-1', i => 2 * i], ['0', i => 3 * i], ['+Inf', i => 5 * i]],
  negcount: [['1', i => -i], ['2', i => -2 * i], ['+Inf', i => 5 * i]],
  negcount2: [['1', i => 3 * i], ['2', i => -2 * i], ['+Inf', i => -5 * i]],
  infcount: [['1', i => i], ['2', () => Infinity], ['+Inf', () => Infinity]],
  infcount2: [['1', i => i], ['2', () => 5], ['+Inf', () => Infinity]],
  onlyone: [['5', i => i]],
  zero: [['0', i => i], ['1', i => 2 * i], ['+Inf', i => 5 * i]],
  zero2: [['0', () => 0], ['1', i => 2 * i], ['+Inf', i => 2 * i]],
  same: [['1', i => i], ['2', i => i], ['3', i => i], ['+Inf', i => i]],
  dec: [['1', i => 5 * i], ['2', i => 4 * i], ['3', i => 6 * i], ['+Inf', i => i]],
  eps: [['1', i => 1 + i], ['2', i => (1 + i) * (1 + 1e-13)], ['3', i => (1 + i) * (1 - 1e-13)], ['+Inf', i => 1 + i]],
  eps2: [['1', i => 1 + i], ['2', i => (1 + i) * (1 - 1e-11)], ['+Inf', i => 1 + i]],
}
for (const [kind, buckets] of Object.entries(histograms)) for (const [le, count] of buckets) add({ __name__: 'hv_bucket', kind, le }, count)
add({ __name__: 'hv_bucket', kind: 'nole' }, i => i)
add({ __name__: 'hv_other', kind: 'lev', le: '4' }, i => 4 * i)

// Gaps, with a staleness mark and without.
add({ __name__: 'gappy_total', g: 'a' }, i => i % 7 === 3 ? 'stale' : i % 7 > 3 && i % 7 < 6 ? undefined : i * 3)
add({ __name__: 'gappy_total', g: 'b' }, i => i % 11 > 4 ? undefined : i * 3, 45_000)
add({ __name__: 'gappy_total', g: 'c' }, i => i % 10, 13_700, 200)
add({ __name__: 'gappy_total', g: 'd' }, i => i < 5 ? i : undefined, 60_000, 1_500_000)
add({ __name__: 'gappy_total', g: 'e' }, i => i === 0 ? 5 : i === 1 ? 'stale' : undefined, 60_000, 1_800_000)
add({ __name__: 'near_zero_total', g: 'a' }, i => i * 10, 60_000, 1_500_000)
add({ __name__: 'near_zero_total', g: 'b' }, i => 1 + i * 10, 60_000, 1_500_000)
add({ __name__: 'near_zero_total', g: 'neg' }, i => -5 + i * 10, 60_000, 1_500_000)
add({ __name__: 'near_zero_total', g: 'const' }, () => 4, 60_000, 1_500_000)

// Ties, NaN and infinities.
for (const n of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) add({ __name__: 'tie', n, grp: n < 'e' ? '1' : '2' }, () => n === 'c' ? NaN : n === 'f' ? 2 : 1)
for (const [n, v] of Object.entries({ a: NaN, b: Infinity, c: -Infinity, d: 1, e: 2, f: NaN })) add({ __name__: 'mix', n, g: n < 'd' ? 'x' : 'y' }, () => v)
for (const [n, v] of Object.entries({ a: Infinity, b: Infinity, c: 1 })) add({ __name__: 'pinf', n }, () => v)
for (const [n, v] of Object.entries({ a: -Infinity, b: Infinity, c: 1 })) add({ __name__: 'pminf', n }, () => v)
for (const [n, v] of Object.entries({ a: 0.1, b: 0.2, c: 0.3, d: 1e16, e: -1e16 })) add({ __name__: 'kahan', n }, () => v)
for (const [n, v] of Object.entries({ a: 1e10 + 1, b: 1e10 + 2, c: 1e10 + 3 })) add({ __name__: 'bigsame', n }, () => v)

// Words of the language as names.
for (const n of ['sum', 'by', 'rate', 'inf', 'nan', 'offset', 'bool', 'start', 'end', 'and', 'group_left', 'on', 'without', 'count_values', 'histogram', 'counter', 'step', 'atan2', 'time', 'vector', 'limitk', 'desc', 'buckets']) add({ __name__: n, k: 'kw' }, i => i)

// Labels to match, to bring along, to sort by and to take apart.
add({ __name__: 'gl_many', a: '1', b: 'x', extra: 'm' }, i => i + 1)
add({ __name__: 'gl_many', a: '1', b: 'y' }, i => i + 2)
add({ __name__: 'gl_many', a: '2', b: 'x', extra: 'n' }, i => i + 3)
add({ __name__: 'gl_one', a: '1', extra: 'o', info: 'i1' }, i => 10 + i)
add({ __name__: 'gl_one', a: '2' }, i => 20 + i)
add({ __name__: 'seta', x: '1' }, () => 1)
add({ __name__: 'seta', x: '2', y: '1' }, () => 2)
add({ __name__: 'seta' }, () => 3)
add({ __name__: 'setb', x: '1' }, () => 4)
add({ __name__: 'setb', y: '1' }, () => 5)
add({ __name__: 'setb', x: '2', y: '1', z: '1' }, () => 6)
for (const v of ['a1', 'a10', 'a2', 'a01', 'A1', '1', '10', '2', '', 'b', 'a1b2', 'a1b10', '1.5', '1.10', 'é', 'z', '_', '-1', '+1', '00', '0', 'a 1', 'a  1']) add({ __name__: 'nat', v, w: 'w' }, () => 1)
add({ __name__: 'año', día: 'lunes', 'a.b': 'c' }, i => i)
add({ __name__: 'x:y:z', 'with space': 'v' }, i => i)
for (const v of ['a\nb', 'tab\t', 'q"', "s'", 'b\\s', '`', '\u{1f600}', '.*', '(', '$1', 'a|b']) add({ __name__: 'strs', v }, i => i)
add({ __name__: 'cal', n: '1' }, i => 1709164800 + i * 86400 * 31)
add({ __name__: 'cal', n: 'neg' }, i => -1 - i * 1e6)
add({ __name__: 'cal', n: 'frac' }, i => 1709164799.999 + i * 0.5)
add({ __name__: 'cal', n: 'nan' }, i => [NaN, Infinity, -Infinity, 1e19, -1e19, 1e15][i % 6]!)

/** Series for more-corner-cases.ts, beside those of data.ts. An empty label is none. */
export const cornerSeries: readonly WrittenSeries[] = series.map(({ labels, samples }) =>
  ({ labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')), samples }))
