import t, { type Test } from 'tap'
import { FUNCTIONS } from '../../src/promql/functions-signatures.js'
import { ArrayQueryable } from '../support/array-queryable.js'
import { engineOver, linesOf } from '../support/promql.js'

/** A query, when it is asked in seconds, and its answer as lines. */
type Row = readonly [query: string, atSeconds: number, ...answer: string[]]

// One sample a minute, the first at 0 s.
const data = new ArrayQueryable()
  .add({ __name__: 'c_total', job: 'a' }, [0, 60, 120, 180, 240, 300])
  .add({ __name__: 'reset_total' }, [100, 160, 20, 80])
  .add({ __name__: 'g', kind: 'x' }, [1, 4, 2, 8, 5])
  .add({ __name__: 'flat' }, [3, 3, 3, 3, 3])
  .add({ __name__: 'nans' }, [NaN, 1, NaN, 3])
  .add({ __name__: 'line' }, [10, 12, 14, 16, 18])
  .add({ __name__: 'huge' }, [1.7e308, 1.7e308, 1.7e308])
  .add({ __name__: 'cancel' }, [1e100, 1, -1e100])
  .add({ __name__: 'angle' }, [Math.PI / 6])
  .add({ __name__: 'v', n: '1' }, [-1.5]).add({ __name__: 'v', n: '2' }, [2.5]).add({ __name__: 'v', n: '3' }, [NaN])
  .add({ __name__: 'moment' }, [1709210096]) // 2024-02-29T12:34:56Z, a Thursday
  .add({ __name__: 'path', src: 'source-value-20', n: '10' }, [1])
  .add({ __name__: 'path', src: 'other', n: '9' }, [2])

const engine = engineOver(data)

/** Functions that a row begins with, in a query that has an answer. */
const tabled = new Set<string>()

async function table (t: Test, rows: readonly Row[]): Promise<void> {
  for (const [query, at, ...answer] of rows) {
    if (answer.length > 0) tabled.add(query.slice(0, Math.max(0, query.indexOf('('))))
    t.same(await linesOf(engine, query, at), answer, `${query} at ${at} s`)
  }
}

t.test('rates take the samples of a range that is open on the left, and reach to its ends', async t => {
  await table(t, [
    // (0, 300]: 60 … 300 in 240 s. The first sample is 60 s from the start, within 1.1 times the distance: 240 · 300/240 = 300, /300 s.
    ['rate(c_total[5m])', 300, '{job="a"} 1'],
    ['increase(c_total[5m])', 300, '{job="a"} 300'],
    ['delta(g[5m])', 240, '{kind="x"} 5'], // (-60, 240]: 5 - 1 = 4 in 240 s; 60 s back, within 66: 4 · 300/240
    ['increase(c_total[4m])', 240, '{job="a"} 240'],
    // 160, 20, 80 in (0, 180]: 80 - 160 + 160 = 80 in 120 s; 60 s to the start are within 66, zero is further back: 80 · 180/120.
    ['increase(reset_total[3m])', 180, '{} 120'],
    // 0 … 240 in 240 s; the counter was 0 at its first sample, so that it does not reach back to the start.
    ['increase(c_total[5m])', 240, '{job="a"} 240'],
    ['rate(c_total[30s])', 300], // one sample only
    ['irate(c_total[5m])', 300, '{job="a"} 1'], // (300 - 240) / 60 s
    ['irate(reset_total[5m])', 120, '{} 0.3333333333333333'], // after a reset the value itself: 20 / 60 s
    ['idelta(reset_total[5m])', 120, '{} -140'], // 20 - 160
    ['idelta(reset_total[30s])', 120],
    ['resets(reset_total[10m])', 180, '{} 1'], // 160 to 20
    ['changes(g[10m])', 240, '{kind="x"} 4'], // 1 to 4, to 2, to 8, to 5
    ['changes(flat[10m])', 240, '{} 0'],
    ['changes(nans[10m])', 180, '{} 3']
  ])
})

t.test('functions over time take every sample of the range', async t => {
  await table(t, [
    ['sum_over_time(g[10m])', 240, '{kind="x"} 20'], // 1 + 4 + 2 + 8 + 5
    ['avg_over_time(g[10m])', 240, '{kind="x"} 4'], // 20 / 5
    ['min_over_time(g[10m])', 240, '{kind="x"} 1'],
    ['max_over_time(g[10m])', 240, '{kind="x"} 8'],
    ['count_over_time(g[10m])', 240, '{kind="x"} 5'],
    ['count_over_time(g[2m])', 240, '{kind="x"} 2'],
    ['stdvar_over_time(g[10m])', 240, '{kind="x"} 6'], // (9 + 0 + 4 + 16 + 1) / 5
    ['stddev_over_time(flat[10m])', 240, '{} 0'],
    ['stddev_over_time(line[10m])', 240, '{} 2.8284271247461903'], // the root of (16 + 4 + 0 + 4 + 16) / 5 = 8
    ['mad_over_time(g[10m])', 240, '{kind="x"} 2'], // median 4, distances 3 0 2 4 1
    ['quantile_over_time(0.5, g[10m])', 240, '{kind="x"} 4'], // the third of 1 2 4 5 8
    ['quantile_over_time(0.125, g[10m])', 240, '{kind="x"} 1.5'], // rank 0.5 between 1 and 2
    ['quantile_over_time(-1, g[10m])', 240, '{kind="x"} -Inf'],
    ['quantile_over_time(2, g[10m])', 240, '{kind="x"} +Inf'],
    ['ts_of_last_over_time(g[2m])', 240, '{kind="x"} 240'],
    ['ts_of_min_over_time(g[10m])', 240, '{kind="x"} 0'],
    ['ts_of_max_over_time(g[10m])', 240, '{kind="x"} 180'],
    ['ts_of_max_over_time(flat[10m])', 240, '{} 240'], // the last of equals
    ['last_over_time(g[2m])', 240, '{__name__="g", kind="x"} 5'],
    ['present_over_time(g[2m])', 240, '{kind="x"} 1'],
    ['min_over_time(nans[10m])', 180, '{} 1'],
    ['max_over_time(nans[10m])', 180, '{} 3'],
    ['sum_over_time(nans[10m])', 180, '{} NaN'],
    ['quantile_over_time(0, nans[10m])', 180, '{} NaN'], // NaN sorts first
    ['sum_over_time(cancel[10m])', 120, '{} 1'], // compensated
    ['avg_over_time(huge[10m])', 120, '{} 1.7e+308'], // the sum would overflow
    ['sum_over_time(huge[10m])', 120, '{} +Inf'],
    ['sum_over_time(absent_series[10m])', 120]
  ])
})

t.test('trends are least-squares lines and smoothed slopes', async t => {
  await table(t, [
    ['deriv(line[10m])', 240, '{} 0.03333333333333333'], // 2 a minute
    ['deriv(flat[10m])', 240, '{} 0'],
    ['deriv(line[30s])', 240],
    ['predict_linear(line[10m], 60)', 240, '{} 20'], // 18, and 2 more in a minute
    ['predict_linear(line[30s], 60)', 240],
    ['predict_linear(flat[10m], 3600)', 240, '{} 3'],
    // Level 10, slope 2; each value is where the line says: the smoothed value is the last one.
    ['double_exponential_smoothing(line[10m], 0.5, 0.5)', 240, '{} 18'],
    ['double_exponential_smoothing(line[30s], 0.5, 0.5)', 240]
  ])
  await t.rejects(engine.instant('double_exponential_smoothing(line[10m], 1, 0.5)', 240_000),
    { code: 'NJORD_ERR_QUERY_EXECUTION', message: 'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000' })
  await t.rejects(engine.instant('double_exponential_smoothing(line[10m], 0.5, -Inf)', 240_000),
    { message: 'invalid trend factor. Expected: 0 < tf < 1, got: -Inf' })
})

t.test('absent tells the labels that were demanded', async t => {
  await table(t, [
    ['absent(g)', 0],
    ['absent(nowhere{job="a", instance=~".*"})', 0, '{job="a"} 1'],
    ['absent(nowhere{job="a", job="b", x="y"})', 0, '{x="y"} 1'],
    ['absent(sum(nowhere{job="a"}))', 0, '{} 1'],
    ['absent_over_time(g[5m])', 0],
    ['absent_over_time(nowhere{job="a"}[5m])', 0, '{job="a"} 1'],
    ['absent_over_time(nowhere[5m:1m])', 0, '{} 1'],
    ['present_over_time(nowhere[5m])', 0]
  ])
})

t.test('mathematical functions map each sample and take the name off', async t => {
  await table(t, [
    ['abs(v)', 0, '{n="1"} 1.5', '{n="2"} 2.5', '{n="3"} NaN'],
    ['ceil(v)', 0, '{n="1"} -1', '{n="2"} 3', '{n="3"} NaN'],
    ['floor(v)', 0, '{n="1"} -2', '{n="2"} 2', '{n="3"} NaN'],
    ['round(v)', 0, '{n="1"} -1', '{n="2"} 3', '{n="3"} NaN'], // ties upwards
    ['round(v, 0.2)', 0, '{n="1"} -1.4', '{n="2"} 2.6', '{n="3"} NaN'],
    ['sgn(v)', 0, '{n="1"} -1', '{n="2"} 1', '{n="3"} NaN'],
    ['clamp(v, 0, 2)', 0, '{n="1"} 0', '{n="2"} 2', '{n="3"} NaN'],
    ['clamp(v, 2, 0)', 0],
    ['clamp_min(v, 0)', 0, '{n="1"} 0', '{n="2"} 2.5', '{n="3"} NaN'],
    ['clamp_max(v, 0)', 0, '{n="1"} -1.5', '{n="2"} 0', '{n="3"} NaN'],
    ['clamp_min(v, Inf)', 0, '{n="1"} +Inf', '{n="2"} +Inf', '{n="3"} +Inf'], // as Go's math.Max has it
    ['clamp_max(v, -Inf)', 0, '{n="1"} -Inf', '{n="2"} -Inf', '{n="3"} -Inf'],
    ['-v', 0, '{n="1"} 1.5', '{n="2"} -2.5', '{n="3"} NaN'],
    ['+v{n="1"}', 0, '{__name__="v", n="1"} -1.5'],
    ['sqrt(vector(16))', 0, '{} 4'],
    ['exp(vector(0))', 0, '{} 1'], ['exp(vector(1))', 0, '{} 2.718281828459045'],
    ['ln(vector(2.718281828459045))', 0, '{} 1'],
    ['ln(vector(0))', 0, '{} -Inf'],
    ['ln(vector(-1))', 0, '{} NaN'],
    ['log2(vector(8))', 0, '{} 3'],
    ['log10(vector(100))', 0, '{} 2'],
    ['deg(vector(pi()))', 0, '{} 180'],
    ['rad(vector(180))', 0, '{} 3.141592653589793'],
    ['sin(angle)', 0, '{} 0.49999999999999994'], // 30°: one half
    ['cos(vector(0))', 0, '{} 1'],
    ['tan(vector(0))', 0, '{} 0'], ['tan(vector(1))', 0, '{} 1.5574077246549023'], // sin 1 = 0.8414… through cos 1 = 0.5403…
    ['asin(vector(1))', 0, '{} 1.5707963267948966'],
    ['acos(vector(1))', 0, '{} 0'],
    ['atan(vector(1))', 0, '{} 0.7853981633974483'], // π / 4
    ['sinh(vector(1))', 0, '{} 1.1752011936438014'], // (e - 1 / e) / 2
    ['cosh(vector(1))', 0, '{} 1.5430806348152437'], // (e + 1 / e) / 2
    ['tanh(vector(Inf))', 0, '{} 1'],
    ['asinh(vector(1))', 0, '{} 0.881373587019543'], // ln(1 + √2)
    ['acosh(vector(1))', 0, '{} 0'],
    ['atanh(vector(1))', 0, '{} +Inf']
  ])
})

t.test('the calendar is UTC, and Gregorian', async t => {
  await table(t, [
    ['minute(moment)', 0, '{} 34'],
    ['hour(moment)', 0, '{} 12'],
    ['day_of_week(moment)', 0, '{} 4'],
    ['day_of_month(moment)', 0, '{} 29'],
    ['day_of_year(moment)', 0, '{} 60'],
    ['days_in_month(moment)', 0, '{} 29'],
    ['month(moment)', 0, '{} 2'],
    ['year(moment)', 0, '{} 2024'],
    ['year()', 0, '{} 1970'],
    ['day_of_week(vector(-1))', 0, '{} 3'], // 31 December 1969, a Wednesday
    ['days_in_month(vector(951782400))', 0, '{} 29'], // 2000 is a leap year
    ['days_in_month(vector(-2205100800))', 0, '{} 28'], // 1900 is none
    ['day_of_year(vector(1735603200))', 0, '{} 366'], // 31 December 2024
    ['days_in_month(vector(1713139200))', 0, '{} 30'],
    ['month(vector(1735603200))', 0, '{} 12']
  ])
})

t.test('scalars, vectors and moments turn into one another', async t => {
  await table(t, [
    ['time()', 12.5, '12.5'],
    ['pi()', 0, '3.141592653589793'],
    ['vector(1.5)', 0, '{} 1.5'],
    ['scalar(flat)', 0, '3'],
    ['scalar(v)', 0, 'NaN'],
    ['scalar(nowhere)', 0, 'NaN'],
    ['timestamp(g)', 90, '{kind="x"} 60'],
    ['timestamp((g))', 90, '{kind="x"} 60'],
    ['timestamp(g + 0)', 90, '{kind="x"} 90'],
    ['timestamp(g @ 130)', 90, '{kind="x"} 120'],
    ['"text"', 0, 'text'],
    ['1e-7', 0, '0.0000001'], // a scalar has no exponent
    ['vector(1e-7)', 0, '{} 1e-07'],
    ['vector(-1.5e-10)', 0, '{} -1.5e-10'],
    ['vector(1e21)', 0, '{} 1e+21'],
    ['-0', 0, '-0'],
    ['1e21', 0, '1000000000000000000000'],
    ['1e20', 0, '100000000000000000000'],
    ['-Inf', 0, '-Inf']
  ])
})

t.test('labels are replaced by groups of a regular expression, and joined', async t => {
  await table(t, [
    ['label_replace(path, "dst", "to-$1", "src", "source-value-(.*)")', 0,
      '{__name__="path", dst="to-20", n="10", src="source-value-20"} 1', '{__name__="path", n="9", src="other"} 2'],
    // eslint-disable-next-line no-template-curly-in-string
    ['label_replace(path{n="9"}, "dst", "$1-$$-${name}-$none-$9", "src", "(?P<name>o.*)(r)")', 0, '{__name__="path", dst="othe-$-othe--", n="9", src="other"} 2'],
    ['label_replace(path{n="9"}, "dst", "x", "src", "the")', 0, '{__name__="path", n="9", src="other"} 2'], // the whole value
    ['label_replace(path{n="9"}, "dst", "$01-$toString-$1", "src", "(o).*")', 0, '{__name__="path", dst="--o", n="9", src="other"} 2'],
    ['label_replace(path{n="9"}, "src", "", "src", ".*")', 0, '{__name__="path", n="9"} 2'],
    ['label_replace(path{n="9"}, "__name__", "other", "", "")', 0, '{__name__="other", n="9", src="other"} 2'],
    ['label_join(path, "dst", "-", "src", "n", "none")', 0,
      '{__name__="path", dst="source-value-20-10-", n="10", src="source-value-20"} 1', '{__name__="path", dst="other-9-", n="9", src="other"} 2'],
    ['label_join(path{n="9"}, "src", "-")', 0, '{__name__="path", n="9"} 2']
  ])
  const refused: Record<string, string> = {
    'label_replace(path, "dst", "", "src", "(")': 'invalid regular expression in label_replace(): (',
    'label_replace(path, "", "", "src", "(.*)")': 'invalid destination label name in label_replace(): ',
    'label_replace(path, "n", "", "n", "(.*)") * 0 and label_replace(label_replace(path, "n", "", "", ""), "src", "", "", "")':
      'vector cannot contain metrics with the same labelset',
    'label_join(path, "", "", "src")': 'invalid destination label name in label_join(): ',
    'label_join(path, "a", "", "")': 'invalid source label name in label_join(): ',
    [`label_replace(path, "dst", "", "src", "(${'a{900}'.repeat(9)}){9}")`]: /^invalid regular expression in label_replace/.source
  }
  for (const [query, message] of Object.entries(refused)) {
    await t.rejects(engine.instant(query, 0), { code: 'NJORD_ERR_QUERY_EXECUTION', message: message.startsWith('^') ? new RegExp(message) : message }, query)
  }
})

t.test('sorting goes by value with NaN last, or by labels with numbers as numbers', async t => {
  await table(t, [
    ['sort(v)', 0, '{__name__="v", n="1"} -1.5', '{__name__="v", n="2"} 2.5', '{__name__="v", n="3"} NaN'],
    ['sort_desc(v)', 0, '{__name__="v", n="2"} 2.5', '{__name__="v", n="1"} -1.5', '{__name__="v", n="3"} NaN'],
    ['sort_by_label(path, "n")', 0, '{__name__="path", n="9", src="other"} 2', '{__name__="path", n="10", src="source-value-20"} 1'],
    ['sort_by_label_desc(path, "n")', 0, '{__name__="path", n="10", src="source-value-20"} 1', '{__name__="path", n="9", src="other"} 2'],
    ['sort_by_label(path, "none")', 0, '{__name__="path", n="10", src="source-value-20"} 1', '{__name__="path", n="9", src="other"} 2'],
    ['sort_by_label_desc(path, "src", "n")', 0, '{__name__="path", n="10", src="source-value-20"} 1', '{__name__="path", n="9", src="other"} 2']
  ])
})

t.test('functions of native histograms have nothing to say', async t => {
  await table(t, [['histogram_count(g)', 0], ['histogram_sum(g)', 0], ['histogram_avg(g)', 0], ['histogram_stddev(g)', 0], ['histogram_stdvar(g)', 0]])
})

t.test('every function has a row with an answer', async t => {
  // Those of histograms are in engine-operators.test.ts.
  t.same([...FUNCTIONS.keys()].filter(name => !tabled.has(name) && !name.startsWith('histogram_')), ['info'])
})
