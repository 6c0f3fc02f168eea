import { normalizeRejectionReason, rejectionReasons } from '../normalize.js'
import type { PackMetric } from '../pack.js'
import { costBuckets, moneyBuckets, venueBuckets } from './buckets.js'

const side = { values: ['buy', 'sell'] }
const reason = { values: rejectionReasons, normalize: normalizeRejectionReason }

/** Execution algorithms as label values; anything else is `other`, and so is an order without one. */
export const algoTypes = ['market', 'limit', 'twap', 'vwap', 'iceberg', 'pov', 'other'] as const

const knownAlgos: ReadonlySet<string> = new Set(algoTypes)

/** "TWAP" is `twap`, "my_algo" is `other`. */
export function normalizeAlgo (raw: string): string {
  const algo = String(raw).toLowerCase()
  return knownAlgos.has(algo) ? algo : 'other'
}

/** The life of orders and the quality of their fills. */
export const orderMetrics = {
  orders: {
    type: 'counter',
    name: 'njord_orders_total',
    help: 'Orders placed.',
    labelNames: ['strategy_id', 'symbol', 'side'],
    labelRules: { side },
    fedBy: ['orderPlaced']
  },
  ordersPlaced: {
    type: 'counter', name: 'njord_orders_placed_total', help: 'Orders placed, by venue.', labelNames: ['venue'], fedBy: ['orderPlaced']
  },
  orderSize: {
    type: 'histogram',
    name: 'njord_order_size_usd',
    help: 'Size of the orders placed, in money.',
    unit: 'usd',
    labelNames: ['strategy_id', 'symbol'],
    buckets: moneyBuckets,
    fedBy: ['orderPlaced']
  },
  openOrders: {
    type: 'gauge',
    name: 'njord_open_orders',
    help: 'Orders placed and not yet filled, rejected or cancelled.',
    labelNames: ['symbol'],
    fedBy: ['orderPlaced', 'orderFilled', 'orderRejected', 'orderCancelled']
  },
  orderAckLatency: {
    type: 'histogram',
    name: 'njord_order_ack_latency_seconds',
    help: 'From the sending of an order to the acknowledgement of its venue.',
    unit: 'seconds',
    labelNames: ['venue'],
    buckets: venueBuckets,
    fedBy: ['orderAcknowledged']
  },
  ordersFilled: {
    type: 'counter',
    name: 'njord_orders_filled_total',
    help: 'Orders filled completely.',
    labelNames: ['strategy_id', 'symbol', 'side'],
    labelRules: { side },
    fedBy: ['orderFilled']
  },
  ordersRejected: {
    type: 'counter',
    name: 'njord_orders_rejected_total',
    help: 'Orders that their venue refused, by category of the reason.',
    labelNames: ['strategy_id', 'symbol', 'side', 'reason'],
    labelRules: { side, reason },
    fedBy: ['orderRejected']
  },
  ordersCancelled: {
    type: 'counter',
    name: 'njord_orders_cancelled_total',
    help: 'Orders that ended unfilled or partly filled.',
    labelNames: ['strategy_id', 'symbol', 'side'],
    labelRules: { side },
    fedBy: ['orderCancelled']
  },
  fills: {
    type: 'counter',
    name: 'njord_fills_total',
    help: 'Fills, partial and final.',
    labelNames: ['strategy_id', 'symbol', 'side'],
    labelRules: { side },
    fedBy: ['orderFilled']
  },
  fillsGenerated: {
    type: 'counter', name: 'njord_fills_generated_total', help: 'Fills, by venue.', labelNames: ['venue'], fedBy: ['orderFilled']
  },
  filledQuantity: {
    type: 'counter',
    name: 'njord_filled_quantity_total',
    help: 'Quantity filled, in units of the base asset.',
    labelNames: ['strategy_id', 'symbol', 'side'],
    labelRules: { side },
    fedBy: ['orderFilled']
  },
  fees: {
    type: 'counter',
    name: 'njord_fees_usd_total',
    help: 'Fees paid on fills.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['orderFilled']
  },
  rebates: {
    type: 'counter',
    name: 'njord_rebates_usd_total',
    help: 'Rebates received on fills.',
    unit: 'usd',
    labelNames: ['strategy_id'],
    fedBy: ['orderFilled']
  },
  fillLatency: {
    type: 'histogram',
    name: 'njord_fill_latency_seconds',
    help: 'From the sending of an order to a fill.',
    unit: 'seconds',
    labelNames: ['strategy_id'],
    buckets: venueBuckets,
    fedBy: ['orderFilled']
  },
  executionSlippage: {
    type: 'histogram',
    name: 'njord_execution_slippage_bps',
    help: 'Fill price against the market when the order reached the venue; positive is a cost to us.',
    unit: 'bps',
    labelNames: ['algo_type'],
    labelRules: { algo_type: { values: algoTypes, normalize: normalizeAlgo } },
    buckets: costBuckets,
    fedBy: ['orderFilled']
  },
  implementationShortfall: {
    type: 'histogram',
    name: 'njord_implementation_shortfall_bps',
    help: 'Fill price against the market when the strategy decided; positive is a cost to us.',
    unit: 'bps',
    labelNames: ['strategy_id'],
    buckets: costBuckets,
    fedBy: ['orderFilled']
  },
  fillPriceDeviation: {
    type: 'histogram',
    name: 'njord_fill_price_deviation_bps',
    help: 'Fill price against the market at the time of the fill; positive is a cost to us.',
    unit: 'bps',
    buckets: costBuckets,
    fedBy: ['orderFilled']
  }
} as const satisfies Record<string, PackMetric>
