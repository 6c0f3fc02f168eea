import t, { type Test } from 'tap'
import { AGGREGATORS } from '../../src/promql/token.js'
import { ArrayQueryable } from '../support/array-queryable.js'
import { engineOver, linesOf, rowsOf } from '../support/promql.js'

/** A query at 0 s, and its answer as lines. */
type Row = readonly [query: string, ...answer: string[]]

const data = new ArrayQueryable()
  .add({ __name__: 'errors', method: 'get', code: '500' }, [24])
  .add({ __name__: 'errors', method: 'get', code: '404' }, [30])
  .add({ __name__: 'errors', method: 'put', code: '501' }, [3])
  .add({ __name__: 'errors', method: 'post', code: '500' }, [6])
  .add({ __name__: 'errors', method: 'post', code: '404' }, [21])
  .add({ __name__: 'requests', method: 'get', zone: 'eu' }, [600])
  .add({ __name__: 'requests', method: 'del', zone: 'eu' }, [34])
  .add({ __name__: 'requests', method: 'post', zone: 'us' }, [120])
  .add({ __name__: 'v', n: '1' }, [NaN]).add({ __name__: 'v', n: '2' }, [2]).add({ __name__: 'v', n: '3' }, [3]).add({ __name__: 'v', n: '4' }, [4])
  .add({ __name__: 'huge', n: '1' }, [1.7e308]).add({ __name__: 'huge', n: '2' }, [1.7e308])
  .add({ __name__: 'a', side: 'x' }, [1, 2, undefined, 4], 600_000)
  .add({ __name__: 'b', side: 'x' }, [undefined, undefined, 30, 40], 600_000)
  .add({ __name__: 'h_bucket', le: '1' }, [2]).add({ __name__: 'h_bucket', le: '2' }, [6]).add({ __name__: 'h_bucket', le: '+Inf' }, [8])
  .add({ __name__: 'bad_bucket', le: 'one' }, [2]).add({ __name__: 'bad_bucket', le: '2' }, [6]).add({ __name__: 'bad_bucket', le: '+Inf' }, [5])

const engine = engineOver(data)

/** First words of queries that have an answer. */
const tabled = new Set<string>()

async function table (t: Test, rows: readonly Row[]): Promise<void> {
  for (const [query, ...answer] of rows) {
    if (answer.length > 0) tabled.add(/^\w*/.exec(query)![0])
    t.same(await linesOf(engine, query), answer, query)
  }
}

t.test('operators between scalars and vectors', async t => {
  await table(t, [
    ['1 + 2 * 3 ^ 2 ^ 0.5 % 4', String(1 + (2 * 3 ** Math.SQRT2) % 4)],
    ['7 / 0', '+Inf'],
    ['-7 % 3', '-1'],
    ['1 ^ NaN', '1'],
    ['-1 ^ Inf', '-1'],
    ['(-1) ^ Inf', '1'],
    ['1 atan2 1', String(Math.PI / 4)],
    ['1 == bool 1', '1'], ['1 != bool 1', '0'], ['1 < bool 2', '1'], ['1 <= bool 0', '0'], ['1 > bool 2', '0'], ['2 >= bool 2', '1'],
    ['v * 2', '{n="1"} NaN', '{n="2"} 4', '{n="3"} 6', '{n="4"} 8'],
    ['2 ^ v', '{n="1"} NaN', '{n="2"} 4', '{n="3"} 8', '{n="4"} 16'],
    ['v > 2', '{__name__="v", n="3"} 3', '{__name__="v", n="4"} 4'],
    ['3 <= v', '{__name__="v", n="3"} 3', '{__name__="v", n="4"} 4'], // the vector's value
    ['v >= bool 3', '{n="1"} 0', '{n="2"} 0', '{n="3"} 1', '{n="4"} 1'],
    ['v != v', '{__name__="v", n="1"} NaN']
  ])
})

t.test('operators between vectors match by labels', async t => {
  await table(t, [
    ['errors{code="500"} / ignoring(code) requests'], // zone is on one side only
    ['errors{code="500"} / on(method) requests', '{method="get"} 0.04', '{method="post"} 0.05'],
    ['errors / on(method) group_left(zone) requests', '{code="500", method="get", zone="eu"} 0.04', '{code="404", method="get", zone="eu"} 0.05',
      '{code="500", method="post", zone="us"} 0.05', '{code="404", method="post", zone="us"} 0.175'],
    ['requests - on(method) group_right errors{code="404"}', '{code="404", method="get"} 570', '{code="404", method="post"} 99'],
    ['requests > on(method) group_right(zone) errors{method="get"}', '{__name__="errors", code="500", method="get", zone="eu"} 600',
      '{__name__="errors", code="404", method="get", zone="eu"} 600'],
    ['errors{code="501"} + on() group_left(__name__) v{n="2"}', '{__name__="v", code="501", method="put"} 5'], // a name may be brought along
    ['errors{code="501"} > bool on() group_left(__name__) v{n="2"}', '{code="501", method="put"} 1'], // but goes with bool
    ['v + v', '{n="1"} NaN', '{n="2"} 4', '{n="3"} 6', '{n="4"} 8'],
    ['v > bool ignoring(x) v', '{n="1"} 0', '{n="2"} 0', '{n="3"} 0', '{n="4"} 0'],
    ['errors{code="404"} > on(method) errors{code="500"}', '{method="get"} 30', '{method="post"} 21'],
    ['nowhere + v'],
    ['v and v{n=~"2|3"}', '{__name__="v", n="2"} 2', '{__name__="v", n="3"} 3'],
    ['errors and on(method) requests{zone="us"}', '{__name__="errors", code="500", method="post"} 6', '{__name__="errors", code="404", method="post"} 21'],
    ['errors unless on(method) requests', '{__name__="errors", code="501", method="put"} 3'],
    ['v unless nowhere', '{__name__="v", n="1"} NaN', '{__name__="v", n="2"} 2', '{__name__="v", n="3"} 3', '{__name__="v", n="4"} 4'],
    ['requests{zone="us"} or on(method) errors{code="404"}', '{__name__="requests", method="post", zone="us"} 120', '{__name__="errors", code="404", method="get"} 30']
  ])
})

t.test('series that match many to many, or come out the same, are refused in Prometheus\'s words', async t => {
  const rows: Record<string, string> = {
    'requests * on() v{n="2"}': 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    'v{n="2"} * on() requests': 'found duplicate series for the match group {} on the right hand-side of the operation: ' +
      '[{__name__="requests", method="del", zone="eu"}, {__name__="requests", method="get", zone="eu"}]' +
      ';many-to-many matching not allowed: matching labels must be unique on one side',
    'errors * ignoring(code) group_right errors': 'found duplicate series for the match group {method="get"} on the left hand-side of the operation: ' +
      '[{__name__="errors", code="404", method="get"}, {__name__="errors", code="500", method="get"}]' +
      ';many-to-many matching not allowed: matching labels must be unique on one side',
    'errors * on(method) group_left(code) (requests * 1)': 'multiple matches for labels: grouping labels must ensure unique matches',
    'sum without(__name__) ({__name__=~"a|b"}) + abs({__name__=~"huge|v"})': 'vector cannot contain metrics with the same labelset',
    '-{__name__=~"huge|v"}': 'vector cannot contain metrics with the same labelset',
    'count_over_time({__name__=~"huge|v"}[5m])': 'vector cannot contain metrics with the same labelset'
  }
  for (const [query, message] of Object.entries(rows)) {
    await t.rejects(engine.instant(query, 0), { code: 'NJORD_ERR_QUERY_EXECUTION', statusCode: 422, message }, query)
  }
})

t.test('aggregations group by labels, or by all others', async t => {
  await table(t, [
    ['sum(errors)', '{} 84'], // 24 + 30 + 3 + 6 + 21
    ['sum by (method) (errors)', '{method="get"} 54', '{method="put"} 3', '{method="post"} 27'],
    ['sum without (code) (errors)', '{method="get"} 54', '{method="put"} 3', '{method="post"} 27'],
    ['avg by (code, method, nowhere) (errors{method="get"})', '{code="500", method="get"} 24', '{code="404", method="get"} 30'],
    ['avg(errors)', '{} 16.8'], // 84 / 5
    ['avg(huge)', '{} 1.7e+308'], // the sum would overflow
    ['sum(huge)', '{} +Inf'],
    ['min(v)', '{} 2'], ['max(v)', '{} 4'], ['count(v)', '{} 4'], ['group(v)', '{} 1'],
    ['stdvar(v{n!="1"})', '{} 0.6666666666666666'], // (1 + 0 + 1) / 3
    ['stddev(errors{method="post"})', '{} 7.5'], // 6 and 21 are 7.5 from 13.5
    ['stddev(v)', '{} NaN'],
    ['quantile(0.5, v{n!="1"})', '{} 3'],
    ['quantile(0.5, v)', '{} 2.5'], // NaN, 2, 3, 4
    ['quantile by (method) (0.5, errors)', '{method="get"} 27', '{method="put"} 3', '{method="post"} 13.5'],
    ['topk(2, v)', '{__name__="v", n="4"} 4', '{__name__="v", n="3"} 3'],
    ['bottomk(2, v)', '{__name__="v", n="2"} 2', '{__name__="v", n="3"} 3'],
    ['topk(9, v)', '{__name__="v", n="4"} 4', '{__name__="v", n="3"} 3', '{__name__="v", n="2"} 2', '{__name__="v", n="1"} NaN'],
    ['topk by (method) (1, errors)', '{__name__="errors", code="404", method="get"} 30', '{__name__="errors", code="501", method="put"} 3',
      '{__name__="errors", code="404", method="post"} 21'],
    ['topk(0, v)'],
    ['topk(NaN, nowhere)'],
    ['limitk(1, errors)', '{__name__="errors", code="500", method="get"} 24'],
    ['limitk by (method) (1, errors)', '{__name__="errors", code="500", method="get"} 24', '{__name__="errors", code="501", method="put"} 3',
      '{__name__="errors", code="500", method="post"} 6'],
    ['count(limit_ratio(0.5, errors) or limit_ratio(-0.5, errors))', '{} 5'],
    ['limit_ratio(1, v{n="2"})', '{__name__="v", n="2"} 2'],
    ['limit_ratio(0, errors)'],
    ['count_values("value", v{n!="1"} > bool 2)', '{value="0"} 1', '{value="1"} 2'],
    ['count_values without (n) ("value", huge)', `{value="17${'0'.repeat(307)}"} 2`],
    ['count_values by (method) ("method", errors{method="get"})', '{method="24"} 1', '{method="30"} 1'],
    ['count_values("zero", vector(-0))', '{zero="-0"} 1'],
    ['sum(nowhere)']
  ])
  for (const [query, message] of Object.entries({
    'topk(NaN, v)': 'Scalar value NaN overflows int64',
    'topk(1e30, v)': 'Scalar value 1e+30 overflows int64',
    'limit_ratio(NaN, v)': 'Ratio value NaN is NaN',
    'count_values("", v)': 'invalid label name ""'
  })) await t.rejects(engine.instant(query, 0), { message }, query)
})

t.test('quantiles and fractions of classic histograms are linear within a bucket', async t => {
  await table(t, [
    ['histogram_quantile(0.5, h_bucket)', '{} 1.5'], // rank 4: 2 of the 4 between 1 and 2
    ['histogram_quantile(0.125, h_bucket)', '{} 0.5'],
    ['histogram_quantile(0.99, h_bucket)', '{} 2'], // the highest bound there is
    ['histogram_quantile(-1, h_bucket)', '{} -Inf'], ['histogram_quantile(2, h_bucket)', '{} +Inf'], ['histogram_quantile(NaN, h_bucket)', '{} NaN'],
    ['histogram_quantile(0.5, h_bucket{le!="+Inf"})', '{} NaN'],
    ['histogram_quantile(0.5, h_bucket{le="+Inf"})', '{} NaN'],
    ['histogram_quantile(0.5, h_bucket * 0)', '{} NaN'],
    ['histogram_quantile(0.5, h_bucket - 2)', '{} 1.75'], // the first one is empty: rank 3 of 4
    ['histogram_quantile(0.5, label_replace(h_bucket, "le", "-1", "le", "1"))', '{} 0.5'], // 2 of 4 between -1 and 2
    ['histogram_quantile(0.1, label_replace(h_bucket, "le", "-1", "le", "1"))', '{} -1'],
    ['histogram_quantile(0.5, h_bucket or label_replace(h_bucket{le="1"}, "le", "1.0", "le", ".*"))', '{} 1'], // 2 + 2 up to 1
    ['histogram_fraction(1, 2, h_bucket)', '{} 0.5'],
    ['histogram_fraction(1.5, 2, h_bucket)', '{} 0.25'],
    ['histogram_fraction(-Inf, Inf, h_bucket)', '{} 1'],
    ['histogram_fraction(2, 1, h_bucket)', '{} 0'],
    ['histogram_fraction(NaN, 1, h_bucket)', '{} NaN'],
    ['histogram_fraction(1, 2, h_bucket{le!="+Inf"})', '{} NaN'],
    ['histogram_quantile(0.5, v)']
  ])
})

t.test('every aggregation has a row with an answer, and so have the functions of histograms', async t => {
  t.same([...AGGREGATORS, 'histogram_quantile', 'histogram_fraction'].filter(name => !tabled.has(name)), [])
})

t.test('warnings and infos name the place', async t => {
  const notes = async (query: string): Promise<string[]> => {
    const { warnings, infos } = await engine.instant(query, 0)
    return [...warnings, ...infos]
  }
  t.same(await notes('quantile(2,\n v)'), ['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)'])
  t.same(await notes('quantile(NaN, v) + quantile(-1, v)'), [
    'PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)', 'PromQL warning: quantile value should be between 0 and 1, got -1 (1:29)'])
  t.same(await notes('limit_ratio((1.5), v) or limit_ratio(-2, v)'), [
    'PromQL warning: ratio value should be between -1 and 1, got 1.5, capping to 1 (1:14)',
    'PromQL warning: ratio value should be between -1 and 1, got -2, capping to -1 (1:38)'])
  t.same(await notes('quantile_over_time(1e6, v{n="2"}[5m])'), ['PromQL warning: quantile value should be between 0 and 1, got 1e+06 (1:20)'])
  t.same(await notes('histogram_quantile(0.5, bad_bucket)'), [
    'PromQL warning: bucket label "le" is missing or has a malformed value of "one" for metric name "bad_bucket" (1:25)',
    'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see ' +
    'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "bad_bucket" (1:25)'])
  const rate = async (query: string): Promise<readonly string[]> => (await engine.instant(query, 2_400_000)).infos
  const nonCounter = 'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "a"'
  t.same(await rate('sum(\n  rate(a[1h]))'), [`${nonCounter} (2:8)`])
  t.same(await rate('rate(a[1h:10m])'), [`${nonCounter} (1:1)`])
  t.same(await rate('count(label_replace(rate(a[1h]), "ä", "", "", ""))'), [`${nonCounter} (1:26)`])
  const many = Array.from({ length: 12 }, (_, i) => `quantile(${i + 2}, v)`).join(' + ')
  t.match((await notes(many)).at(-1), '2 more warning annotations omitted')
})

t.test('range queries leave gaps where there is nothing, and merge what becomes the same', async t => {
  const rows = async (query: string): Promise<string[]> => await rowsOf(engine, query, 0, 1800, 600)
  t.same(await rows('a'), ['{__name__="a", side="x"} 1 2 _ 4'])
  t.same(await rows('abs({__name__=~"a|b", side="x"} < 35)'), ['{side="x"} 1 2 30 4'])
  await t.rejects(rows('abs({__name__=~"a|b"})'), { message: 'vector cannot contain metrics with the same labelset' })
  t.same(await rows('a or ignoring(x) b'), ['{__name__="a", side="x"} 1 2 _ 4', '{__name__="b", side="x"} _ _ 30 _'])
  t.same(await rows('a + b'), ['{side="x"} _ _ _ 44'])
  t.same(await rows('b == on(side) (a * 10)'), ['{side="x"} _ _ _ 40'])
  t.same(await rows('absent(a)'), ['{} _ _ 1 _'])
  t.same(await rows('absent_over_time(a[5m])'), ['{} _ _ 1 _'])
  t.same(await rows('topk(1, a or ignoring(side) b)'), ['{__name__="a", side="x"} 1 2 _ 4', '{__name__="b", side="x"} _ _ 30 _'])
  t.same(await rows('topk(1, {__name__=~"a|b"})'), ['{__name__="a", side="x"} 1 2 _ _', '{__name__="b", side="x"} _ _ 30 40'])
  t.same(await rows('sum(a) or sum(b)'), ['{} 1 2 30 4'])
  t.same(await rows('clamp(a, 0, time() - 1)'), ['{side="x"} _ 2 _ 4'])
  t.same(await rows('scalar(a) + 1'), ['{} 2 3 NaN 5'])
  t.same(await rows('2'), ['{} 2 2 2 2'])
  t.same(await rows('time()'), ['{} 0 600 1200 1800'])
  t.same(await rows('a @ 0'), ['{__name__="a", side="x"} 1 1 1 1'])
  t.same(await rows('scalar(a @ 0) + time()'), ['{} 1 601 1201 1801'])
})
