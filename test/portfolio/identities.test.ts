import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { EventDispatcher } from '../../src/packs/dispatcher.js'
import { njordPack } from '../../src/packs/njord/pack.js'
import { mountPack } from '../../src/packs/pack.js'
import { Ledger } from '../../src/portfolio/ledger.js'
import { scrape, total, type Samples } from '../packs/samples.js'

const startingCash = 50_000
const strategies = ['momentum', 'maker', 'noise'] as const
const symbols = ['BTC', 'ETH'] as const

/** One intent and what becomes of it, at a price. */
const intent = fc.record({
  strategyId: fc.constantFrom(...strategies),
  symbol: fc.constantFrom(...symbols),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  lots: fc.integer({ min: 1, max: 50 }),
  cents: fc.integer({ min: 1000, max: 20_000 }),
  fate: fc.constantFrom('deny', 'reject', 'cancel', 'partly', 'fill', 'rest' as const),
  afterMs: fc.integer({ min: 0, max: 20_000_000 })
})
type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never

/** A host in small: everything that happens is emitted, and nothing else is known afterwards than the scrape. */
async function trade (intents: readonly Intent[]): Promise<Samples> {
  const clock = new VirtualClock(Date.UTC(2022, 0, 1))
  const registry = new MetricRegistry({ clock })
  const dispatcher = new EventDispatcher({ instruments: registry })
  const { emit } = dispatcher
  dispatcher.on(mountPack(njordPack, registry, { clock }))
  const ledger = new Ledger({ emit, clock, portfolioId: 'paper', startingCash })
  dispatcher.on(ledger.listeners)
  registry.onCollect(() => { ledger.flush() })

  intents.forEach(({ strategyId, symbol, side, lots, cents, fate, afterMs }, i) => {
    clock.advance(afterMs)
    const [quantity, price] = [lots / 10, cents / 100]
    const names = { strategyId, symbol, side }
    const order = { ...names, orderId: `o${i}`, venue: 'paper' }
    const fill = { ...order, quantity, price: price * 1.001, fee: quantity * price * (i % 3 === 0 ? -0.0001 : 0.0004), complete: true }
    emit('marketTick', { symbol, price })
    emit('intentReceived', { ...names, quantity })
    if (fate === 'deny') return emit('intentDenied', { ...names, reason: 'max position' })
    emit('intentAllowed', names)
    emit('orderPlaced', { ...order, quantity, price })
    if (fate === 'reject') emit('orderRejected', { ...order, reason: 'balance' })
    else if (fate === 'fill') emit('orderFilled', fill)
    else if (fate !== 'rest') emit('orderFilled', { ...fill, quantity: quantity / 2, complete: false })
    if (fate === 'cancel') emit('orderCancelled', order)
  })
  return await scrape(registry)
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-6

t.test('the books balance, seen from the scrape alone', async t => {
  await fc.assert(fc.asyncProperty(fc.array(intent, { maxLength: 80 }), async intents => {
    const samples = await trade(intents)
    const of = (name: string, ...labels: string[]) => total(samples, `njord_${name}`, ...labels)
    const portfolio = (name: string) => samples[`njord_portfolio_${name}_usd{portfolio_id="paper"}`]!

    const intentsBalance = of('intents_received_total') === of('intents_allowed_total') + of('intents_denied_total')
    const ordersBalance = of('orders_total') === of('orders_filled_total') + of('orders_rejected_total') + of('orders_cancelled_total') + of('open_orders')
    let value = 0
    let positionsBalance = true
    for (const strategyId of strategies) {
      for (const symbol of symbols) {
        const ids = [`strategy_id="${strategyId}"`, `symbol="${symbol}"`]
        const size = of('position_size', ...ids)
        const filled = of('filled_quantity_total', ...ids, 'side="buy"') - of('filled_quantity_total', ...ids, 'side="sell"')
        positionsBalance &&= near(size, filled)
        value += size * of('mark_price', `symbol="${symbol}"`)
      }
    }
    const pnl = of('realized_pnl_usd') + of('unrealized_pnl_usd')
    return intentsBalance && ordersBalance && positionsBalance &&
      near(portfolio('equity'), portfolio('cash') + value) && near(of('position_notional_usd'), value) &&
      near(portfolio('net_exposure'), value) && near(portfolio('equity') - startingCash, pnl) && near(of('strategy_pnl_usd'), pnl)
  }), { seed: 20_230_202, numRuns: 60 })
  t.pass('60 sessions')
})

t.test('two runs of one session give the same scrape', async t => {
  const intents = fc.sample(intent, { seed: 7, numRuns: 200 })
  const first = await trade(intents)
  t.ok(Object.keys(first).length > 100)
  t.strictSame(await trade(intents), first)
})
