import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { labelsOf } from '../../src/contracts/labels.js'
import type { Queryable, SelectedSeries } from '../../src/contracts/queryable.js'
import { PromqlEngine } from '../../src/promql/engine.js'
import { position } from '../../src/promql/eval/annotations.js'
import { parseFloatLikeGo } from '../../src/promql/go-number.js'
import { labelRatio, xxh64 } from '../../src/promql/eval/label-hash.js'
import { parse } from '../../src/promql/parser.js'
import { SeriesStore } from '../../src/series/series-store.js'
import { ArrayQueryable } from '../support/array-queryable.js'
import { engineOver, linesOf, rowsOf } from '../support/promql.js'

// One sample a minute from 0 s: its minute, doubled; `mark` ends at 2 m and comes back at 4 m.
const source = new ArrayQueryable()
  .add({ __name__: 'm' }, [0, 2, 4, 6, 8, 10])
  .add({ __name__: 'mark' }, [0, 1, 'stale', undefined, 4])
const engine = engineOver(source)

t.test('an instant selector looks back five minutes at most, and not past a staleness mark', async t => {
  const rows = {
    m: [[0, '{__name__="m"} 0'], [59.999, '{__name__="m"} 0'], [60, '{__name__="m"} 2'], [599.999, '{__name__="m"} 10'], [600]],
    mark: [[119, '{__name__="mark"} 1'], [120], [239], [240, '{__name__="mark"} 4']],
    'm offset 1m': [[60, '{__name__="m"} 0'], [120, '{__name__="m"} 2']],
    'm offset -1m': [[60, '{__name__="m"} 4']],
    'm @ 120': [[0, '{__name__="m"} 4'], [9999, '{__name__="m"} 4']],
    'm @ 120 offset 1m': [[0, '{__name__="m"} 2']],
    'm @ end()': [[61, '{__name__="m"} 2']]
  } as const
  for (const [query, answers] of Object.entries(rows)) {
    for (const [at, ...answer] of answers) t.same(await linesOf(engine, query, at), answer, `${query} at ${at}`)
  }
  t.same(await linesOf(engineOver(source, { lookbackMs: 30_000 }), 'm', 95), [])
  const { data } = await engine.instant('m', 95_000, { lookbackMs: 30_000 })
  t.same(data.result, [])
})

t.test('a range selector is open on the left and leaves staleness marks out', async t => {
  t.same(await linesOf(engine, 'm[2m]', 120), ['{__name__="m"} 2@60 4@120'])
  t.same(await linesOf(engine, '(mark[10m])', 300), ['{__name__="mark"} 0@0 1@60 4@240'])
  t.same(await linesOf(engine, 'm[1m] offset 10m', 120), [])
  t.same(await linesOf(engine, 'm[1m] @ 120', 0), ['{__name__="m"} 4@120'])
  t.same(await linesOf(engine, '{__name__=~"m|mark"}[61s]', 60), ['{__name__="m"} 0@0 2@60', '{__name__="mark"} 0@0 1@60'])
})

t.test('a subquery has its own aligned steps', async t => {
  t.same(await linesOf(engine, 'm[3m:1m]', 185), ['{__name__="m"} 2@60 4@120 6@180'])
  t.same(await linesOf(engine, 'm[90s:30s]', 100), ['{__name__="m"} 0@30 2@60 2@90'])
  t.same(await linesOf(engine, 'm[2m:]', 180), ['{__name__="m"} 4@120 6@180'])
  t.same(await linesOf(engineOver(source, { defaultStepMs: 30_000 }), 'm[1m:]', 180), ['{__name__="m"} 4@150 6@180'])
  t.same(await linesOf(engine, 'sum_over_time(m[3m:1m] offset 1m)', 240), ['{} 12'])
  t.same(await linesOf(engine, 'sum_over_time(m[3m:1m] @ 120)', 9999), ['{} 6'])
  t.same(await linesOf(engine, 'max_over_time(sum_over_time(m[2m])[3m:1m])', 300), ['{} 18'])
  t.same(await linesOf(engine, 'sum_over_time((m @ 120)[3m:1m])', 300), ['{} 12'])
  t.same(await linesOf(engine, 'sum_over_time(m[10s:1m])', 55), [])
  t.same(await rowsOf(engine, 'sum_over_time(m[2m:1m])', 60, 240, 60), ['{} 2 6 10 14'])
  t.same(await rowsOf(engine, 'predict_linear(m[3m] @ 120, 60)', 120, 240, 60), ['{} 6 8 10'])
  t.same(await rowsOf(engine, 'rate(m[2m] @ start()) + rate(m[2m] @ end())', 120, 240, 60), ['{} 0.06666666666666667 0.06666666666666667 0.06666666666666667'])
})

t.test('a selection says what the query looks at', async t => {
  const { selections } = source
  selections.length = 0
  await engine.range('m + rate(m[2m] offset 1m)', 600_000, 900_000, 60_000)
  t.match(selections, [
    { startMs: 300_001, endMs: 900_000, stepMs: 60_000, rangeMs: 0 },
    { startMs: 420_001, endMs: 840_000, stepMs: 60_000, rangeMs: 120_000 }
  ])
  selections.length = 0
  await engine.instant('m', 600_000)
  t.match(selections, [{ startMs: 300_001, endMs: 600_000, stepMs: 0, rangeMs: 0 }])
})

t.test('under delayed removal names can be set after they should have gone', async t => {
  const delayed = engineOver(source, { delayedNameRemoval: true })
  t.same(await linesOf(delayed, 'label_replace(abs(m), "__name__", "rate_$1", "__name__", "(.+)")', 60), ['{__name__="rate_m"} 2'])
  t.same(await linesOf(delayed, 'abs(m)', 60), ['{} 2'])
  t.same(await linesOf(delayed, 'm > bool m', 60), ['{} 0'])
  t.same(await linesOf(delayed, 'abs(m) or abs(mark)', 60), ['{} 2'])
  t.same(await linesOf(delayed, 'last_over_time(m[5m])', 60), ['{__name__="m"} 2'])
  t.same(await linesOf(delayed, 'abs(m)[1m:1m]', 60), ['{} 2@60'])
  t.same(await linesOf(delayed, 'last_over_time((abs(m))[1m:1m])', 60), ['{__name__="m"} 2'], 'as the last sample of any series')
  await t.rejects(delayed.instant('abs({__name__=~"m|mark"})', 60_000), { message: 'vector cannot contain metrics with the same labelset' })
})

t.test('expressions may come parsed; their annotations have no place then', async t => {
  const { infos } = await engine.instant(parse('rate(m[5m])'), 300_000)
  t.same(infos, ['PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "m"'])
  await t.rejects(engineOver(source, { experimentalFunctions: false }).instant('limitk(1, m)', 0), { code: 'NJORD_ERR_PROMQL_PARSE' })
  await t.rejects(engine.instant('m +', 0), { code: 'NJORD_ERR_PROMQL_PARSE', statusCode: 400 })
})

t.test('a range query is refused when it has no steps, too many of them, or another type', async t => {
  const rows: ReadonlyArray<readonly [string, number, number, number, string]> = [
    ['m', 10, 0, 1, 'invalid parameter "end": end timestamp must not be before start time'],
    ['m', 0, 10, 0, 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer'],
    ['m', 0, 10, NaN, 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer'],
    ['m', 0, 11_001, 1, 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)'],
    ['(m[5m])', 0, 10, 1, 'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector'],
    ['("x")', 0, 10, 1, 'invalid parameter "query": invalid expression type "string" for range query, must be Scalar or instant Vector']
  ]
  for (const [query, start, end, step, message] of rows) {
    await t.rejects(engine.range(query, start, end, step), { code: 'NJORD_ERR_QUERY_BAD_DATA', statusCode: 400, message })
  }
  t.match((await engine.range('1', 0, 11_000, 1)).data.result, [{ values: { length: 11_001 } }])
})

t.test('a query holds only so many samples', async t => {
  const small = engineOver(source, { maxSamples: 10 })
  t.same(await linesOf(small, 'm', 0), ['{__name__="m"} 0'])
  for (const query of ['m', 'rate(m[10m])', 'time()', 'sum(m)', 'm + m']) {
    await t.rejects(small.range(query, 0, 300_000, 20_000), {
      code: 'NJORD_ERR_QUERY_TOO_MANY_SAMPLES', statusCode: 422, message: 'query processing would load too many samples into memory in query execution'
    }, query)
  }
  await t.rejects(small.instant('sum_over_time(vector(1)[1y:1ms])', 0), { code: 'NJORD_ERR_QUERY_TOO_MANY_SAMPLES' })
})

/** A source with many series, which says how often it was read, and lets something happen when it is. */
function many (series: number, onRead: (reads: number) => void): Queryable {
  let reads = 0
  const read = (): ReturnType<SelectedSeries['read']> => {
    onRead(++reads)
    const timestamps = Float64Array.from({ length: 1000 }, (_, i) => i * 1000)
    return { length: 1000, timestamps, values: timestamps.slice(), stale: undefined }
  }
  return {
    select: async () => Array.from({ length: series }, (_, i) => ({ labels: ['__name__', 'm', 'n', String(i)], read })),
    labelNames: () => [],
    labelValues: () => [],
    series: () => []
  }
}

t.test('a query can be cancelled, and runs out of time', async t => {
  const already = AbortSignal.abort()
  await t.rejects(engine.instant('m', 0, { signal: already }), { code: 'NJORD_ERR_QUERY_CANCELED', statusCode: 499, message: 'query was canceled in expression evaluation' })

  const controller = new AbortController()
  const long = engineOver(many(100_000, reads => { if (reads === 10) controller.abort() }))
  await t.rejects(long.instant('sum(rate(m[10m]))', 600_000, { signal: controller.signal }), { code: 'NJORD_ERR_QUERY_CANCELED' })

  const clock = new VirtualClock()
  const slow = new PromqlEngine({ queryable: many(3, () => { clock.advance(60_000) }), clock })
  await t.rejects(slow.instant('m + m', 600_000), { code: 'NJORD_ERR_QUERY_TIMEOUT', statusCode: 503, message: 'query timed out in expression evaluation' })
  await t.rejects(slow.instant('m + 1', 600_000, { timeoutMs: 1 }), { code: 'NJORD_ERR_QUERY_TIMEOUT' })
})

t.test('others get their turns while a long query runs', async t => {
  let turns = 0
  let isDone = false
  const turn = (): void => {
    turns++
    if (!isDone) setImmediate(turn)
  }
  turn()
  await engineOver(many(2000, () => {})).range('sum by (n) (stddev_over_time(m[10m]))', 600_000, 900_000, 10_000)
  isDone = true
  t.ok(turns > 5, `${turns} turns`)
})

t.test('a source that fails ends the query with its words', async t => {
  const broken = { ...many(0, () => {}), select: () => { throw new Error('disk on fire') } }
  await t.rejects(engineOver(broken).instant('m', 0), { code: 'NJORD_ERR_QUERY_EXECUTION', message: 'expanding series: disk on fire' })
})

t.test('texts, numbers and hashes are Go\'s', async t => {
  t.equal(position('a\nä b', 4), '2:4')
  t.equal(parseFloatLikeGo('1e400'), 'value out of range')
  t.equal(parseFloatLikeGo(''), 'invalid syntax')
  t.equal(parseFloatLikeGo('-Inf'), -Infinity)
  t.ok(Number.isNaN(parseFloatLikeGo('nan')))
  // The test vectors of the XXH64 specification: seed 0, no bytes; and 'abc'.
  t.equal(xxh64(Buffer.alloc(0)), 0xEF46DB3751D8E999n)
  t.equal(xxh64(Buffer.from('abc')), 0x44BC2CF5AD770999n)
  t.equal(xxh64(Buffer.from('Nobody inspects the spammish repetition')), 0xFBCEA83C8A378BF1n)
  t.ok(labelRatio(['a', 'x'.repeat(300)]) < 1)
})

t.test('what is given up while a query runs is no loss to it', async t => {
  const store = new SeriesStore({ maxAgeMs: Infinity, maxBytes: 400_000 })
  const sets = Array.from({ length: 100 }, (_, i) => labelsOf({ __name__: 'm', i: String(i) }))
  let random = 1
  let atMs = 0
  const sweep = (): void => {
    atMs += 1000
    for (const labels of sets) store.append(labels, atMs, (random = Math.imul(random, 0x9e3779b1) + 1 >>> 0) / 3)
  }
  for (let i = 0; i < 300; i++) sweep()
  const [startMs, endMs] = [store.completeFromMs, atMs]
  const ask = async (queryable: Queryable): Promise<unknown> =>
    (await engineOver(queryable).range('sum by (i) (stddev_over_time(m[30s]))', startMs, endMs, 500)).data
  const undisturbed = await ask(store)
  const before = store.completeFromMs
  let isDone = false
  const write = (): void => {
    sweep()
    if (!isDone) setImmediate(write)
  }
  const disturbed = await ask({
    labelNames: () => [],
    labelValues: () => [],
    series: () => [],
    select: async selection => {
      const selected = await store.select(selection)
      // All of it is given up at once, and then more with every turn.
      for (let i = 0; i < 400; i++) sweep()
      write()
      return selected
    }
  })
  isDone = true
  t.ok(store.completeFromMs > endMs && before < endMs, 'nothing of what it asked for is left')
  t.strictSame(disturbed, undisturbed)
})
