import type { Bus } from '../../src/contracts/bus.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Emit } from '../../src/contracts/events.js'
import type { Ledger } from '../../src/portfolio/ledger.js'
import { signOf, topics, type Decision, type Intent, type KillSwitchRequest, type MarketStatus, type Order, type Tick } from './messages.js'
import { WorkingOrders } from './working-orders.js'

/** What the house may have at risk. Amounts are shares of the starting cash; the drawdown is a share of the high-water mark. */
export interface RiskCaps {
  readonly orderSize: number
  /** Of all strategies together, in one symbol, long or short. */
  readonly positionSize: number
  /** Of all positions of all strategies, long and short added up. */
  readonly grossExposure: number
  readonly ordersPerMinute: number
  /** Trips the kill switch. */
  readonly drawdown: number
}

export const defaultCaps: RiskCaps = { orderSize: 0.06, positionSize: 0.08, grossExposure: 0.26, ordersPerMinute: 40, drawdown: 0.25 }

export interface RiskEngineOptions {
  readonly bus: Bus
  readonly emit: Emit
  readonly clock: Clock
  readonly ledger: Ledger
  readonly caps?: RiskCaps
}

interface Refusal { readonly reason: string, readonly detail: string }

/**
 * Stands between those who want to trade and the broker. Each intent is allowed, and becomes an order, or is denied
 * with a reason. What only makes a position smaller is not held back by the caps on exposure.
 */
export class RiskEngine {
  readonly #bus: Bus
  readonly #emit: Emit
  readonly #clock: Clock
  readonly #ledger: Ledger
  readonly #caps: RiskCaps
  readonly #cash: number
  readonly #prices = new Map<string, number>()
  readonly #working: WorkingOrders
  /** When each strategy's orders of the last minute went out. */
  readonly #sentMs = new Map<string, number[]>()
  #orders = 0
  #marketOpen = true
  #drawdownPassed = false
  #killSwitch = false

  constructor ({ bus, emit, clock, ledger, caps = defaultCaps }: RiskEngineOptions) {
    this.#bus = bus
    this.#emit = emit
    this.#clock = clock
    this.#ledger = ledger
    this.#caps = caps
    this.#cash = ledger.portfolio().startingCash
    this.#working = new WorkingOrders(bus)
    bus.subscribe<Tick>(topics.ticks, tick => { this.#onTick(tick) })
    bus.subscribe<MarketStatus>(topics.status, ({ open }) => { this.#marketOpen = open })
    bus.subscribe<Intent>(topics.intents, intent => { this.#onIntent(intent) })
    bus.subscribe<KillSwitchRequest>(topics.killSwitch, ({ active, reason }) => { this.#switch(active, reason) })
  }

  get killSwitch (): boolean {
    return this.#killSwitch
  }

  #onTick ({ symbol, price }: Tick): void {
    this.#prices.set(symbol, price)
    const { drawdown } = this.#ledger.portfolio()
    const passed = drawdown >= this.#caps.drawdown
    // Only the passing trips it: whoever releases the switch afterwards has seen the drawdown and goes on with it.
    if (passed && !this.#drawdownPassed) this.#switch(true, `drawdown of ${percent(drawdown)} reached the cap of ${percent(this.#caps.drawdown)}`)
    this.#drawdownPassed = passed
  }

  #onIntent (intent: Intent): void {
    const startedSeconds = this.#clock.monotonicSeconds()
    const { intentId, strategyId, symbol, side, quantity } = intent
    const named = { intentId, strategyId, symbol, side }
    this.#emit('intentReceived', { ...named, quantity })
    const refusal = this.#refuse(intent)
    const checkSeconds = this.#clock.monotonicSeconds() - startedSeconds
    if (refusal !== undefined) {
      this.#emit('intentDenied', { ...named, reason: refusal.reason, checkSeconds })
      const decision: Decision = { intent, allowed: false, ...refusal }
      this.#bus.publish(topics.decisions, decision)
      return
    }
    this.#emit('intentAllowed', { ...named, checkSeconds })
    const order: Order = { ...intent, orderId: `order-${++this.#orders}`, decisionPrice: this.#prices.get(symbol)! }
    this.#working.add(order)
    const decision: Decision = { intent, allowed: true, orderId: order.orderId }
    this.#bus.publish(topics.decisions, decision)
    this.#bus.publish(topics.orders, order)
  }

  /** Why an intent may not pass, or `undefined` when it may. */
  #refuse (intent: Intent): Refusal | undefined {
    if (this.#killSwitch) return { reason: 'kill switch', detail: 'the kill switch is active' }
    if (!this.#marketOpen) return { reason: 'market closed', detail: 'the market is closed' }
    const price = this.#prices.get(intent.symbol)
    if (price === undefined) return { reason: 'no market data', detail: `there is no price of ${intent.symbol}` }
    return this.#refuseSize(intent, price) ?? this.#refuseExposure(intent, price) ?? this.#refuseRate(intent)
  }

  #refuseSize ({ quantity, symbol }: Intent, price: number): Refusal | undefined {
    return this.#above('order size', quantity * price, this.#caps.orderSize, `the order in ${symbol}`)
  }

  #refuseExposure ({ strategyId, symbol, side, quantity }: Intent, price: number): Refusal | undefined {
    const sign = signOf(side)
    const positions = this.#ledger.positions()
    const ahead = this.#working.quantity(symbol, side)
    const net = positions.reduce((sum, position) => position.symbol === symbol ? sum + position.quantity : sum, 0)
    const reached = net + sign * (ahead + quantity)
    const own = this.#ledger.position(strategyId, symbol)?.quantity ?? 0

    const gross = this.#ledger.portfolio().grossExposure + this.#working.notional
    this.#emit('riskCap', { cap: 'gross_exposure', used: gross, limit: this.#caps.grossExposure * this.#cash })
    this.#emit('riskCap', { cap: 'drawdown', used: this.#ledger.portfolio().drawdown, limit: this.#caps.drawdown })

    const reducesNet = Math.abs(reached) <= Math.abs(net)
    const reducesOwn = sign * own < 0 && quantity <= Math.abs(own)
    return (reducesNet ? undefined : this.#above('position limit', Math.abs(reached) * price, this.#caps.positionSize, `the position in ${symbol}`)) ??
      (reducesOwn ? undefined : this.#above('gross exposure', gross + quantity * price, this.#caps.grossExposure, 'the sum of all positions'))
  }

  /** Counts the intent as sent when it passes, so this is the last check. */
  #refuseRate ({ strategyId }: Intent): Refusal | undefined {
    const nowMs = this.#clock.nowMs()
    const sentMs = this.#sentMs.get(strategyId) ?? []
    this.#sentMs.set(strategyId, sentMs)
    while (sentMs.length > 0 && sentMs[0]! <= nowMs - 60_000) sentMs.shift()
    const { ordersPerMinute } = this.#caps
    if (sentMs.length >= ordersPerMinute) {
      return { reason: 'order spacing', detail: `${strategyId} has sent ${sentMs.length} orders within a minute; the cap is ${ordersPerMinute}` }
    }
    sentMs.push(nowMs)
    return undefined
  }

  #above (reason: string, amount: number, cap: number, what: string): Refusal | undefined {
    const limit = cap * this.#cash
    return amount <= limit ? undefined : { reason, detail: `${what} would be ${amount.toFixed(2)}; the cap is ${limit.toFixed(2)}` }
  }

  #switch (active: boolean, reason: string): void {
    if (this.#killSwitch === active) return
    this.#killSwitch = active
    this.#emit('killSwitch', { active, reason })
    if (active) this.#bus.publish(topics.cancels, { reason: 'kill switch' })
  }
}

function percent (ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}
