import t from 'tap'
import { MemoryBus } from '../src/bus/memory-bus.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { silentLog } from '../src/contracts/log.js'
import { Exposition } from '../src/exposition/exposition.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { njordPack } from '../src/packs/njord/pack.js'
import { definePack } from '../src/packs/pack.js'
import { Telemetry, type TelemetryOptions } from '../src/telemetry.js'
import { samples } from './instrumentation/samples.js'

const clock = new VirtualClock(1_700_000_000_000)

function open (changes: Partial<TelemetryOptions> = {}) {
  const registry = new MetricRegistry({ clock })
  const telemetry = new Telemetry({
    instruments: registry, bus: new MemoryBus({ clock }), clock, log: silentLog, packs: [njordPack], portfolio: undefined, ...changes
  })
  return { registry, telemetry }
}

const intent = { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 } as const
const fill = { orderId: '1', ...intent, venue: 'paper', price: 100, fee: 1, complete: true } as const
const portfolio = { portfolioId: 'main', startingCash: 1000 }

await t.test('an event moves the metrics of every pack', async t => {
  const own = definePack({
    name: 'own',
    metrics: { intents: { type: 'counter', name: 'own_intents_total', help: 'Intents.' } },
    record: ({ intents }) => ({ intentReceived: () => { intents.inc() } })
  })
  const { registry, telemetry } = open({ packs: [njordPack, own] })
  const { emit } = telemetry
  emit('intentReceived', intent)
  t.equal(telemetry.enabled, true)
  t.equal(telemetry.registry, registry)
  for (const name of ['njord_intents_received_total', 'own_intents_total']) t.same(samples(registry, name), { [name]: 1 })
})

await t.test('listeners of the host hear events until they end it', async t => {
  const { telemetry } = open()
  const heard: string[] = []
  const end = telemetry.on({ intentReceived: ({ strategyId }) => { heard.push(strategyId) } })
  telemetry.emit('intentReceived', intent)
  end()
  telemetry.emit('intentReceived', intent)
  t.same(heard, ['trend'])
})

await t.test('a scrape brings the books up to date first: equity and mark price are of one instant', async t => {
  const { registry, telemetry } = open({ portfolio: { ...portfolio, markIntervalMs: 60_000 } })
  telemetry.emit('marketTick', { symbol: 'BTC/USDT', price: 100 })
  telemetry.emit('orderFilled', fill)
  telemetry.emit('marketTick', { symbol: 'BTC/USDT', price: 150 })
  const body = String((await new Exposition(registry).scrape({})).body)
  t.match(body, 'njord_portfolio_equity_usd{portfolio_id="main"} 1049\n')
  t.match(body, 'njord_mark_price{symbol="BTC/USDT"} 150\n')
})

await t.test('off, events reach the books and the listeners, and no pack', async t => {
  const pack = definePack({ name: 'never', metrics: {}, record: () => t.fail('mounted') as never })
  const { telemetry } = open({ instruments: undefined, packs: [pack], portfolio })
  const heard: number[] = []
  telemetry.on({ equityMark: ({ equity }) => { heard.push(equity) } })
  telemetry.emit('orderFilled', fill)
  t.equal(telemetry.enabled, false)
  t.equal(telemetry.ledger!.equity(), 999)
  t.same(heard, [999])
  const instrument = telemetry.registry.gauge({ name: 'not even a name', help: '' })
  instrument.set(1)
  t.equal(instrument.remove({}), false)
  t.equal(telemetry.registry.summary({ name: 'x', help: 'X.' }) as unknown, instrument)
  telemetry.registry.onCollect(() => t.fail('collected'))()
})

await t.test('without a portfolio there are no books', async t => {
  t.equal(open().telemetry.ledger, undefined)
})

await t.test('counts and times calls', async t => {
  const { registry, telemetry: { countCalls, measureDuration } } = open()
  const check = measureDuration(countCalls(function check (limit: number) { return limit > 1 }))
  t.same([check(1), check(2)], [false, true])
  t.match(samples(registry, 'njord_function_calls_total'), { 'njord_function_calls_total{function="check",outcome="success"}': 2 })
  t.match(samples(registry, 'njord_processing_duration_seconds'), { 'njord_processing_duration_seconds_count{function="check"}': 2 })
})

await t.test('wrong books are refused', async t => {
  t.throws(() => open({ portfolio: { ...portfolio, startingCash: -1 } }), { code: 'NJORD_ERR_INVALID_OPTION' })
})
