import t from 'tap'
import { difference } from './differential/compare.js'
import { dataSet, slices } from './differential/data.js'
import { Oracle } from './differential/oracle.js'
import { Ours } from './differential/ours.js'
import { describe } from './differential/report.js'
import { runDifferential, type Side } from './differential/run.js'

/** Other than the seeds of longer runs: `npm run promql:differential`. */
const seed = 20_240_229

await t.test('random queries have the answers of a real Prometheus', async t => {
  const oracle = await Oracle.start()
  t.teardown(async () => { await oracle.close() })
  const profile = oracle.isVersion3 ? 'full' : 'common'
  if (profile === 'common') {
    t.comment(`Prometheus ${oracle.version} is not 3: no NaN, no infinities, no samples on bounds, no texts, and only functions that both versions agree on. ` +
      'PROMETHEUS=<path of a Prometheus 3.5> lifts that.')
  }
  const ours = new Ours()
  for (const slice of slices(dataSet(seed, profile))) {
    await oracle.write(slice)
    ours.write(slice)
  }
  const { differences, cases, filled } = await runDifferential({ theirs: oracle, ours, seed, cases: 500, profile, most: 3 })
  t.equal(differences.map(describe).join('\n\n'), '')
  t.ok(filled > cases / 2, `${filled} of ${cases} cases have something in their answer`)
})

await t.test('a difference is found, and made as small as it goes', async t => {
  /** Answers 1 to everything; one of the two forgets the sum. */
  const side = (isRight: (expr: string) => boolean): Side => ({
    ask: async ({ expr }) => ({ data: { resultType: 'scalar', result: [0, isRight(expr) ? '1' : '2'] }, warnings: [], infos: [] })
  })
  const { differences } = await runDifferential({ theirs: side(() => true), ours: side(expr => !expr.includes('sum')), seed, cases: 200, profile: 'common', most: 2 })
  const [found] = differences
  t.match(found!.query.expr, 'sum')
  t.ok(found!.query.expr.length <= found!.original.expr.length)
  t.equal(found!.query.stepMs, undefined, 'at one instant instead of many')
  t.match(describe(found!), /theirs: \[0,"1"\]\n +ours: +\[0,"2"\]/)
})

await t.test('answers are compared as elements in any order, within 1e-9, with their messages', async t => {
  const vector = (...values: ReadonlyArray<readonly [string, string]>): Parameters<typeof difference>[0] => ({
    data: { resultType: 'vector', result: values.map(([job, value]) => ({ metric: { job }, value: [7, value] })) }, warnings: [], infos: []
  })
  const same = vector(['a', '1'], ['b', 'NaN'])
  t.equal(difference(same, vector(['b', 'NaN'], ['a', '1.0000000001'])), undefined)
  t.match(difference(same, vector(['b', 'NaN'], ['a', '1.00000001'])), '1, ours 1.00000001 at 7')
  t.match(difference(same, vector(['b', '0'], ['a', '1'])), 'NaN, ours 0')
  t.match(difference(same, vector(['c', 'NaN'], ['a', '1'])), 'no element')
  t.match(difference(same, vector(['a', '1'])), '2 elements, ours 1')
  t.match(difference(same, vector(['b', 'NaN'], ['a', '1']), { ordered: 'by value' }), 'order')
  t.equal(difference(vector(['a', '1'], ['b', '1']), vector(['b', '1'], ['a', '1']), { ordered: 'by value' }), undefined, 'ties in any order')
  t.match(difference(vector(['a', '1'], ['b', '1']), vector(['b', '1'], ['a', '1']), { ordered: 'by labels' }), 'order')
  t.match(difference(vector(['a', '1e+21']), vector(['a', '1000000000000000000000'])), 'ours', 'in the same words')
  const failed = { error: 'x', warnings: [], infos: [] }
  t.equal(difference(same, failed), 'error')
  t.equal(difference(failed, { ...failed, error: 'y' }), 'error text')
  t.equal(difference(failed, { ...failed, error: 'y' }, { messages: false }), undefined)
  t.equal(difference({ ...same, warnings: ['w', 'v'] }, { ...same, warnings: ['v', 'w'] }), undefined)
  t.equal(difference({ ...same, infos: ['w'] }, same), 'infos')
  const many = Array.from({ length: 11 }, (_, i) => `${i} more`)
  t.equal(difference({ ...same, warnings: many }, { ...same, warnings: many.with(0, 'other') }), undefined, 'which ten is left to chance')
})
