import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { downsample } from '../../src/contracts/downsample.js'
import { resolutions, type CounterWindow, type WindowRecord } from '../../src/contracts/window.js'
import { lines, scene } from './support.js'

await t.test('windows of an aggregator are those of one step from its minutes, never negative, and sum to the truth', async () => {
  const step = fc.record({
    process: fc.nat(2), by: fc.nat(5), value: fc.integer({ min: -8, max: 30 }), aheadMs: fc.nat(400_000), restart: fc.nat(9), reset: fc.nat(9)
  })
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
    const { publisher, aggregator, clock, windows } = scene()
    const { registry, aggregator: aggregating } = await aggregator()
    const open = (name: string) => {
      const made = publisher(name)
      return {
        ...made,
        counter: made.registry.counter({ name: 'a_total', help: 'a' }),
        histogram: made.registry.histogram({ name: 'h', help: 'h', buckets: [0, 10] }),
        gauge: made.registry.gauge({ name: 'g', help: 'g', aggregate: 'sum' })
      }
    }
    const processes = ['a', 'b', 'c'].map(open)
    let [total, count] = [0, 0]
    for (const { process, by, value, aheadMs, restart, reset } of steps) {
      // A restart is another origin at another time; a life that was reset counts on.
      if (restart === 0) processes[process] = open('abc'[process]!)
      const { counter, histogram, gauge, publisher } = processes[process]!
      if (reset === 0) counter.reset()
      await publisher.flush()
      counter.inc(by)
      histogram.observe(value / 4)
      gauge.set(value)
      total += by
      count++
      await publisher.flush()
      clock.advance(aheadMs + 1)
      // Messages may not come while a state is written; here there is none.
      await new Promise(resolve => { setImmediate(resolve) })
    }
    const [shown] = await lines(registry, 'a_total')
    await aggregating.close()
    assert.equal(shown, `a_total ${total}`)
    const byKey = (a: WindowRecord, b: WindowRecord) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.startMs - b.startMs
    const own = windows.records.filter(({ name }) => ['a_total', 'h', 'g'].includes(name))
    const minutes = own.filter(({ resolution }) => resolution === '1m')
    for (const resolution of resolutions) {
      const there = own.filter(record => record.resolution === resolution).sort(byKey)
      assert.deepEqual(there, downsample(minutes, resolution).map(record => record.type === 'counter'
        ? { ...record, total: (there.find(each => each.name === record.name && each.startMs === record.startMs) as CounterWindow).total }
        : record).sort(byKey))
      const counters = there.filter(({ type }) => type === 'counter') as CounterWindow[]
      assert.ok(counters.every(({ increment }) => increment > 0))
      assert.equal(counters.reduce((sum, { increment }) => sum + increment, 0), total)
      assert.equal(counters.at(-1)?.total ?? 0, total)
      const observed = there.flatMap(record => record.type === 'histogram' ? record.buckets : []).reduce((sum, each) => sum + each, 0)
      assert.equal(observed, count)
    }
  }), { seed: 21, numRuns: 40 })
})
