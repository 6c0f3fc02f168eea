import t from 'tap'
import fastify from 'fastify'
import { njordTelemetry } from '../../plugins/index.js'
import { live, openBrowser, openPage } from './browser.js'

t.test('of more strategies than a page shows it says how many there are, above those that it shows', async t => {
  const app = fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordTelemetry, { enabled: true, http: false, runtime: false, portfolio: { portfolioId: 'desk', startingCash: 1000 } })
  const trade = (strategyId: string) => {
    app.njord.emit('orderFilled', { orderId: 'o', strategyId, symbol: 'BTC', side: 'buy', venue: 'v', quantity: 1, price: 100, fee: 0, complete: true })
  }
  for (let i = 0; i < 200; i++) trade(`strategy-${i}`)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { page, complaints } = await openPage(await openBrowser(t), `${url}/dashboard/`)
  await live(page)
  const told = page.locator('#strategies [data-figure="strategies.hidden"]')
  t.notOk(await told.isVisible(), 'all of them are there')
  for (let i = 200; i < 300; i++) trade(`strategy-${i}`)
  await told.waitFor()
  t.equal(await told.innerText(), 'The first 200 of 300 strategies to trade: 100 are not shown')
  t.equal(await page.locator('#strategies table.strategies tbody tr').count(), 200)
  t.ok((await told.boundingBox())!.y < (await page.locator('#strategies table.strategies').boundingBox())!.y)
  t.match(await page.locator('#portfolio').innerText(), /300/, 'positions of all are counted')
  t.strictSame(complaints, [])
})
