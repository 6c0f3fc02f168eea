import t from 'tap'
import { difference } from './differential/compare.js'
import { cornerCases } from './differential/corner-cases.js'
import { dataSet, dataStartMs, slices } from './differential/data.js'
import { Oracle, type QueryCase } from './differential/oracle.js'
import { Ours } from './differential/ours.js'

for (const delayedNameRemoval of [false, true]) {
  await t.test(`corners of syntax, functions and messages are those of Prometheus 3.5, names removed ${delayedNameRemoval ? 'late' : 'at once'}`, async t => {
    const oracle = await Oracle.start(delayedNameRemoval ? ['promql-delayed-name-removal'] : [])
    t.teardown(async () => { await oracle.close() })
    if (!oracle.version.startsWith('3.5.')) {
      t.skip('needs Prometheus 3.5 in PROMETHEUS')
      return
    }
    const ours = new Ours({ delayedNameRemoval })
    for (const slice of slices(dataSet(1, 'full'))) {
      await oracle.write(slice)
      ours.write(slice)
    }
    const at = dataStartMs + 3_700_000
    const times = [{ startMs: at, endMs: at, stepMs: undefined }, { startMs: dataStartMs + 1_500_000, endMs: dataStartMs + 2_700_000, stepMs: 37_000 }]
    const cases: QueryCase[] = cornerCases.flatMap(expr => times.map(time => ({ expr, ...time })))
    let [compared, errors] = [0, 0]
    for (const query of cases) {
      const [expected, found] = await Promise.all([oracle.ask(query), ours.ask(query)])
      // A panic of Prometheus is no answer.
      if (expected.error !== undefined && /^unexpected (?:error|result)/.test(expected.error)) continue
      compared++
      if (expected.error !== undefined) errors++
      const what = difference(expected, found, { ordered: query.expr.startsWith('sort') })
      if (what !== undefined) t.same(found, expected, `${query.expr}${query.stepMs === undefined ? '' : ' over a range'}: ${what}`)
    }
    t.ok(compared > 1600, `${compared} compared`)
    t.ok(errors > 400 && errors < 1000, `${errors} of them errors`)
  })
}
