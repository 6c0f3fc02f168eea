import { Type, type Static } from 'typebox'
import { NJORD_ERR_INVALID_PAYLOAD } from '../errors.js'
import { compileCheck, describe, type Check } from './check.js'
import { StrategyMetrics } from './strategy-metrics.js'

/** `buy` or `sell`. */
export const Side = Type.Union([Type.Literal('buy'), Type.Literal('sell')])
export type Side = Static<typeof Side>

const name = () => Type.String({ minLength: 1 })
const timestampNs = () => Type.Optional(Type.BigInt({ description: 'Nanoseconds since the Unix epoch; the clock of the telemetry when absent.' }))
const positive = () => Type.Number({ exclusiveMinimum: 0 })
/** A figure that may be undefined yet: `null`, never 0 and never NaN. */
const figure = () => Type.Union([Type.Number(), Type.Null()])
const seconds = () => Type.Number({ minimum: 0, description: 'Seconds.' })

const order = {
  orderId: name(),
  strategyId: name(),
  symbol: name(),
  side: Side,
  venue: name(),
  timestampNs: timestampNs()
}

/**
 * What a trading host can say happened. Amounts of money are in the account's currency (the seed's metric names call
 * it `usd`), quantities in units of the base asset, prices in money a unit, times in seconds.
 */
export const eventSchemas = {
  /** A strategy or a person asks for a trade. */
  intentReceived: Type.Object({
    intentId: Type.Optional(name()), strategyId: name(), symbol: name(), side: Side, quantity: positive(), timestampNs: timestampNs()
  }),
  /** The risk engine let an intent pass. */
  intentAllowed: Type.Object({
    intentId: Type.Optional(name()), strategyId: name(), symbol: name(), side: Side, checkSeconds: Type.Optional(seconds()), timestampNs: timestampNs()
  }),
  /** The risk engine refused an intent; `reason` may be free text, the metric's label is one of nine categories. */
  intentDenied: Type.Object({
    intentId: Type.Optional(name()),
    strategyId: name(),
    symbol: name(),
    side: Side,
    reason: Type.String(),
    checkSeconds: Type.Optional(seconds()),
    timestampNs: timestampNs()
  }),
  /** An order went out to a venue. `price` is the price that sizes it in money (limit or reference price). */
  orderPlaced: Type.Object({ ...order, quantity: positive(), price: positive(), algo: Type.Optional(name()) }),
  /** The venue took the order. `latencySeconds` runs from sending to the acknowledgement. */
  orderAcknowledged: Type.Object({ ...order, latencySeconds: Type.Optional(seconds()) }),
  /** One fill, partial or final. */
  orderFilled: Type.Object({
    ...order,
    quantity: positive(),
    price: positive(),
    /** Paid in money; negative for a rebate. */
    fee: Type.Number(),
    /** True for the fill that completes its order. */
    complete: Type.Boolean(),
    /** From the sending of the order to this fill. */
    latencySeconds: Type.Optional(seconds()),
    /** The market when the order reached the venue: slippage is measured against it. */
    arrivalPrice: Type.Optional(positive()),
    /** The market when the strategy decided: implementation shortfall is measured against it. */
    decisionPrice: Type.Optional(positive()),
    /** The execution algorithm (`twap`, `vwap`, `iceberg`, `pov`, `market`, …). */
    algo: Type.Optional(name())
  }),
  /** The venue refused the order. */
  orderRejected: Type.Object({ ...order, reason: Type.String() }),
  /** An order ended unfilled or partly filled. */
  orderCancelled: Type.Object({ ...order, reason: Type.Optional(Type.String()) }),
  /** The state of one strategy's position in one symbol. Sent by the ledger, or by a host with books of its own. */
  positionMark: Type.Object({
    strategyId: name(),
    symbol: name(),
    /** Signed: negative is short. */
    quantity: Type.Number(),
    markPrice: positive(),
    realizedPnl: Type.Number(),
    unrealizedPnl: Type.Number(),
    timestampNs: timestampNs()
  }),
  /** The state of a portfolio as a whole. Sent by the ledger, or by a host with books of its own. */
  equityMark: Type.Object({
    portfolioId: name(),
    equity: Type.Number(),
    cash: Type.Number(),
    /** Sum of the absolute market values of all positions. */
    grossExposure: Type.Number({ minimum: 0 }),
    /** Sum of the signed market values. */
    netExposure: Type.Number(),
    /** Distance from the high-water mark as a share of it, 0..1. */
    drawdown: Type.Number({ minimum: 0 }),
    dailyPnl: Type.Number(),
    /** Change of the equity that no strategy and no interest accounts for; about 0, and worth an alert when it is not. */
    residual: Type.Optional(Type.Number()),
    timestampNs: timestampNs()
  }),
  /** The state of one strategy's account. Sent by the ledger, or by a host with books of its own. */
  strategyMark: Type.Object({
    strategyId: name(),
    /** The capital it was given plus everything it has made. */
    equity: Type.Number(),
    /** Net of fees. */
    realizedPnl: Type.Number(),
    unrealizedPnl: Type.Number(),
    dailyPnl: Type.Number(),
    /** Distance from the high-water mark as a share of it, 0..1 (more when losses exceed the capital). */
    drawdown: Type.Number({ minimum: 0 }),
    timestampNs: timestampNs()
  }),
  /** What holding a position paid (positive) or cost: funding of a perpetual, borrowing, a dividend. Moves the ledger's cash. */
  fundingSettled: Type.Object({ strategyId: name(), symbol: name(), amount: Type.Number(), timestampNs: timestampNs() }),
  /** What idle cash earned; negative when it cost. Moves the ledger's cash, and belongs to no strategy. */
  interestAccrued: Type.Object({ amount: Type.Number(), timestampNs: timestampNs() }),
  /** A strategy produced a signal, whether or not an intent follows. */
  signalGenerated: Type.Object({
    strategyId: name(), symbol: Type.Optional(name()), durationSeconds: Type.Optional(seconds()), timestampNs: timestampNs()
  }),
  /** A strategy threw. */
  strategyError: Type.Object({ strategyId: name(), message: Type.Optional(Type.String()), timestampNs: timestampNs() }),
  /** The kill switch was pulled (`active: true`) or released. */
  killSwitch: Type.Object({ active: Type.Boolean(), reason: Type.Optional(Type.String()), timestampNs: timestampNs() }),
  /** A circuit breaker opened (trading halted) or closed. */
  circuitBreaker: Type.Object({ breaker: name(), open: Type.Boolean(), timestampNs: timestampNs() }),
  /** How much of a risk cap is used. */
  riskCap: Type.Object({ cap: name(), used: Type.Number({ minimum: 0 }), limit: positive(), timestampNs: timestampNs() }),
  /** The market moved. */
  marketTick: Type.Object({
    symbol: name(), price: positive(), venue: Type.Optional(name()), quantity: Type.Optional(Type.Number({ minimum: 0 })), timestampNs: timestampNs()
  }),
  /** A journal was written to. */
  journalWritten: Type.Object({ bytes: Type.Number({ minimum: 0 }), timestampNs: timestampNs() }),
  /** How a strategy is doing; sent by the ledger at its own pace. */
  strategyMetrics: StrategyMetrics,
  /** What `strategyMetrics` does not have of a strategy; `null` is undefined yet. Sent by the ledger with it. */
  strategyFigures: Type.Object({
    strategyId: name(),
    /** Annualised. */
    sortinoRatio: figure(),
    calmarRatio: figure(),
    /** Annualised, as a ratio. */
    volatility: figure(),
    profitFactor: figure(),
    /** Average PnL of a closed trade. */
    expectancy: figure(),
    closedTrades: Type.Integer({ minimum: 0 }),
    fees: Type.Number(),
    funding: Type.Number(),
    /** Lost against the market at arrival. */
    slippage: Type.Number(),
    timestampNs: timestampNs()
  })
} as const

export type EventName = keyof typeof eventSchemas

/** Each event's payload by its name: `TradingEvents['orderFilled']`. */
export type TradingEvents = { readonly [E in EventName]: Readonly<Static<typeof eventSchemas[E]>> }

export const eventNames = Object.keys(eventSchemas) as readonly EventName[]

const checks = new Map<string, Check<typeof eventSchemas[EventName]>>()

/**
 * Checks a payload that came from outside (HTTP, a bus) as the event `name`; throws `NJORD_ERR_INVALID_PAYLOAD`
 * naming the key. What TypeScript has checked need not be checked again: `emit` does not call it.
 */
export function checkEvent<E extends EventName> (name: E, payload: unknown): TradingEvents[E] {
  // A name from outside may be anything, `__proto__` too.
  if (!Object.hasOwn(eventSchemas, name)) throw new NJORD_ERR_INVALID_PAYLOAD(`event: found ${describe(name)}, expected one of ${eventNames.join(', ')}`)
  let check = checks.get(name)
  if (check === undefined) checks.set(name, check = compileCheck(name, eventSchemas[name]))
  return check(payload) as TradingEvents[E]
}

/** Says once what happened; everything else is derived. Never throws. */
export type Emit = <E extends EventName>(event: E, payload: TradingEvents[E]) => void

/** What is told about an event. A listener that throws is counted, and harms neither the host nor other listeners. */
export type EventListener<E extends EventName> = (payload: TradingEvents[E]) => void

/** A listener for any number of events, by name. */
export type EventListeners = { readonly [E in EventName]?: EventListener<E> }
