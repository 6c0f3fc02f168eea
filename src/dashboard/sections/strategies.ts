import type { PositionView } from '../../portfolio/views.js'
import type { StrategyFigures } from '../books.js'
import { figure, type JsonObject } from '../merge-patch.js'
import type { RowNumbers } from '../row-numbers.js'
import { shown } from '../text.js'

/** Open positions of one strategy that the page shows, the largest first. */
const mostPositions = 20

/** A row for each strategy by its number, with its open positions. */
export function strategiesSection (strategies: readonly StrategyFigures[], positions: readonly PositionView[], rows: RowNumbers): JsonObject {
  const byStrategy = new Map<string, PositionView[]>()
  for (const position of positions) {
    const own = byStrategy.get(position.strategyId)
    if (own === undefined) byStrategy.set(position.strategyId, [position])
    else own.push(position)
  }
  const section: Record<string, JsonObject> = {}
  for (const view of strategies) {
    const number = rows.of(view.strategyId)
    if (number === undefined) continue
    const own = byStrategy.get(view.strategyId) ?? []
    section[number] = {
      name: shown(view.strategyId),
      pnl: figure(view.pnl),
      dailyPnl: figure(view.dailyPnl),
      realizedPnl: figure(view.realizedPnl),
      unrealizedPnl: figure(view.unrealizedPnl),
      fees: figure(view.fees),
      capital: figure(view.capital),
      equity: figure(view.equity),
      sharpe: figure(view.sharpeRatio),
      sortino: figure(view.sortinoRatio),
      winRate: figure(view.winRate),
      calmar: figure(view.calmarRatio),
      volatility: figure(view.volatility),
      profitFactor: figure(view.profitFactor),
      expectancy: figure(view.expectancy),
      drawdown: figure(view.drawdown),
      maxDrawdown: figure(view.maxDrawdown),
      trades: figure(view.closedTrades),
      sent: figure(view.ordersSent),
      filled: figure(view.ordersFilled),
      rejected: figure(view.ordersRejected),
      open: own.length,
      positions: [...own].sort((a, b) => Math.abs(b.marketValue) - Math.abs(a.marketValue)).slice(0, mostPositions).map(positionRow)
    }
  }
  return section
}

function positionRow (position: PositionView): JsonObject {
  return {
    symbol: shown(position.symbol),
    quantity: figure(position.quantity),
    entryPrice: figure(position.entryPrice),
    markPrice: figure(position.markPrice),
    marketValue: figure(position.marketValue),
    unrealizedPnl: figure(position.unrealizedPnl)
  }
}
