import { CompensatedSum } from '../statistics/compensated-sum.js'
import { isObserved } from '../statistics/series.js'
import type { Answer } from './answer.js'
import { link, type LinkMethod } from './linking.js'

/** What one strategy did in a period, in the account's currency. Missing (`null`, NaN) is not 0: it is told. */
export interface StrategyPnl {
  readonly strategyId: string
  /** Realised and unrealised, before everything below. */
  readonly trading: number | null
  /** Paid; rebates are negative. @defaultValue 0 */
  readonly fees?: number | null
  /** Received; what was paid is negative. @defaultValue 0 */
  readonly funding?: number | null
  /** Other costs paid (borrowing, slippage that is accounted apart). @defaultValue 0 */
  readonly costs?: number | null
}

export interface PnlPeriod {
  readonly strategies: readonly StrategyPnl[]
  /** What idle cash earned. @defaultValue 0 */
  readonly cash?: number
  /** The change of the portfolio's equity, as the portfolio has it. */
  readonly total: number
}

/** What one strategy added, effect by effect: costs are negative. `trading + fees + funding + costs = net`. */
export interface PnlEffects {
  readonly trading: number
  readonly fees: number
  readonly funding: number
  readonly costs: number
  readonly net: number
}

/** PnL by strategy. The strategies' nets, `cash` and `residual` sum to `total`. */
export interface PnlAttribution {
  readonly total: number
  readonly strategies: ReadonlyArray<PnlEffects & { readonly strategyId: string }>
  /** Over all strategies. */
  readonly effects: PnlEffects
  readonly cash: number
  /** What nobody accounts for; worth an alert when it is more than rounding. */
  readonly residual: number
  /** Strategies of which a figure was missing: what it was is in the residual. */
  readonly missing: readonly string[]
}

/** Attributes the PnL of one period. A strategy that stands twice is one. */
export function attributePnl (period: PnlPeriod): PnlAttribution {
  return attributePeriods([period])
}

/** A period with the equity at its start, so that PnL can be told as a return. */
export interface EquityPeriod extends PnlPeriod {
  /** More than 0. */
  readonly startEquity: number
}

export interface PnlOverTime extends PnlAttribution {
  /** By period, each summing to its own total. */
  readonly periods: readonly PnlAttribution[]
  /** Contributions to the compounded return, linked: they sum to `totalReturn`. Undefined when the wealth was gone. */
  readonly linked: Answer<{
    readonly totalReturn: number
    readonly strategies: ReadonlyArray<{ readonly strategyId: string, readonly contribution: number }>
    readonly cash: number
    readonly residual: number
  }>
}

/** Attributes many periods (days, say): by period, over all of them in currency, and linked as a return. */
export function attributePnlOverTime (periods: readonly EquityPeriod[], { method = 'carino' }: { readonly method?: LinkMethod } = {}): PnlOverTime {
  const whole = attributePeriods(periods)
  const found = periods.map(attributePnl)
  const names = whole.strategies.map(({ strategyId }) => strategyId)
  if (periods.some(({ startEquity }) => !(startEquity > 0))) return { ...whole, periods: found, linked: { value: null, reason: 'no capital' } }
  const linked = link(periods.map(({ startEquity, total }, at) => {
    const attribution = found[at]!
    const nets = new Map(attribution.strategies.map(({ strategyId, net }) => [strategyId, net]))
    const effects = [...names.map(name => nets.get(name) ?? 0), attribution.cash, attribution.residual]
    return { portfolioReturn: total / startEquity, benchmarkReturn: 0, effects: effects.map(effect => effect / startEquity) }
  }), method)
  if (linked.value === null) return { ...whole, periods: found, linked }
  const { totals, portfolioReturn, residual } = linked.value
  return {
    ...whole,
    periods: found,
    linked: {
      value: {
        totalReturn: portfolioReturn,
        strategies: names.map((strategyId, at) => ({ strategyId, contribution: totals[at]! })),
        cash: totals[names.length]!,
        residual: totals[names.length + 1]! + residual
      }
    }
  }
}

/** The four effects of one strategy, summed without loss. */
class EffectSums {
  readonly trading = new CompensatedSum()
  readonly fees = new CompensatedSum()
  readonly funding = new CompensatedSum()
  readonly costs = new CompensatedSum()
  readonly net = new CompensatedSum()

  /** Returns whether everything was there. */
  add ({ trading, fees = 0, funding = 0, costs = 0 }: StrategyPnl): boolean {
    const rows = [[this.trading, trading, 1], [this.fees, fees, -1], [this.funding, funding, 1], [this.costs, costs, -1]] as const
    let isWhole = true
    for (const [sum, amount, sign] of rows) {
      if (!isObserved(amount)) {
        isWhole = false
      } else if (amount !== 0) {
        sum.add(sign * amount)
        this.net.add(sign * amount)
      }
    }
    return isWhole
  }

  effects (): PnlEffects {
    return { trading: this.trading.value, fees: this.fees.value, funding: this.funding.value, costs: this.costs.value, net: this.net.value }
  }
}

function attributePeriods (periods: readonly PnlPeriod[]): PnlAttribution {
  const byStrategy = new Map<string, EffectSums>()
  const all = new EffectSums()
  const cash = new CompensatedSum()
  const total = new CompensatedSum()
  const missing = new Set<string>()
  for (const period of periods) {
    for (const strategy of period.strategies) {
      let sums = byStrategy.get(strategy.strategyId)
      if (sums === undefined) byStrategy.set(strategy.strategyId, sums = new EffectSums())
      if (!sums.add(strategy)) missing.add(strategy.strategyId)
      all.add(strategy)
    }
    cash.add(period.cash ?? 0)
    total.add(period.total)
  }
  const strategies = [...byStrategy].map(([strategyId, sums]) => ({ strategyId, ...sums.effects() }))
  const left = new CompensatedSum()
  left.add(total.value)
  for (const { net } of strategies) left.add(-net)
  left.add(-cash.value)
  return { total: total.value, strategies, effects: all.effects(), cash: cash.value, residual: left.value, missing: [...missing] }
}
