import { Type, type Static } from 'typebox'
import { checkJson, compileCheck } from './check.js'
import { stringifyJson } from './json.js'

/** Where the metrics of every strategy are published, one message each. */
export const STRATEGY_TOPIC = 'telemetry.strategy'

const count = () => Type.Integer({ minimum: 0 })
/** A figure that may be undefined yet (a Sharpe ratio of one day): `null`, never 0 and never NaN. */
const figure = () => Type.Union([Type.Number(), Type.Null()])

/** How one strategy is doing (phase 9.0 of the Njord seed). Money is in the account's currency. */
export const StrategyMetrics = Type.Object({
  strategy_id: Type.String({ minLength: 1 }),
  timestamp_ns: Type.BigInt(),
  active_positions: count(),
  total_pnl: Type.Number(),
  daily_pnl: Type.Number(),
  /** Closed trades with a profit, as a share of all closed trades, 0..1. */
  win_rate: figure(),
  /** Annualised. */
  sharpe_ratio: figure(),
  /** Per cent of the high-water mark, 0 or more. */
  max_drawdown_pct: figure(),
  orders_sent: count(),
  orders_filled: count(),
  orders_rejected: count()
}, { additionalProperties: false })
export type StrategyMetrics = Readonly<Static<typeof StrategyMetrics>>

/** Checks and freezes; throws `NJORD_ERR_INVALID_PAYLOAD` naming the key, what was found and expected. */
export const checkStrategyMetrics = compileCheck('StrategyMetrics', StrategyMetrics)

export const strategyMetricsToJson = (metrics: StrategyMetrics): string => stringifyJson(metrics)
export const strategyMetricsFromJson = (text: string): StrategyMetrics => checkJson('StrategyMetrics', checkStrategyMetrics, text)
