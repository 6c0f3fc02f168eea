import t from 'tap'
import { difference, orderOf } from './differential/compare.js'
import { cornerCases } from './differential/corner-cases.js'
import { cornerSeries } from './differential/corner-series.js'
import { dataSet, dataStartMs, slices } from './differential/data.js'
import { moreCornerCases } from './differential/more-corner-cases.js'
import { Oracle, type QueryCase } from './differential/oracle.js'
import { Ours } from './differential/ours.js'

for (const delayedNameRemoval of [false, true]) {
  await t.test(`corners of syntax, functions and messages are those of Prometheus 3.5, names removed ${delayedNameRemoval ? 'late' : 'at once'}`, async t => {
    const oracle = await Oracle.start(delayedNameRemoval ? ['promql-delayed-name-removal'] : [])
    t.teardown(async () => { await oracle.close() })
    if (!oracle.version.startsWith('3.5.')) {
      t.pass('skipped: needs Prometheus 3.5 in PROMETHEUS')
      return
    }
    const ours = new Ours({ delayedNameRemoval })
    for (const slice of slices([...dataSet(1, 'full'), ...cornerSeries])) {
      await oracle.write(slice)
      ours.write(slice)
    }
    const at = dataStartMs + 3_700_000
    const times = [{ startMs: at, endMs: at, stepMs: undefined }, { startMs: dataStartMs + 1_500_000, endMs: dataStartMs + 2_700_000, stepMs: 37_000 }]
    const cases: QueryCase[] = [...cornerCases, ...moreCornerCases].flatMap(expr => times.map(time => ({ expr, ...time })))
    let [compared, errors] = [0, 0]
    for (const query of cases) {
      const [expected, found] = await Promise.all([oracle.ask(query), ours.ask(query)])
      // A panic of Prometheus is no answer.
      if (expected.error !== undefined && /^unexpected (?:error|result)/.test(expected.error)) continue
      compared++
      if (expected.error !== undefined) errors++
      const what = difference(expected, found, { ordered: orderOf(query.expr) })
      if (what !== undefined) t.same(found, expected, `${query.expr}${query.stepMs === undefined ? '' : ' over a range'}: ${what}`)
    }
    t.ok(compared > 3500, `${compared} compared`)
    t.ok(errors > 600 && errors < 1400, `${errors} of them errors`)
  })
}

/** Queries that look at samples in every way that there is. */
const looks = [
  'limit', 'flapping', 'sum by (job) (rate(requests_total[5m]))', 'rate(requests_total[5m])', 'max_over_time(rate(requests_total[5m])[10m:1m])',
  'limit @ 1709251200', 'limit @ end() + limit', 'rate(requests_total[5m] @ end())', 'requests_total / on(job) group_left limit', 'timestamp(limit)', 'time()',
  'vector(1)', 'topk(2, requests_total)', 'histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))', 'absent_over_time(flapping[1m])',
  'predict_linear(limit[5m] @ end(), 60)', 'sum_over_time(vector(1)[5m:1m])', 'limit offset 1h', 'last_over_time(brief_total[5m])',
  'sum_over_time((limit + limit)[5m:1m] @ end())', 'max_over_time(sum_over_time(limit[5m:1m])[10m:2m])'
]
const looksAtOnce = ['requests_total[5m]', 'limit[10m:1m]', 'limit[10m:1m] @ 1709251200']

await t.test('as many samples are looked at as Prometheus 3.5 counts', async t => {
  const oracle = await Oracle.start()
  t.teardown(async () => { await oracle.close() })
  if (!oracle.version.startsWith('3.5.')) {
    t.pass('skipped: needs Prometheus 3.5 in PROMETHEUS')
    return
  }
  const ours = new Ours()
  for (const slice of slices(dataSet(1, 'full'))) {
    await oracle.write(slice)
    ours.write(slice)
  }
  const [startMs, endMs, stepMs] = [dataStartMs + 1_500_000, dataStartMs + 2_700_000, 37_000]
  for (const expr of looks) {
    const query = { expr, startMs, endMs, stepMs }
    t.equal(await ours.queried(query), await oracle.queried(query), `${expr} over a range`)
  }
  for (const expr of [...looks, ...looksAtOnce]) {
    const query = { expr, startMs: endMs, endMs, stepMs: undefined }
    t.equal(await ours.queried(query), await oracle.queried(query), expr)
  }
})
