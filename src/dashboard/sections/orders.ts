import type { Activity } from '../activity.js'
import { figure, type JsonObject } from '../merge-patch.js'
import type { Distribution, MetricReader } from '../metric-reader.js'

/** The last orders and fills, counts and quantiles since the start. Latencies in seconds, slippage in basis points (positive is a cost). */
export function ordersSection (reader: MetricReader, activity: Activity): JsonObject {
  const slippage = reader.distribution('njord_execution_slippage_bps')
  return {
    recent: activity.recent(),
    placed: figure(reader.sum('njord_orders_total')),
    filled: figure(reader.sum('njord_orders_filled_total')),
    fills: figure(reader.sum('njord_fills_total')),
    rejected: figure(reader.sum('njord_orders_rejected_total')),
    cancelled: figure(reader.sum('njord_orders_cancelled_total')),
    open: figure(reader.sum('njord_open_orders')),
    fillLatency: quantiles(reader.distribution('njord_fill_latency_seconds')),
    ackLatency: quantiles(reader.distribution('njord_order_ack_latency_seconds')),
    slippage: slippage === undefined || slippage.count === 0
      ? undefined
      : { ...quantiles(slippage), mean: figure(slippage.sum / slippage.count) }
  }
}

/** `undefined` without observations. */
export function quantiles (distribution: Distribution | undefined): JsonObject | undefined {
  if (distribution === undefined || distribution.count === 0) return undefined
  const { count } = distribution
  return { count, p50: figure(distribution.quantile(0.5)), p95: figure(distribution.quantile(0.95)), p99: figure(distribution.quantile(0.99)) }
}
