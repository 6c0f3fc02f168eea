import t from 'tap'
import type { LabelValues } from '../../src/contracts/instruments.js'
import { noopInstruments } from '../../src/metrics/noop.js'

t.test('every instrument is the same, takes everything and does nothing', async t => {
  const declaration = { name: 'm', help: 'x', labelNames: ['a'] } as const
  const counter = noopInstruments.counter(declaration)
  const instruments = [counter, noopInstruments.gauge(declaration), noopInstruments.histogram(declaration), noopInstruments.summary(declaration)] as const
  for (const instrument of instruments) {
    t.equal(instrument as unknown, counter)
    t.equal(instrument.labels({ a: '1' }) as unknown, counter.labels({ a: '2' }))
    t.equal(instrument.remove({ a: '1' }), false)
    t.doesNotThrow(() => { instrument.reset() })
    t.throws(() => { Object.assign(instrument, { inc: 1 }) }, TypeError, 'nobody changes what all share')
  }
  const [, gauge, histogram, summary] = instruments
  const throwing = { get a (): string { throw new Error('boom') } } as LabelValues<'a'>
  counter.inc(throwing, NaN)
  gauge.set(null as never, 1)
  gauge.inc({ a: '1' })
  gauge.dec({ a: '1' })
  histogram.observe({ a: '1' }, 1, { id: '1' })
  summary.observe({ a: '1' }, 1)
  counter.labels({ a: '1' }).inc(-1)
  gauge.labels({ a: '1' }).set(1)
  histogram.labels({ a: '1' }).observe(1)
})

t.test('what is to be read is never asked for', async t => {
  const end = noopInstruments.onCollect(() => { t.fail('called') })
  end()
  end()
})
