import t from 'tap'
import { buildRiskEngine } from '../../../examples/risk-engine/app.js'
import { curlBody, curlUrl, postJson, startExample } from '../process.js'
import { Scrape } from '../scrape.js'

await t.test('what the risk engine says can be scraped', async t => {
  const app = await buildRiskEngine(100)
  t.teardown(async () => { await app.close() })
  const ask = async (quantity: number) => {
    const payload = { strategyId: 'me', symbol: 'BTC/USDT', side: 'buy', quantity }
    return (await app.inject({ method: 'POST', url: '/intents', payload })).json()
  }
  t.strictSame([await ask(1), await ask(100), await ask(101)], [{ allowed: true }, { allowed: true }, { allowed: false }])
  const scrape = new Scrape((await app.inject('/metrics')).body)
  t.equal(scrape.sum('njord_intents_received_total'), 3)
  t.equal(scrape.sum('njord_intents_allowed_total'), 2)
  t.equal(scrape.only('njord_intents_denied_total', { reason: 'limit_exceeded' }), 1)
})

await t.test('the commands it prints work', async t => {
  const example = startExample(t, 'risk-engine/main.ts', [], { PORT: '0' })
  const [ask, body, metrics] = [await curlUrl(example, 'ask'), await curlBody(example, 'ask'), await curlUrl(example, 'metrics')]
  t.strictSame(await postJson(ask, body), { status: 200, body: { allowed: false } })
  t.equal(new Scrape(await (await fetch(metrics)).text()).sum('njord_intents_denied_total'), 1)
})
