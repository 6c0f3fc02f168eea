import t from 'tap'
import { buildBroker } from '../../../examples/broker/app.js'
import { curlBody, curlUrl, postJson, startExample } from '../process.js'
import { Scrape } from '../scrape.js'

await t.test('a metric of the broker\'s own can be scraped', async t => {
  const app = await buildBroker()
  t.teardown(async () => { await app.close() })
  for (const side of ['buy', 'sell', 'sell']) {
    const payload = { symbol: 'BTC/USDT', side, quantity: 0.1, price: 42_000 }
    t.strictSame((await app.inject({ method: 'POST', url: '/orders', payload })).json(), { taken: true })
  }
  const scrape = new Scrape((await app.inject('/metrics')).body)
  t.equal(scrape.only('broker_orders_total', { symbol: 'BTC/USDT', side: 'buy' }), 1)
  t.equal(scrape.only('broker_orders_total', { symbol: 'BTC/USDT', side: 'sell' }), 2)
  t.equal(scrape.only('broker_order_size_usd_bucket', { le: '1000' }), 0)
  t.equal(scrape.only('broker_order_size_usd_bucket', { le: '10000' }), 3)
  t.equal(scrape.only('broker_order_size_usd_sum'), 12_600)
})

await t.test('the commands it prints work', async t => {
  const example = startExample(t, 'broker/main.ts', [], { PORT: '0' })
  const [order, body, metrics] = [await curlUrl(example, 'order'), await curlBody(example, 'order'), await curlUrl(example, 'metrics')]
  t.strictSame(await postJson(order, body), { status: 200, body: { taken: true } })
  t.equal(new Scrape(await (await fetch(metrics)).text()).sum('broker_orders_total'), 1)
})
