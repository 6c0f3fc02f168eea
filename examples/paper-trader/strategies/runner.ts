import type { Bus } from '../../../src/contracts/bus.js'
import type { Clock } from '../../../src/contracts/clock.js'
import type { Emit } from '../../../src/contracts/events.js'
import type { Ledger } from '../../../src/portfolio/ledger.js'
import { topics, type Decision, type Intent, type OrderReport, type Tick } from '../messages.js'
import type { MakeStrategy, Signal, Strategy } from './strategy.js'

export interface StrategyRunnerOptions {
  readonly bus: Bus
  readonly emit: Emit
  readonly clock: Clock
  readonly ledger: Ledger
  /** What runs, by `strategy_id`. Each gets an instance for each symbol. */
  readonly strategies: Readonly<Record<string, MakeStrategy>>
  /** What a target of 1 is worth, as a share of the portfolio's equity; no intent is for more, larger changes take several. */
  readonly allotment: number
}

/** The least change of a target that is worth an order. */
const leastChange = 0.15
/** Ticks for which a strategy that was denied or rejected leaves its symbol alone. */
const pauseTicks = 20

/** One strategy on one symbol. */
interface Seat {
  readonly strategyId: string
  readonly symbol: string
  readonly strategy: Strategy
  /** The intent on its way, or the order that came of it. One at a time. */
  busyWith: string | undefined
  pausedTicks: number
}

/** Shows the market to the strategies and turns what they want into intents. */
export class StrategyRunner {
  readonly #options: StrategyRunnerOptions
  readonly #seats = new Map<string, readonly Seat[]>()
  readonly #busy = new Map<string, Seat>()
  #intents = 0

  constructor (options: StrategyRunnerOptions) {
    this.#options = options
    options.bus.subscribe<Tick>(topics.ticks, tick => { this.#onTick(tick) })
    options.bus.subscribe<Decision>(topics.decisions, ({ intent, allowed }) => { if (!allowed) this.#release(intent.intentId, pauseTicks) })
    options.bus.subscribe<OrderReport>(topics.reports, ({ order, status }) => {
      if (status === 'filled' || status === 'cancelled') this.#release(order.intentId, 0)
      if (status === 'rejected') this.#release(order.intentId, pauseTicks)
    })
  }

  #onTick (tick: Tick): void {
    const { emit, clock, ledger, allotment } = this.#options
    const allotted = ledger.equity() * allotment
    for (const seat of this.#seatsOf(tick.symbol)) {
      const held = ledger.position(seat.strategyId, tick.symbol)?.quantity ?? 0
      const position = held * tick.price / allotted
      const startedSeconds = clock.monotonicSeconds()
      let signal
      try {
        signal = seat.strategy.onTick(tick, position)
      } catch (error) {
        emit('strategyError', { strategyId: seat.strategyId, message: String(error) })
      }
      if (seat.busyWith !== undefined || seat.pausedTicks-- > 0) continue
      if (signal === undefined || Math.abs(signal.target - position) < leastChange) continue
      emit('signalGenerated', { strategyId: seat.strategyId, symbol: tick.symbol, durationSeconds: clock.monotonicSeconds() - startedSeconds })
      const change = signal.target === 0 ? -held : (signal.target - position) * allotted / tick.price
      const clip = allotted / tick.price
      this.#ask(seat, signal, Math.min(clip, Math.max(-clip, change)))
    }
  }

  /** @param change units to buy, or to sell when negative */
  #ask (seat: Seat, { limitPrice }: Signal, change: number): void {
    const intent: Intent = {
      intentId: `${seat.strategyId}-${++this.#intents}`,
      strategyId: seat.strategyId,
      symbol: seat.symbol,
      side: change > 0 ? 'buy' : 'sell',
      quantity: Number(Math.abs(change).toPrecision(6)),
      ...(limitPrice === undefined ? { type: 'market' } : { type: 'limit', limitPrice })
    }
    seat.busyWith = intent.intentId
    this.#busy.set(intent.intentId, seat)
    this.#options.bus.publish(topics.intents, intent)
  }

  #release (intentId: string, pausedTicks: number): void {
    const seat = this.#busy.get(intentId)
    if (seat === undefined) return // an intent of somebody else
    this.#busy.delete(intentId)
    seat.busyWith = undefined
    seat.pausedTicks = pausedTicks
  }

  #seatsOf (symbol: string): readonly Seat[] {
    let seats = this.#seats.get(symbol)
    if (seats === undefined) {
      seats = Object.entries(this.#options.strategies).map(([strategyId, makeStrategy]) => ({
        strategyId, symbol, strategy: makeStrategy(), busyWith: undefined, pausedTicks: 0
      }))
      this.#seats.set(symbol, seats)
    }
    return seats
  }
}
