// Compiled by `npm run typecheck`, never run: what must not compile stands under a @ts-expect-error.
import { MetricRegistry, type BoundCounter, type Counter, type Gauge, type Histogram, type InstrumentFactory, type LabelValues } from '../../plugins/index.js'

const registry: InstrumentFactory = new MetricRegistry()

const orders = registry.counter({ name: 'orders_total', help: 'Orders.', labelNames: ['symbol', 'side'] })
orders.inc({ symbol: 'BTC/USDT', side: 'buy' })
orders.inc({ symbol: 'BTC/USDT', side: 'buy' }, 2, { order_id: '1' })
orders.inc({ side: 1, symbol: true })
// @ts-expect-error a wrong label name
orders.inc({ symbol: 'BTC/USDT', sid: 'buy' })
// @ts-expect-error a label too many
orders.inc({ symbol: 'BTC/USDT', side: 'buy', venue: 'paper' })
// @ts-expect-error a missing label
orders.inc({ symbol: 'BTC/USDT' })
// @ts-expect-error no labels at all
orders.inc()
// @ts-expect-error a value where the labels belong
orders.inc(1)
// @ts-expect-error a label value that is no word, number or boolean
orders.inc({ symbol: 'BTC/USDT', side: undefined })
// @ts-expect-error a counter has no set
orders.set({ symbol: 'BTC/USDT', side: 'buy' }, 1)

const bound: BoundCounter = orders.labels({ symbol: 'BTC/USDT', side: 'buy' })
bound.inc()
bound.inc(2, { order_id: '1' })
// @ts-expect-error a bound child has its labels
bound.inc({ symbol: 'BTC/USDT', side: 'buy' })
// @ts-expect-error a missing label when binding
orders.labels({ symbol: 'BTC/USDT' })
// @ts-expect-error a wrong label name when removing
orders.remove({ symbol: 'BTC/USDT', sides: 'buy' })

const ticks = registry.counter({ name: 'ticks_total', help: 'Ticks.' })
ticks.inc()
ticks.inc(5)
// @ts-expect-error labels on an unlabelled metric
ticks.inc({ symbol: 'BTC/USDT' })
// @ts-expect-error a string is no value
ticks.inc('5')

const equity = registry.gauge({ name: 'equity_usd', help: 'Equity.', unit: 'usd', labelNames: ['portfolio'] })
equity.set({ portfolio: 'main' }, 1)
equity.inc({ portfolio: 'main' })
equity.dec({ portfolio: 'main' }, 2)
// @ts-expect-error a gauge is set to something
equity.set({ portfolio: 'main' })
// @ts-expect-error a wrong label name
equity.set({ portfolios: 'main' }, 1)

const latency = registry.histogram({ name: 'latency_seconds', help: 'Latency.', labelNames: ['venue'], buckets: [0.1, 1] })
latency.observe({ venue: 'paper' }, 0.2)
latency.labels({ venue: 'paper' }).observe(0.2)
// @ts-expect-error a missing label
latency.observe(0.2)
// @ts-expect-error a histogram does not count
latency.inc({ venue: 'paper' })

const size = registry.summary({ name: 'size', help: 'Size.', percentiles: [0.5] })
size.observe(1)
// @ts-expect-error labels on an unlabelled metric
size.observe({ venue: 'paper' }, 1)

// @ts-expect-error a rule for a label that is not declared
registry.counter({ name: 'x_total', help: 'X.', labelNames: ['a'], labelRules: { b: { values: ['1'] } } })
// @ts-expect-error buckets are for histograms
registry.gauge({ name: 'x', help: 'X.', buckets: [1] })
// @ts-expect-error a metric without help
registry.counter({ name: 'x_total' })
// @ts-expect-error a policy that is not there
registry.counter({ name: 'x_total', help: 'X.', atLimit: 'drop' })

// The types have names, to be written down in a class.
export interface Metrics {
  readonly orders: Counter<'symbol' | 'side'>
  readonly ticks: Counter
  readonly equity: Gauge<'portfolio'>
  readonly latency: Histogram<'venue'>
}
export const metrics: Metrics = { orders, ticks, equity, latency }
// @ts-expect-error other labels than those that are written down
export const other: Counter<'symbol'> = registry.counter({ name: 'x_total', help: 'X.', labelNames: ['venue'] })
export const labels: LabelValues<'symbol' | 'side'> = { symbol: 'BTC/USDT', side: 'buy' }
