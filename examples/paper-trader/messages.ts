import type { Side } from '../../src/contracts/events.js'

/** What the parts of the paper trader tell one another over the bus. */
export const topics = {
  /** {@link Tick}: the market moved. */
  ticks: 'market.ticks',
  /** {@link MarketStatus}: the market opened or closed. */
  status: 'market.status',
  /** {@link Intent}: a strategy or a person asks for a trade. */
  intents: 'risk.intents',
  /** {@link Decision}: the risk engine let an intent pass or refused it. */
  decisions: 'risk.decisions',
  /** {@link KillSwitchRequest}: somebody pulls the kill switch, or releases it. */
  killSwitch: 'risk.kill-switch',
  /** {@link Order}: an order for the broker. */
  orders: 'broker.orders',
  /** {@link CancelRequest}: working orders are to be cancelled. */
  cancels: 'broker.cancels',
  /** {@link OrderReport}: what became of an order. */
  reports: 'broker.reports'
} as const

/** One price of one symbol. */
export interface Tick {
  readonly symbol: string
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly price: number
  readonly quantity: number
}

export interface MarketStatus {
  readonly open: boolean
}

export interface Intent {
  readonly intentId: string
  readonly strategyId: string
  readonly symbol: string
  readonly side: Side
  readonly quantity: number
  readonly type: 'market' | 'limit'
  /** The worst acceptable price of a limit order. */
  readonly limitPrice?: number
}

export interface Decision {
  readonly intent: Intent
  readonly allowed: boolean
  /** The order that follows from an intent that was allowed. */
  readonly orderId?: string
  /** Why it was denied, in words that do not vary with the figures. */
  readonly reason?: string
  /** The same with its figures, for a person to read. */
  readonly detail?: string
}

export interface KillSwitchRequest {
  readonly active: boolean
  readonly reason: string
}

export interface Order extends Intent {
  readonly orderId: string
  /** The market when the order was decided on. */
  readonly decisionPrice: number
}

export interface CancelRequest {
  readonly reason: string
}

/** Where an order stands. `sent` and `working` orders are open; the others have ended. */
export type OrderStatus = 'sent' | 'working' | 'filled' | 'rejected' | 'cancelled'

export interface OrderReport {
  readonly order: Order
  readonly status: OrderStatus
  readonly filledQuantity: number
  /** Quantity of this report's fill; 0 when the report tells of something else. */
  readonly lastQuantity: number
  readonly reason?: string
}

/** +1 for a purchase, −1 for a sale. */
export function signOf (side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1
}
