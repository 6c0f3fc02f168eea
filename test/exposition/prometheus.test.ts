import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { Scrape } from '../../src/exposition/exposition.js'
import { serve, startPrometheus, type QueryResult } from '../support/prometheus.js'
import { parseExposition, type ParsedSample } from './parse.js'
import { tradingHost } from './trading-host.js'

const texts = ['plain', '"', '\\', '\n', '__proto__', 'ü😀', '\u2028', 'a\r\nb\tc', 'x'.repeat(1023) + '…', '{a="b"} 1', '\0nul']
const numbers = [
  1, -0.25, NaN, Infinity, -Infinity, 1e21, -1e21, 5e-324, Number.MAX_VALUE, -1.2345678901234567e-6, 0.1 + 0.2, 2 ** 31, -(2 ** 31), 2 ** 53, 123456789.125
]

await t.test('a real Prometheus reads in both formats the very values that were recorded', async t => {
  const { exposition, own } = tradingHost()
  texts.forEach((text, i) => { own.quotes.inc({ text }, i + 1, { trace_id: `trace ${i}` }) })
  numbers.forEach((value, i) => { own.numbers.set({ kind: i }, value) })
  for (const value of [0.000005, 0.5, 2, 3e6]) own.wait.observe({ what: 'answer' }, value, { order_id: `o${value}`, note: 'ü' }) // Prometheus itself leaves escapes in exemplars as they are
  for (let i = 1; i <= 30; i++) own.spread.observe(i)

  // One scrape each, served again and again: what is compared does not change meanwhile.
  let negotiated: Promise<Scrape> | undefined
  const text = exposition.scrape()
  const prometheus = await startPrometheus(t, {
    negotiated: await serve(t, async ({ headers }) =>
      await (negotiated ??= exposition.scrape({ accept: headers.accept, acceptEncoding: headers['accept-encoding'] as string }))),
    text: await serve(t, async () => await text)
  })
  await prometheus.scraped(2)
  const { body, contentType, contentEncoding } = await negotiated!
  t.match(contentType, 'application/openmetrics-text; version=1.0.0')
  t.equal(contentEncoding, 'gzip')

  const expected = { negotiated: parseExposition(gunzipSync(body).toString()), text: parseExposition((await text).body.toString()) }
  for (const [job, families] of Object.entries(expected)) {
    const scraped = new Map((await prometheus.query(`{job="${job}", __name__!~"up|scrape_.+"}`)).map(result => [keyOf(result.metric), result.value[1]]))
    const samples = [...families.values()].flatMap(family => family.samples)
    for (const sample of samples) {
      const key = keyOf({ __name__: sample.name, ...sample.labels })
      const value = scraped.get(key)
      if (value === undefined || !Object.is(Number(value.replace('Inf', 'Infinity')), sample.value)) t.fail(`${job}: ${key} is ${value}, wanted ${sample.value}`)
      scraped.delete(key)
    }
    t.strictSame([...scraped.keys()], [], `${job}: nothing else`)
    const [series] = await prometheus.query(`scrape_samples_scraped{job="${job}"}`)
    t.equal(Number(series!.value[1]), samples.length, job)
  }

  await t.test('and can reckon with them', async t => {
    const one = async (query: string): Promise<number> => Number((await prometheus.query(query))[0]?.value[1])
    t.equal(await one('sum(njord_intents_received_total{job="text"})'), 60)
    t.equal(await one('njord_intents_received_total{job="text"} - njord_intents_allowed_total - sum without (reason) (njord_intents_denied_total)'), 0)
    t.equal(await one('sum by (job) (host_wait_seconds_bucket{le="+Inf", job="text"}) - sum by (job) (host_wait_seconds_count)'), 0)
    t.equal(await one('histogram_quantile(0.5, host_wait_seconds_bucket{job="negotiated"})'), 1)
  })

  await t.test('and keeps the exemplars', async t => {
    const now = Date.now() / 1000
    const found = await prometheus.api(`query_exemplars?query=host_wait_seconds_bucket&start=${now - 600}&end=${now + 60}`) as Array<{
      seriesLabels: { le: string, job: string }, exemplars: Array<{ labels: object, value: string }>
    }>
    const byBound = Object.fromEntries(found.map(({ seriesLabels, exemplars }) => [`${seriesLabels.job} ${seriesLabels.le}`, exemplars.map(({ labels, value }) => ({ labels, value }))]))
    const note = 'ü'
    t.strictSame(byBound, {
      'negotiated 1e-05': [{ labels: { order_id: 'o0.000005', note }, value: '0.000005' }],
      'negotiated 1.0': [{ labels: { order_id: 'o0.5', note }, value: '0.5' }],
      'negotiated 2.5e+06': [{ labels: { order_id: 'o2', note }, value: '2' }],
      'negotiated +Inf': [{ labels: { order_id: 'o3000000', note }, value: '3000000' }]
    })
  })

  await t.test('and knows what the metrics are', async t => {
    const metadata = await prometheus.api('metadata') as Record<string, Array<{ type: string, help: string, unit: string }>>
    t.match(metadata.host_wait_seconds, [{ type: 'histogram', help: 'Time waited.' }])
    t.ok(metadata.host_wait_seconds!.some(({ unit }) => unit === 'seconds'))
    t.ok([...metadata.host_quotes ?? [], ...metadata.host_quotes_total ?? []].some(({ type, help }) => type === 'counter' && help === 'Quotes "seen" by\\of the host.\nTwo lines.'))
  })
})

/**
 * A sample's name and labels, without what Prometheus adds and without empty labels, which are none. Bounds are compared as
 * numbers: Prometheus 3 writes those of a text scrape anew (`le="1"` becomes `le="1.0"`).
 */
function keyOf (labels: QueryResult['metric'] | (ParsedSample['labels'] & { __name__: string })): string {
  const own = Object.entries(labels).filter(([name, value]) => name !== 'job' && name !== 'instance' && value !== '')
  return JSON.stringify(own.map(([name, value]) => [name, name === 'le' || name === 'quantile' ? String(Number(value.replace('Inf', 'Infinity'))) : value]).sort())
}
