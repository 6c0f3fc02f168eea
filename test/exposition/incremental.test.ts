import fc from 'fast-check'
import { Counter as PromCounter, Registry } from 'prom-client'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { BoundCounter, BoundGauge, BoundObserver, Instrument } from '../../src/contracts/instruments.js'
import { Exposition } from '../../src/exposition/exposition.js'
import type { PromRegistry } from '../../src/metrics/prom-bridge.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { OPENMETRICS } from '../metrics/recorder.js'
import { labelsFor, metricSet, nameOf, operations, type MetricSpec, type Operation } from './operations.js'
import { parseExposition } from './parse.js'

type AnyChild = BoundCounter & BoundGauge & BoundObserver
type AnyInstrument = Instrument<never, AnyChild>

/** What happens between two scrapes, besides recording. */
type Event = 'scrape text' | 'scrape openmetrics' | 'scrape both' | 'default labels' | 'other default labels' | 'no default labels' | 'register' | 'unregister' | 'host'
const event = fc.constantFrom<Event>(
  'scrape text', 'scrape openmetrics', 'scrape both', 'default labels', 'other default labels', 'no default labels', 'register', 'unregister', 'host')

function make (registry: MetricRegistry, spec: MetricSpec, i: number): AnyInstrument {
  const declaration = {
    name: nameOf(spec, i), help: `Metric "${i}".`, labelNames: spec.labelNames as readonly never[], maxSeries: 6, buckets: spec.buckets, percentiles: [0.5, 1]
  }
  return registry[spec.type](declaration) as unknown as AnyInstrument
}

/** Does one operation, through a bound child kept from earlier where there is one (it may be stale). */
function apply (instrument: AnyInstrument, children: Map<string, AnyChild>, spec: MetricSpec, operation: Operation, i: number): void {
  const labels = labelsFor(spec, operation.labels) as never
  const key = operation.labels.join('|')
  switch (operation.kind) {
    case 'remove': instrument.remove(labels); return
    case 'reset': instrument.reset(); return
    case 'bind': children.set(key, instrument.labels(labels)); return
  }
  const child = children.get(key) ?? instrument.labels(labels)
  const exemplar = i % 3 === 0 ? { trace_id: String(i), key } : undefined
  if (spec.type === 'gauge' && operation.kind === 'gaugeDec') child.dec(operation.value)
  else if (spec.type === 'gauge' && operation.kind === 'record') child.set(operation.value)
  else if (spec.type === 'gauge') child.inc(operation.value)
  else if (spec.type === 'counter') child.inc(operation.value, exemplar)
  else child.observe(operation.value, exemplar)
}

t.test('what is kept between scrapes is, byte for byte, what is rendered anew', async () => {
  const kinds = ['record', 'record', 'record', 'gaugeInc', 'gaugeDec', 'remove', 'reset', 'bind'] as const
  const rounds = fc.array(fc.tuple(operations(kinds, true, 25), event), { maxLength: 8 })
  await fc.assert(fc.asyncProperty(metricSet, rounds, fc.boolean(), async (specs, rounds, created) => {
    const clock = new VirtualClock(1_700_000_000_000)
    const host = new Registry()
    const registry = new MetricRegistry({ clock, created, registry: host as unknown as PromRegistry })
    const kept = new Exposition(registry)
    const instruments = specs.map((spec, i) => make(registry, spec, i))
    const children = specs.map(() => new Map<string, AnyChild>())
    const theirs = new PromCounter({ name: 'theirs_total', help: 'Theirs.', registers: [host] })
    let step = 0
    for (const [steps, event] of rounds) {
      for (const operation of steps) {
        const { metric } = operation
        if (metric < specs.length) apply(instruments[metric]!, children[metric]!, specs[metric]!, operation, step++)
        clock.advance(0.5)
      }
      if (event === 'default labels') host.setDefaultLabels({ app: 'x"\n', a: 'theirs', le: 7 })
      else if (event === 'other default labels') host.setDefaultLabels({ app: 'y', zone: 1 })
      else if (event === 'no default labels') host.setDefaultLabels({})
      else if (event === 'register') registry.gauge({ name: `late${step}`, help: 'Late.' }).set(step)
      else if (event === 'unregister') registry.unregister(nameOf(specs[0]!, 0))
      else if (event === 'host') theirs.inc()
      const accepts = event === 'scrape text' ? [undefined] : event === 'scrape openmetrics' ? [OPENMETRICS] : [undefined, OPENMETRICS]
      for (const accept of accepts) {
        const found = (await kept.scrape({ accept })).body.toString()
        const expected = (await new Exposition(registry).scrape({ accept })).body.toString()
        if (found !== expected) throw new Error(`found\n${found}\nexpected\n${expected}`)
        parseExposition(found)
      }
    }
  }), { seed: 12, numRuns: 800 })
})

t.test('values that take more or fewer digits from scrape to scrape move their neighbours, and nothing else', async () => {
  const registry = new MetricRegistry({ clock: new VirtualClock() })
  const gauge = registry.gauge({ name: 'm', help: 'x', labelNames: ['i'] })
  const kept = new Exposition(registry)
  const value = fc.oneof(fc.integer(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 9, 10, 99, 100, -1.2345678901234567e-6), fc.double())
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(200), value), { minLength: 1, maxLength: 40 }), async changes => {
    for (const [i, number] of changes) gauge.set({ i }, number)
    const found = (await kept.scrape()).body
    const expected = (await new Exposition(registry).scrape()).body
    if (!found.equals(expected)) throw new Error(`found\n${found.toString()}\nexpected\n${expected.toString()}`)
  }), { seed: 13, numRuns: 500 })
})

t.test('a scrape that was handed out does not change any more', async t => {
  const registry = new MetricRegistry({ clock: new VirtualClock() })
  const counter = registry.counter({ name: 'm_total', help: 'x' })
  const kept = new Exposition(registry)
  counter.inc()
  const { body } = await kept.scrape()
  const text = body.toString()
  counter.inc()
  const next = (await kept.scrape()).body.toString()
  t.equal(body.toString(), text)
  t.not(next, text)
})
