import type { Books } from '../books.js'
import { figure, type JsonObject } from '../merge-patch.js'
import { shown } from '../text.js'

/** Money in the account's currency, drawdowns as shares of the high-water mark. */
export function portfolioSection (books: Books, openPositions: number): JsonObject {
  const view = books.portfolio()
  if (view === undefined) return {}
  return {
    name: shown(view.portfolioId ?? ''),
    equity: figure(view.equity),
    startingCash: figure(view.startingCash),
    cash: figure(view.cash),
    dailyPnl: figure(view.dailyPnl),
    realizedPnl: figure(view.realizedPnl),
    unrealizedPnl: figure(view.unrealizedPnl),
    fees: figure(view.fees),
    grossExposure: figure(view.grossExposure),
    netExposure: figure(view.netExposure),
    highWaterMark: figure(view.highWaterMark),
    drawdown: figure(view.drawdown),
    maxDrawdown: figure(view.maxDrawdown),
    positions: openPositions
  }
}
