/** What a subscriber is handed with each payload. */
export interface MessageContext {
  readonly topic: string
  /** When the publisher handed the message to its bus, in nanoseconds since the Unix epoch. */
  readonly publishedNs: bigint
}

/** Handles one message. A throw or a rejection is counted, and harms neither the publisher nor other subscribers. */
export type MessageHandler<P = unknown> = (payload: P, context: MessageContext) => void | Promise<void>

/** One subscription. `unsubscribe()` is idempotent; no message is delivered after it returns. */
export interface Subscription {
  readonly topic: string
  unsubscribe (): void
}

/**
 * Publish and subscribe by topic: in memory for co-located parts, over Redis for distributed ones. One contract.
 *
 * - Messages of one publisher on one topic arrive in the order in which they were published.
 * - Delivery is at most once. What could not be handed over is counted as a drop, never thrown.
 * - Payloads are JSON values plus `bigint` (see `json.ts`). Nobody changes a payload once it is
 *   published, neither who published it nor who is given it: in memory it is one and the same object.
 */
export interface Bus {
  /** Hands a message over. Never throws and never blocks; a closed or disconnected bus counts a drop. */
  publish (topic: string, payload: unknown): void
  /** Delivers every message published on exactly `topic` from now on. Never throws; handlers are isolated. */
  subscribe<P = unknown> (topic: string, handler: MessageHandler<P>): Subscription
  /**
   * Resolves once messages published from here on would reach the current subscriptions: at once in memory; on a
   * network, when the connection is up and the subscriptions are confirmed.
   */
  ready (): Promise<void>
  /** Ends all subscriptions and the connections this bus opened. Idempotent. */
  close (): Promise<void>
}
