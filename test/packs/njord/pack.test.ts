import t from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { eventNames, type EventName, type TradingEvents } from '../../../src/contracts/events.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { EventDispatcher } from '../../../src/packs/dispatcher.js'
import { njordPack } from '../../../src/packs/njord/pack.js'
import { mountPack, type PackMetric } from '../../../src/packs/pack.js'
import { scrape, total, type Samples } from '../samples.js'

const names = { strategyId: 's1', symbol: 'BTC', side: 'buy' } as const
const order = { ...names, orderId: 'o1', venue: 'paper' } as const

/** One payload of every event, with every optional figure. */
const payloads: { readonly [E in EventName]: TradingEvents[E] } = {
  intentReceived: { ...names, quantity: 1 },
  intentAllowed: { ...names, checkSeconds: 0.0001 },
  intentDenied: { ...names, reason: 'Max position reached', checkSeconds: 0.00002 },
  orderPlaced: { ...order, quantity: 2, price: 100 },
  orderAcknowledged: { ...order, latencySeconds: 0.01 },
  orderFilled: {
    ...order, quantity: 2, price: 101, fee: 0.2, complete: true, latencySeconds: 0.02, arrivalPrice: 100, decisionPrice: 99, algo: 'twap'
  },
  orderRejected: { ...order, reason: 'insufficient balance' },
  orderCancelled: { ...order },
  positionMark: { strategyId: 's1', symbol: 'BTC', quantity: -2, markPrice: 100, realizedPnl: 5, unrealizedPnl: 6 },
  equityMark: { portfolioId: 'p', equity: 1000, cash: 800, grossExposure: 200, netExposure: -200, drawdown: 0.05, dailyPnl: 12, residual: 0.01 },
  strategyMark: { strategyId: 's1', equity: 500, realizedPnl: 5, unrealizedPnl: 6, dailyPnl: 7, drawdown: 0.02 },
  signalGenerated: { strategyId: 's1', symbol: 'BTC', durationSeconds: 0.00003 },
  strategyError: { strategyId: 's1' },
  killSwitch: { active: true },
  circuitBreaker: { breaker: 'volatility', open: true },
  riskCap: { cap: 'gross', used: 30, limit: 40 },
  marketTick: { symbol: 'BTC', price: 100 },
  journalWritten: { bytes: 512 },
  strategyMetrics: {
    strategy_id: 's1',
    timestamp_ns: 1n,
    active_positions: 1,
    total_pnl: 11,
    daily_pnl: 7,
    win_rate: 0.5,
    sharpe_ratio: 1.5,
    max_drawdown_pct: 4,
    orders_sent: 3,
    orders_filled: 2,
    orders_rejected: 1
  },
  fundingSettled: { strategyId: 's1', symbol: 'BTC', amount: 1 },
  interestAccrued: { amount: 1 },
  strategyFigures: {
    strategyId: 's1', sortinoRatio: 2, calmarRatio: 3, volatility: 0.2, profitFactor: 1.5, expectancy: 4, closedTrades: 5, fees: 6, funding: -7, slippage: 8
  }
}

function mount () {
  const clock = new VirtualClock()
  const registry = new MetricRegistry({ clock })
  const dispatcher = new EventDispatcher({ instruments: registry })
  dispatcher.on(mountPack(njordPack, registry, { clock }))
  return { emit: dispatcher.emit, samples: async () => await scrape(registry) }
}

const metrics: readonly PackMetric[] = Object.values(njordPack.metrics)

t.test('declares every metric of the seed, with its labels', async t => {
  const seed: Readonly<Record<string, readonly string[]>> = {
    njord_orders_total: ['strategy_id', 'symbol', 'side'],
    njord_fills_total: ['strategy_id', 'symbol', 'side'],
    njord_risk_rejections_total: ['reason'],
    njord_active_positions: ['strategy_id', 'symbol'],
    njord_portfolio_equity_usd: ['portfolio_id'],
    njord_strategy_pnl_usd: ['strategy_id'],
    njord_fill_latency_seconds: ['strategy_id'],
    njord_order_size_usd: ['strategy_id', 'symbol'],
    njord_execution_slippage_bps: ['algo_type'],
    njord_intents_received_total: [],
    njord_intents_allowed_total: [],
    njord_intents_denied_total: ['reason'],
    njord_killswitch_trips_total: [],
    njord_risk_check_duration_seconds: [],
    njord_orders_placed_total: ['venue'],
    njord_fills_generated_total: ['venue'],
    njord_open_orders: ['symbol'],
    njord_position_size: ['strategy_id', 'symbol'],
    njord_fill_price_deviation_bps: [],
    njord_signals_generated_total: ['strategy_id'],
    njord_strategy_errors_total: ['strategy_id'],
    njord_signal_generation_duration_seconds: ['strategy_id'],
    njord_strategy_drawdown_pct: ['strategy_id']
  }
  const declared = new Map(metrics.map(metric => [metric.name, metric.labelNames ?? []]))
  for (const [name, labels] of Object.entries(seed)) t.strictSame(declared.get(name), labels, name)
})

t.test('every metric is fed by exactly the events that it declares', async t => {
  const fed = new Map<string, Set<EventName>>(metrics.map(({ name }) => [name, new Set()]))
  for (const event of eventNames) {
    const { emit, samples } = mount()
    // The market is known, so that fills can be compared with it; whatever the event then changes, it feeds.
    emit('marketTick', { symbol: 'BTC', price: 50 })
    const before = await samples()
    emit(event, payloads[event] as never)
    if (event === 'orderFilled') emit(event, { ...payloads.orderFilled, fee: -0.1 })
    for (const [key, value] of Object.entries(await samples())) {
      if (value === (before[key] ?? 0)) continue
      const name = key.replace(/\{.*/, '')
      const metric = fed.get(name) ?? fed.get(name.replace(/_(bucket|sum|count)$/, ''))
      metric?.add(event)
    }
  }
  for (const { name, fedBy } of metrics) t.strictSame([...fed.get(name)!].sort(), [...fedBy ?? []].sort(), name)
})

t.test('one session of every event gives these samples', async t => {
  const { emit, samples } = mount()
  for (const event of eventNames) emit(event, payloads[event] as never)
  emit('marketTick', { symbol: 'BTC', price: 100.5 })
  emit('orderFilled', { ...order, side: 'sell', quantity: 1, price: 99, fee: -0.1, complete: false, arrivalPrice: 100, algo: 'My own' })
  const found = await samples()
  const ids = 'strategy_id="s1",symbol="BTC"'
  const wanted: Samples = {
    njord_intents_received_total: 1,
    njord_intents_allowed_total: 1,
    'njord_intents_denied_total{reason="limit_exceeded"}': 1,
    'njord_risk_rejections_total{reason="limit_exceeded"}': 1,
    'njord_intents_denied_total{reason="other"}': 0,
    njord_risk_check_duration_seconds_count: 2,
    'njord_risk_check_duration_seconds_bucket{le="2.5e-05"}': 1,
    [`njord_orders_total{${ids},side="buy"}`]: 1,
    [`njord_orders_total{${ids},side="sell"}`]: 0,
    'njord_orders_placed_total{venue="paper"}': 1,
    [`njord_order_size_usd_sum{${ids}}`]: 200,
    'njord_order_ack_latency_seconds_sum{venue="paper"}': 0.01,
    [`njord_fills_total{${ids},side="buy"}`]: 1,
    [`njord_fills_total{${ids},side="sell"}`]: 1,
    [`njord_filled_quantity_total{${ids},side="buy"}`]: 2,
    'njord_fills_generated_total{venue="paper"}': 2,
    'njord_fees_usd_total{strategy_id="s1"}': 0.2,
    'njord_rebates_usd_total{strategy_id="s1"}': 0.1,
    'njord_fill_latency_seconds_count{strategy_id="s1"}': 1,
    'njord_execution_slippage_bps_sum{algo_type="twap"}': 100, // bought at 101 against 100
    'njord_execution_slippage_bps_sum{algo_type="other"}': 100, // sold at 99 against 100
    'njord_implementation_shortfall_bps_sum{strategy_id="s1"}': 2 / 99 * 10_000,
    njord_fill_price_deviation_bps_count: 1, // the first fill came before the market was heard of
    njord_fill_price_deviation_bps_sum: 1.5 / 100.5 * 10_000,
    [`njord_orders_filled_total{${ids},side="buy"}`]: 1,
    [`njord_orders_rejected_total{${ids},side="buy",reason="insufficient_funds"}`]: 1,
    [`njord_orders_cancelled_total{${ids},side="buy"}`]: 1,
    'njord_open_orders{symbol="BTC"}': -2, // placed once; filled, rejected and cancelled
    [`njord_active_positions{${ids}}`]: 1,
    [`njord_position_size{${ids}}`]: -2,
    [`njord_position_notional_usd{${ids}}`]: -200,
    'njord_mark_price{symbol="BTC"}': 100.5,
    'njord_market_ticks_total{symbol="BTC"}': 2,
    'njord_portfolio_equity_usd{portfolio_id="p"}': 1000,
    'njord_portfolio_cash_usd{portfolio_id="p"}': 800,
    'njord_portfolio_gross_exposure_usd{portfolio_id="p"}': 200,
    'njord_portfolio_net_exposure_usd{portfolio_id="p"}': -200,
    'njord_portfolio_drawdown_pct{portfolio_id="p"}': 5,
    'njord_portfolio_daily_pnl_usd{portfolio_id="p"}': 12,
    'njord_strategy_pnl_usd{strategy_id="s1"}': 11,
    'njord_realized_pnl_usd{strategy_id="s1"}': 5,
    'njord_unrealized_pnl_usd{strategy_id="s1"}': 6,
    'njord_strategy_daily_pnl_usd{strategy_id="s1"}': 7,
    'njord_strategy_equity_usd{strategy_id="s1"}': 500,
    'njord_strategy_drawdown_pct{strategy_id="s1"}': 2,
    'njord_strategy_max_drawdown_pct{strategy_id="s1"}': 4,
    'njord_strategy_sharpe_ratio{strategy_id="s1"}': 1.5,
    'njord_strategy_win_rate{strategy_id="s1"}': 0.5,
    'njord_signals_generated_total{strategy_id="s1"}': 1,
    'njord_signal_generation_duration_seconds_count{strategy_id="s1"}': 1,
    'njord_strategy_errors_total{strategy_id="s1"}': 1,
    njord_killswitch_active: 1,
    njord_killswitch_trips_total: 1,
    'njord_circuit_breaker_state{breaker="volatility"}': 1,
    'njord_circuit_breaker_trips_total{breaker="volatility"}': 1,
    'njord_risk_cap_utilization_ratio{cap="gross"}': 0.75,
    njord_journal_writes_total: 1,
    njord_journal_bytes_total: 512
  }
  for (const [key, value] of Object.entries(wanted)) t.ok(Math.abs(found[key]! - value) < 1e-9, `${key}: found ${found[key]}, wanted ${value}`)
})

t.test('a switch that is pulled twice trips once', async t => {
  const { emit, samples } = mount()
  for (const active of [true, true, false, false, true]) emit('killSwitch', { active })
  for (const open of [true, true, false, true, false]) emit('circuitBreaker', { breaker: 'api', open })
  const found = await samples()
  t.equal(found.njord_killswitch_trips_total, 2)
  t.equal(found.njord_killswitch_active, 1)
  t.equal(found['njord_circuit_breaker_trips_total{breaker="api"}'], 2)
  t.equal(found['njord_circuit_breaker_state{breaker="api"}'], 0)
})

t.test('algorithms are told apart whatever their case', async t => {
  const { emit, samples } = mount()
  for (const algo of ['twap', 'TWAP', 'Iceberg', 'sniper', '', undefined]) emit('orderFilled', { ...payloads.orderFilled, algo })
  const found = await samples()
  t.equal(found['njord_execution_slippage_bps_count{algo_type="twap"}'], 2)
  t.equal(found['njord_execution_slippage_bps_count{algo_type="iceberg"}'], 1)
  t.equal(found['njord_execution_slippage_bps_count{algo_type="other"}'], 3)
})

t.test('a figure that is not known yet has no series, and is NaN when it is lost', async t => {
  const { emit, samples } = mount()
  const key = 'njord_strategy_sharpe_ratio{strategy_id="s1"}'
  emit('strategyMetrics', { ...payloads.strategyMetrics, sharpe_ratio: null })
  t.notOk(key in await samples())
  emit('strategyMetrics', payloads.strategyMetrics)
  t.equal((await samples())[key], 1.5)
  emit('strategyMetrics', { ...payloads.strategyMetrics, sharpe_ratio: null })
  t.ok(Number.isNaN((await samples())[key]))
})

t.test('a position that goes flat keeps its series at 0', async t => {
  const { emit, samples } = mount()
  emit('positionMark', payloads.positionMark)
  emit('positionMark', { ...payloads.positionMark, quantity: 0 })
  const found = await samples()
  for (const name of ['active_positions', 'position_size', 'position_notional_usd']) t.equal(found[`njord_${name}{strategy_id="s1",symbol="BTC"}`], 0)
})

t.test('wrong payloads never throw; what is wrong in them is dropped and counted', async t => {
  const { emit, samples } = mount()
  const wild = emit as (event: string, payload: unknown) => void
  wild('orderFilled', { ...payloads.orderFilled, quantity: NaN, fee: NaN, latencySeconds: NaN, arrivalPrice: 0, decisionPrice: NaN })
  wild('orderFilled', { strategyId: 's1', symbol: 'BTC', side: 'hold', venue: 'paper' })
  wild('orderFilled', { side: 'buy' })
  wild('orderPlaced', { ...order, side: 'hold' })
  wild('orderPlaced', {})
  wild('orderRejected', { ...order, reason: undefined })
  wild('orderCancelled', { ...order, side: 7 })
  wild('intentDenied', {})
  wild('journalWritten', {})
  wild('riskCap', { cap: 'c', used: 1n, limit: 2 })
  for (const event of eventNames) for (const payload of [undefined, null, 7, 'x', {}, []]) t.doesNotThrow(() => { wild(event, payload) })
  const found = await samples()
  t.equal(total(found, 'njord_filled_quantity_total'), 0)
  t.equal(total(found, 'njord_fees_usd_total'), 0)
  t.equal(found.njord_journal_bytes_total, 0)
  t.equal(found['njord_orders_total{strategy_id="s1",symbol="BTC",side="other"}'], 1)
  t.ok(found['njord_metric_dropped_samples_total{metric="njord_filled_quantity_total",reason="invalid_value"}']! >= 3)
  t.ok(found['njord_metric_dropped_samples_total{metric="njord_execution_slippage_bps",reason="invalid_value"}']! >= 1)
  t.ok(total(found, 'njord_event_listener_errors_total') > 0)
})

t.test('names from outside end in the overflow series, and no count is lost', async t => {
  const { emit, samples } = mount()
  for (let i = 0; i < 3000; i++) {
    emit('orderPlaced', { ...payloads.orderPlaced, symbol: `symbol ${i}` })
    emit('orderCancelled', { ...payloads.orderCancelled, symbol: `symbol ${i}` })
    emit('marketTick', { symbol: `symbol ${i}`, price: 1 })
  }
  const found = await samples()
  t.equal(total(found, 'njord_orders_total'), 3000)
  t.equal(total(found, 'njord_orders_cancelled_total'), 3000)
  t.equal(total(found, 'njord_market_ticks_total'), 3000)
  t.equal(total(found, 'njord_open_orders'), 0)
  t.equal(Object.keys(found).filter(key => key.startsWith('njord_orders_total')).length, 1001)
})
