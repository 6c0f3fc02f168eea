import { Counter, Histogram, type Registry } from 'prom-client'
import t from 'tap'
import { labelsOf, labelsToObject } from '../../src/contracts/labels.js'
import { Sampler } from '../../src/sampling/sampler.js'
import { SeriesStore } from '../../src/series/series-store.js'
import { tradingHost } from '../exposition/trading-host.js'
import { everything } from '../series/samples.js'
import { serve, startPrometheus } from '../support/prometheus.js'

/** What changes from one reading to the next; `_created` lines are of the exposition only. */
const moving = /^(process|nodejs|njord_(event_loop|gc|history|memory)|scrape)_/
const notSampled = /_created$|^scrape_(samples_post_metric_relabeling|series_added)$/

await t.test('the store has what a real Prometheus stored of a scrape of the same host', async t => {
  const { registry, exposition, own } = tradingHost()
  for (const value of [0.000005, 0.5, 2, 3e6]) own.wait.observe({ what: 'answer' }, value)
  for (let i = 1; i <= 30; i++) own.spread.observe(i)
  for (const value of [NaN, Infinity, -Infinity, -0.25, 5e-324, 123456789.125]) own.numbers.set({ kind: value }, value)
  for (const text of ['"', '\\', '\n', '__proto__', 'ü😀', '']) own.quotes.inc({ text })
  registry.gauge({ name: 'host_target', help: 'Labels of the target.', labelNames: ['job', 'exported_job', 'instance'] }).set(
    { job: 'a', exported_job: 'b', instance: 'c' }, 1)
  const registers = [registry.promRegistry as unknown as Registry]
  new Counter({ name: 'jobs', help: 'Jobs.', labelNames: ['kind'], registers }).inc({ kind: 'a' })
  new Histogram({ name: 'foreign_seconds', help: 'H.', buckets: [0.1, 1, 2_500_000], registers }).observe(2)

  registry.collect() // what a first reading changes

  const target = await serve(t, async ({ headers }) => await exposition.scrape({ accept: headers.accept }))
  const prometheus = await startPrometheus(t, { host: target })
  const store = new SeriesStore({ clock: registry.clock })
  const sampler = new Sampler({ registry, store, intervalMs: 1000, job: 'host', instance: target })
  await prometheus.scraped(1)
  await sampler.sample()

  const stored = new Map<string, number>()
  for (const { labels, read } of (await store.select(everything)).map(series => ({ labels: series.labels, read: () => series.read() }))) {
    const { length, values, stale } = read()
    if (stale?.[length - 1] !== 1) stored.set(JSON.stringify(labels), values[length - 1]!)
  }
  const scraped = await prometheus.query('{job="host"}')
  let compared = 0
  for (const { metric, value: [, text] } of scraped) {
    const name = metric.__name__!
    if (notSampled.test(name)) continue
    const key = JSON.stringify(labelsOf(metric))
    const value = stored.get(key)
    const wanted = Number(text.replace('Inf', 'Infinity'))
    if (value === undefined || !(moving.test(name) || Object.is(value, wanted))) t.fail(`${key} is ${value}, wanted ${text}`)
    stored.delete(key)
    compared++
  }
  t.strictSame([...stored.keys()], [], 'nothing else')
  t.ok(compared > 400, `${compared} series`)

  own.quotes.remove({ text: '"' })
  const quotes = 'host_quotes_total{text="\\""}'
  await prometheus.until('the series is gone', async () => (await prometheus.query(quotes)).length === 0)
  await sampler.sample()
  const gone = (await store.select(everything)).find(({ labels }) => labelsToObject(labels).text === '"')!.read()
  t.equal(gone.length, 2)
  t.equal(gone.stale?.[1], 1, 'what is stale there is stale here')
})
