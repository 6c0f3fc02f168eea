import type { Bus } from '../../src/contracts/bus.js'
import type { Clock, Timer } from '../../src/contracts/clock.js'
import type { Emit } from '../../src/contracts/events.js'
import { signOf, topics, type CancelRequest, type MarketStatus, type Order, type OrderReport, type OrderStatus, type Tick } from './messages.js'
import type { Random } from './random.js'

/** How the invented venue behaves. Probabilities and shares are 0..1. */
export interface VenueManners {
  readonly venue: string
  /** The least time an order travels, and the typical time on top (log-normal, so that a few take far longer). */
  readonly leastLatencyMs: number
  readonly typicalLatencyMs: number
  /** For how many ticks of its symbol an order works before the rest of it is cancelled: feeds differ too much for a time. */
  readonly patienceTicks: number
  readonly rejections: number
  /** How often a fill is for a part of the order only. */
  readonly partialFills: number
  /** Mean and spread of what a market order pays beyond the last price; now and then it gets a better one. */
  readonly slippageBps: number
  readonly slippageSpreadBps: number
  readonly takerFeeBps: number
  readonly makerFeeBps: number
}

export const paperVenue: VenueManners = {
  venue: 'paper',
  leastLatencyMs: 8,
  typicalLatencyMs: 25,
  patienceTicks: 40,
  rejections: 0.04,
  partialFills: 0.3,
  slippageBps: 0.6,
  slippageSpreadBps: 0.5,
  takerFeeBps: 4,
  makerFeeBps: 1
}

const rejectionReasons = ['insufficient liquidity', 'price limit of the venue', 'too many orders: venue cooldown'] as const

export interface PaperBrokerOptions {
  readonly bus: Bus
  readonly emit: Emit
  readonly clock: Clock
  readonly random: Random
  readonly manners?: VenueManners
}

/** Fills less than this share of an order make no sense: the rest goes with the last fill. */
const leastRest = 1e-3
const endedKept = 200

interface OpenOrder {
  readonly order: Order
  readonly sentSeconds: number
  status: 'sent' | 'working'
  filledQuantity: number
  arrivalPrice: number
  ticksLeft: number
  readonly travel: Timer
}

/** What there is to know about an order. */
export type OrderView = Pick<OrderReport, 'order' | 'status' | 'filledQuantity' | 'reason'>

/**
 * A venue on paper: orders travel, are taken or rejected, fill in one or several parts at a price with slippage, cost
 * a fee, and are cancelled when their time is over. Market orders pay the taker's fee; limit orders that wait for the
 * market to come to them pay the maker's.
 */
export class PaperBroker {
  readonly #bus: Bus
  readonly #emit: Emit
  readonly #clock: Clock
  readonly #random: Random
  readonly #manners: VenueManners
  readonly #prices = new Map<string, number>()
  readonly #open = new Map<string, OpenOrder>()
  readonly #ended: OrderView[] = []

  constructor ({ bus, emit, clock, random, manners = paperVenue }: PaperBrokerOptions) {
    this.#bus = bus
    this.#emit = emit
    this.#clock = clock
    this.#random = random
    this.#manners = manners
    bus.subscribe<Tick>(topics.ticks, tick => { this.#onTick(tick) })
    bus.subscribe<Order>(topics.orders, order => { this.#onOrder(order) })
    bus.subscribe<CancelRequest>(topics.cancels, ({ reason }) => { this.#cancelAll(reason) })
    bus.subscribe<MarketStatus>(topics.status, ({ open }) => { if (!open) this.#cancelAll('market closed') })
  }

  /** Open orders, oldest first, then the last 200 that have ended, newest first. */
  orders (): OrderView[] {
    const open = Array.from(this.#open.values(), ({ order, status, filledQuantity }) => ({ order, status, filledQuantity }))
    return [...open, ...this.#ended.toReversed()]
  }

  #onOrder (order: Order): void {
    const { leastLatencyMs, typicalLatencyMs } = this.#manners
    const latencyMs = leastLatencyMs + typicalLatencyMs * Math.exp(0.5 * this.#random.normal())
    const open: OpenOrder = {
      order,
      sentSeconds: this.#clock.monotonicSeconds(),
      status: 'sent',
      filledQuantity: 0,
      arrivalPrice: order.decisionPrice,
      ticksLeft: this.#manners.patienceTicks,
      travel: this.#clock.after(latencyMs, () => { this.#arrive(open) })
    }
    this.#open.set(order.orderId, open)
    this.#emit('orderPlaced', { ...this.#named(order), quantity: order.quantity, price: order.limitPrice ?? order.decisionPrice, algo: order.type })
    this.#report(open, 'sent', 0)
  }

  #arrive (open: OpenOrder): void {
    const { order } = open
    if (this.#random.chance(this.#manners.rejections)) {
      const reason = rejectionReasons[Math.floor(this.#random.between(0, rejectionReasons.length))]!
      this.#emit('orderRejected', { ...this.#named(order), reason })
      this.#end(open, 'rejected', 0, reason)
      return
    }
    open.status = 'working'
    open.arrivalPrice = this.#prices.get(order.symbol) ?? order.decisionPrice
    this.#emit('orderAcknowledged', { ...this.#named(order), latencySeconds: this.#clock.monotonicSeconds() - open.sentSeconds })
    this.#report(open, 'working', 0)
    this.#match(open, open.arrivalPrice, 'taker')
  }

  #onTick ({ symbol, price }: Tick): void {
    this.#prices.set(symbol, price)
    for (const open of this.#open.values()) {
      if (open.status !== 'working' || open.order.symbol !== symbol) continue
      if (open.ticksLeft-- === 0) this.#cancel(open, 'expired')
      else this.#match(open, price, open.order.type === 'limit' ? 'maker' : 'taker')
    }
  }

  /** Fills what the market at `price` lets an order have. */
  #match (open: OpenOrder, price: number, role: 'maker' | 'taker'): void {
    const { order } = open
    const sign = signOf(order.side)
    const { limitPrice } = order
    if (limitPrice !== undefined && sign * (price - limitPrice) > 0) return

    let fillPrice = limitPrice ?? price
    if (role === 'taker') {
      const slippageBps = this.#manners.slippageBps + this.#manners.slippageSpreadBps * this.#random.normal()
      const slipped = price * (1 + sign * slippageBps / 1e4)
      fillPrice = limitPrice === undefined ? slipped : sign * Math.min(sign * slipped, sign * limitPrice)
    }
    this.#fill(open, fillPrice, role)
  }

  #fill (open: OpenOrder, price: number, role: 'maker' | 'taker'): void {
    const { order } = open
    const rest = order.quantity - open.filledQuantity
    let quantity = rest
    if (this.#random.chance(this.#manners.partialFills)) quantity = Number((rest * this.#random.between(0.2, 0.8)).toPrecision(4))
    if (rest - quantity < order.quantity * leastRest) quantity = rest
    const complete = quantity === rest
    open.filledQuantity = complete ? order.quantity : open.filledQuantity + quantity

    const feeBps = role === 'maker' ? this.#manners.makerFeeBps : this.#manners.takerFeeBps
    this.#emit('orderFilled', {
      ...this.#named(order),
      quantity,
      price,
      fee: quantity * price * feeBps / 1e4,
      complete,
      latencySeconds: this.#clock.monotonicSeconds() - open.sentSeconds,
      arrivalPrice: open.arrivalPrice,
      decisionPrice: order.decisionPrice,
      algo: order.type
    })
    if (complete) this.#end(open, 'filled', quantity)
    else this.#report(open, 'working', quantity)
  }

  #cancelAll (reason: string): void {
    for (const open of [...this.#open.values()]) this.#cancel(open, reason)
  }

  #cancel (open: OpenOrder, reason: string): void {
    this.#emit('orderCancelled', { ...this.#named(open.order), reason })
    this.#end(open, 'cancelled', 0, reason)
  }

  #end (open: OpenOrder, status: OrderStatus, lastQuantity: number, reason?: string): void {
    open.travel.cancel()
    this.#open.delete(open.order.orderId)
    this.#ended.push({ order: open.order, status, filledQuantity: open.filledQuantity, reason })
    if (this.#ended.length > endedKept) this.#ended.shift()
    this.#report(open, status, lastQuantity, reason)
  }

  #report (open: OpenOrder, status: OrderStatus, lastQuantity: number, reason?: string): void {
    const report: OrderReport = { order: open.order, status, filledQuantity: open.filledQuantity, lastQuantity, reason }
    this.#bus.publish(topics.reports, report)
  }

  /** The names that every event of an order carries. */
  #named ({ orderId, strategyId, symbol, side }: Order) {
    return { orderId, strategyId, symbol, side, venue: this.#manners.venue }
  }
}
