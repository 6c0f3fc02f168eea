import type { EventListeners } from '../../contracts/events.js'
import type { BoundGauge, Gauge } from '../../contracts/instruments.js'
import { ChildCache, PairCache } from '../child-cache.js'
import type { Markets } from './markets.js'
import type { NjordInstruments } from './metrics.js'

/** Records the books: positions, marks, portfolios and the PnL of strategies. */
export function recordBooks (instruments: NjordInstruments, markets: Markets): EventListeners {
  const positions = new PairCache((strategyId, symbol) => {
    const labels = { strategy_id: strategyId, symbol }
    return {
      active: instruments.activePositions.labels(labels),
      size: instruments.positionSize.labels(labels),
      notional: instruments.positionNotional.labels(labels)
    }
  })
  const portfolios = new ChildCache(portfolioId => {
    const labels = { portfolio_id: portfolioId }
    return {
      equity: instruments.portfolioEquity.labels(labels),
      cash: instruments.portfolioCash.labels(labels),
      grossExposure: instruments.portfolioGrossExposure.labels(labels),
      netExposure: instruments.portfolioNetExposure.labels(labels),
      drawdown: instruments.portfolioDrawdown.labels(labels),
      dailyPnl: instruments.portfolioDailyPnl.labels(labels),
      residual: undefined as BoundGauge | undefined
    }
  })
  const pnls = new ChildCache(strategyId => {
    const labels = { strategy_id: strategyId }
    return { total: instruments.strategyPnl.labels(labels), daily: instruments.strategyDailyPnl.labels(labels) }
  })
  const accounts = new ChildCache(strategyId => {
    const labels = { strategy_id: strategyId }
    return {
      realizedPnl: instruments.realizedPnl.labels(labels),
      unrealizedPnl: instruments.unrealizedPnl.labels(labels),
      equity: instruments.strategyEquity.labels(labels),
      drawdown: instruments.strategyDrawdown.labels(labels)
    }
  })
  const figures = new ChildCache(strategyId => ({
    maxDrawdown: new Figure(instruments.strategyMaxDrawdown, strategyId),
    sharpeRatio: new Figure(instruments.strategySharpeRatio, strategyId),
    winRate: new Figure(instruments.strategyWinRate, strategyId)
  }))
  const more = new ChildCache(strategyId => {
    const labels = { strategy_id: strategyId }
    return {
      sortinoRatio: new Figure(instruments.strategySortinoRatio, strategyId),
      calmarRatio: new Figure(instruments.strategyCalmarRatio, strategyId),
      volatility: new Figure(instruments.strategyVolatility, strategyId),
      profitFactor: new Figure(instruments.strategyProfitFactor, strategyId),
      expectancy: new Figure(instruments.strategyExpectancy, strategyId),
      closedTrades: instruments.strategyClosedTrades.labels(labels),
      fees: instruments.strategyFees.labels(labels),
      funding: instruments.strategyFunding.labels(labels),
      slippage: instruments.strategySlippage.labels(labels)
    }
  })

  return {
    marketTick: ({ symbol, price }) => {
      const market = markets.get(symbol)
      market.lastPrice = price
      market.ticks ??= instruments.marketTicks.labels({ symbol })
      market.ticks.inc()
      market.markPrice ??= instruments.markPrice.labels({ symbol })
      market.markPrice.set(price)
    },
    positionMark: ({ strategyId, symbol, quantity, markPrice }) => {
      const position = positions.get(strategyId, symbol)
      position.active.set(quantity === 0 ? 0 : 1)
      position.size.set(quantity)
      position.notional.set(quantity * markPrice)
      const market = markets.get(symbol)
      market.markPrice ??= instruments.markPrice.labels({ symbol })
      market.markPrice.set(markPrice)
    },
    equityMark: mark => {
      const portfolio = portfolios.get(mark.portfolioId)
      portfolio.equity.set(mark.equity)
      portfolio.cash.set(mark.cash)
      portfolio.grossExposure.set(mark.grossExposure)
      portfolio.netExposure.set(mark.netExposure)
      portfolio.drawdown.set(mark.drawdown * 100)
      portfolio.dailyPnl.set(mark.dailyPnl)
      if (mark.residual === undefined) return
      portfolio.residual ??= instruments.attributionResidual.labels({ portfolio_id: mark.portfolioId })
      portfolio.residual.set(mark.residual)
    },
    strategyMark: mark => {
      const pnl = pnls.get(mark.strategyId)
      pnl.total.set(mark.realizedPnl + mark.unrealizedPnl)
      pnl.daily.set(mark.dailyPnl)
      const account = accounts.get(mark.strategyId)
      account.realizedPnl.set(mark.realizedPnl)
      account.unrealizedPnl.set(mark.unrealizedPnl)
      account.equity.set(mark.equity)
      account.drawdown.set(mark.drawdown * 100)
    },
    strategyMetrics: metrics => {
      const pnl = pnls.get(metrics.strategy_id)
      pnl.total.set(metrics.total_pnl)
      pnl.daily.set(metrics.daily_pnl)
      const figure = figures.get(metrics.strategy_id)
      figure.maxDrawdown.set(metrics.max_drawdown_pct)
      figure.sharpeRatio.set(metrics.sharpe_ratio)
      figure.winRate.set(metrics.win_rate)
    },
    strategyFigures: figures => {
      const found = more.get(figures.strategyId)
      found.sortinoRatio.set(figures.sortinoRatio)
      found.calmarRatio.set(figures.calmarRatio)
      found.volatility.set(figures.volatility)
      found.profitFactor.set(figures.profitFactor)
      found.expectancy.set(figures.expectancy)
      found.closedTrades.set(figures.closedTrades)
      found.fees.set(figures.fees)
      found.funding.set(figures.funding)
      found.slippage.set(figures.slippage)
    }
  }
}

/** A gauge of a figure that may be undefined: no series before it is first known, `NaN` if it is lost again. */
class Figure {
  readonly #gauge: Gauge<'strategy_id'>
  readonly #strategyId: string
  #child: BoundGauge | undefined

  constructor (gauge: Gauge<'strategy_id'>, strategyId: string) {
    this.#gauge = gauge
    this.#strategyId = strategyId
  }

  set (value: number | null): void {
    if (value !== null) this.#child ??= this.#gauge.labels({ strategy_id: this.#strategyId })
    this.#child?.set(value ?? NaN)
  }
}
