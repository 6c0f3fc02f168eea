import type { EventListeners, Side } from '../../contracts/events.js'
import type { BoundCounter, BoundGauge, BoundObserver } from '../../contracts/instruments.js'
import { ChildCache, PairCache } from '../child-cache.js'
import type { Market, Markets } from './markets.js'
import type { NjordInstruments } from './metrics.js'
import { algoTypes, normalizeAlgo } from './order-metrics.js'

/** Everything that an order of one side, by one strategy, in one symbol, touches. */
interface SideSeries {
  readonly orders: BoundCounter
  readonly ordersFilled: BoundCounter
  readonly ordersCancelled: BoundCounter
  readonly fills: BoundCounter
  readonly filledQuantity: BoundCounter
}

interface PairSeries {
  readonly buy: SideSeries
  readonly sell: SideSeries
  readonly openOrders: BoundGauge
  readonly orderSize: BoundObserver
  readonly fees: BoundCounter
  readonly rebates: BoundCounter
  readonly fillLatency: BoundObserver
  readonly implementationShortfall: BoundObserver
  readonly market: Market
}

/** Records the life of orders and the quality of their fills. */
export function recordOrders (instruments: NjordInstruments, markets: Markets): EventListeners {
  const bindSide = (strategyId: string, symbol: string, side: string): SideSeries => {
    const labels = { strategy_id: strategyId, symbol, side }
    return {
      orders: instruments.orders.labels(labels),
      ordersFilled: instruments.ordersFilled.labels(labels),
      ordersCancelled: instruments.ordersCancelled.labels(labels),
      fills: instruments.fills.labels(labels),
      filledQuantity: instruments.filledQuantity.labels(labels)
    }
  }
  const pairs = new PairCache<PairSeries>((strategyId, symbol) => ({
    buy: bindSide(strategyId, symbol, 'buy'),
    sell: bindSide(strategyId, symbol, 'sell'),
    openOrders: instruments.openOrders.labels({ symbol }),
    orderSize: instruments.orderSize.labels({ strategy_id: strategyId, symbol }),
    fees: instruments.fees.labels({ strategy_id: strategyId }),
    rebates: instruments.rebates.labels({ strategy_id: strategyId }),
    fillLatency: instruments.fillLatency.labels({ strategy_id: strategyId }),
    implementationShortfall: instruments.implementationShortfall.labels({ strategy_id: strategyId }),
    market: markets.get(symbol)
  }))
  const venues = new ChildCache(venue => ({
    ordersPlaced: instruments.ordersPlaced.labels({ venue }),
    fills: instruments.fillsGenerated.labels({ venue }),
    ackLatency: instruments.orderAckLatency.labels({ venue })
  }))
  const slippage = new Map(algoTypes.map(algo => [algo as string, instruments.executionSlippage.labels({ algo_type: algo })]))
  const slippageOf = (algo: string | undefined): BoundObserver =>
    slippage.get(algo ?? 'other') ?? slippage.get(normalizeAlgo(algo!))!
  const sideOf = (pair: PairSeries, order: { strategyId: string, symbol: string, side: Side }): SideSeries =>
    order.side === 'buy' ? pair.buy : order.side === 'sell' ? pair.sell : bindSide(order.strategyId, order.symbol, order.side)

  return {
    orderPlaced: order => {
      const pair = pairs.get(order.strategyId, order.symbol)
      sideOf(pair, order).orders.inc()
      pair.openOrders.inc()
      pair.orderSize.observe(order.quantity * order.price)
      venues.get(order.venue).ordersPlaced.inc()
    },
    orderAcknowledged: ({ venue, latencySeconds }) => {
      if (latencySeconds !== undefined) venues.get(venue).ackLatency.observe(latencySeconds)
    },
    orderFilled: fill => {
      const { side, price, fee, latencySeconds, arrivalPrice, decisionPrice } = fill
      const pair = pairs.get(fill.strategyId, fill.symbol)
      const series = sideOf(pair, fill)
      series.fills.inc()
      // A missing amount is dropped and counted as NaN is; `inc(undefined)` would add 1.
      series.filledQuantity.inc(fill.quantity ?? NaN)
      venues.get(fill.venue).fills.inc()
      if (fee < 0) pair.rebates.inc(-fee)
      else pair.fees.inc(fee ?? NaN)
      if (latencySeconds !== undefined) pair.fillLatency.observe(latencySeconds)
      if (arrivalPrice !== undefined) slippageOf(fill.algo).observe(costBps(side, price, arrivalPrice))
      if (decisionPrice !== undefined) pair.implementationShortfall.observe(costBps(side, price, decisionPrice))
      const { lastPrice } = pair.market
      if (lastPrice > 0) instruments.fillPriceDeviation.observe(costBps(side, price, lastPrice))
      if (fill.complete) {
        series.ordersFilled.inc()
        pair.openOrders.dec()
      }
    },
    orderRejected: order => {
      pairs.get(order.strategyId, order.symbol).openOrders.dec()
      // Rare, and of as many reasons as there are texts: the registry finds the category.
      instruments.ordersRejected.inc({ strategy_id: order.strategyId, symbol: order.symbol, side: order.side, reason: order.reason })
    },
    orderCancelled: order => {
      const pair = pairs.get(order.strategyId, order.symbol)
      sideOf(pair, order).ordersCancelled.inc()
      pair.openOrders.dec()
    }
  }
}

/** What a fill cost against a reference price, in basis points: buying at 101 against 100 is 100, selling at it -100. */
function costBps (side: Side, price: number, reference: number): number {
  return (side === 'sell' ? reference - price : price - reference) / reference * 10_000
}
