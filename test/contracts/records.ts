import fc, { type Arbitrary } from 'fast-check'
import { checkMetricSnapshot, metricSnapshotFromJson, metricSnapshotToJson, type MetricSnapshot } from '../../src/contracts/metric-snapshot.js'
import { checkStrategyMetrics, strategyMetricsFromJson, strategyMetricsToJson, type StrategyMetrics } from '../../src/contracts/strategy-metrics.js'
import { checkSystemMetrics, systemMetricsFromJson, systemMetricsToJson, type SystemMetrics } from '../../src/contracts/system-metrics.js'

/** One of the three records of the wire: what it is made from at random, how it is checked, and what is wrong with it. */
export interface RecordContract<T> {
  readonly what: string
  readonly sample: T
  readonly any: Arbitrary<T>
  readonly check: (value: unknown) => T
  readonly toJson: (value: T) => string
  readonly fromJson: (text: string) => T
  /** By key: values that must be refused. */
  readonly wrong: { readonly [key in keyof T]: readonly unknown[] }
}

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(2 ** 60))
const nanoseconds = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.bigInt())
const figure = fc.option(number)
const wrongNumbers = ['1', null, NaN, Infinity, 1n, {}, undefined]
const wrongCounts = [...wrongNumbers, -1, 0.5]

export const metricSnapshot: RecordContract<MetricSnapshot> = {
  what: 'MetricSnapshot',
  sample: { name: 'njord_orders_total', value: 1, timestamp_ns: 1700000000000000001n, labels: { side: 'buy' }, metric_type: 'counter' },
  any: fc.record({
    name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
    value: number,
    timestamp_ns: nanoseconds,
    labels: fc.dictionary(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/), fc.string({ unit: 'binary' }), { noNullPrototype: true }),
    metric_type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary')
  }),
  check: checkMetricSnapshot,
  toJson: metricSnapshotToJson,
  fromJson: metricSnapshotFromJson,
  wrong: {
    name: ['', '1a', 'a-b', 'a b', 'a\n', 1, null, undefined],
    value: wrongNumbers,
    timestamp_ns: [1, '1', null, undefined, 1.5],
    labels: [null, 'a', undefined, 1],
    metric_type: ['Counter', 'untyped', '', null, undefined, 1]
  }
}

export const strategyMetrics: RecordContract<StrategyMetrics> = {
  what: 'StrategyMetrics',
  sample: {
    strategy_id: 's1',
    timestamp_ns: 1n,
    active_positions: 1,
    total_pnl: -11.5,
    daily_pnl: 7,
    win_rate: 0.5,
    sharpe_ratio: null,
    max_drawdown_pct: 4,
    orders_sent: 3,
    orders_filled: 2,
    orders_rejected: 1
  },
  any: fc.record({
    strategy_id: fc.string({ unit: 'binary', minLength: 1 }),
    timestamp_ns: nanoseconds,
    active_positions: count,
    total_pnl: number,
    daily_pnl: number,
    win_rate: figure,
    sharpe_ratio: figure,
    max_drawdown_pct: figure,
    orders_sent: count,
    orders_filled: count,
    orders_rejected: count
  }),
  check: checkStrategyMetrics,
  toJson: strategyMetricsToJson,
  fromJson: strategyMetricsFromJson,
  wrong: {
    strategy_id: ['', 1, null, undefined],
    timestamp_ns: [1, '1', null, undefined],
    active_positions: wrongCounts,
    total_pnl: wrongNumbers,
    daily_pnl: wrongNumbers,
    win_rate: ['1', NaN, undefined],
    sharpe_ratio: ['1', NaN, undefined],
    max_drawdown_pct: ['1', Infinity, undefined],
    orders_sent: wrongCounts,
    orders_filled: wrongCounts,
    orders_rejected: wrongCounts
  }
}

export const systemMetrics: RecordContract<SystemMetrics> = {
  what: 'SystemMetrics',
  sample: {
    timestamp_ns: 2n ** 63n,
    bus_messages_sent: 1,
    bus_messages_received: 2,
    journal_writes: 3,
    journal_bytes: 4,
    active_subscriptions: 5,
    event_loop_lag_ms: 0.25,
    memory_usage_mb: 512.5
  },
  any: fc.record({
    timestamp_ns: nanoseconds,
    bus_messages_sent: count,
    bus_messages_received: count,
    journal_writes: count,
    journal_bytes: count,
    active_subscriptions: count,
    event_loop_lag_ms: number.map(Math.abs),
    memory_usage_mb: number.map(Math.abs)
  }),
  check: checkSystemMetrics,
  toJson: systemMetricsToJson,
  fromJson: systemMetricsFromJson,
  wrong: {
    timestamp_ns: [1, '1', null, undefined],
    bus_messages_sent: wrongCounts,
    bus_messages_received: wrongCounts,
    journal_writes: wrongCounts,
    journal_bytes: wrongCounts,
    active_subscriptions: wrongCounts,
    event_loop_lag_ms: [...wrongNumbers, -1],
    memory_usage_mb: [...wrongNumbers, -1]
  }
}
