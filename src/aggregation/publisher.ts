import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bus, Subscription } from '../contracts/bus.js'
import type { Clock, Timer } from '../contracts/clock.js'
import type { Counter } from '../contracts/instruments.js'
import { silentLog, type Log } from '../contracts/log.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { digest } from './digest.js'
import { PublishedRegistry } from './published-registry.js'
import { Spool } from './spool.js'
import { Trouble } from './trouble.js'
import { METRICS_TOPIC, RESYNC_TOPIC, type MetricsMessage } from './wire.js'

export interface PublisherOptions {
  readonly registry: MetricRegistry
  readonly bus: Bus
  readonly clock: Clock
  readonly log?: Log
  /** What tells this process from the others that publish; the same again after a restart. */
  readonly instance: string
  /** @defaultValue 1000 */
  readonly flushMs?: number
  /** A full set goes out with every so many flushes. @defaultValue 60 */
  readonly fullEvery?: number
  /** The size of a message, nearly. @defaultValue 65536 */
  readonly maxBytes?: number
  /** A folder for the totals of each flush; without it, what was not heard when the process is killed is lost. */
  readonly spool?: string
}

/** How long what earlier lives left is said again: every aggregator that was away meanwhile has come back by then. */
const sayPastMs = 3_600_000

/**
 * Publishes the metrics of a process as running totals: what changed with each flush, all of it when the bus connects,
 * when somebody asks for it, and every so many flushes. What is lost on the way is so healed by what comes after it.
 */
export class Publisher {
  readonly #registry: MetricRegistry
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #instance: string
  readonly #startedNs: bigint
  readonly #flushMs: number
  readonly #fullEvery: number
  readonly #published: PublishedRegistry
  readonly #spool: Spool | undefined
  readonly #trouble: Trouble
  readonly #messages: Counter<'kind'>
  readonly #missed: Counter
  readonly #spoolErrors: Counter
  #timer: Timer | undefined
  #resync: Subscription | undefined
  #seq = 0
  #sinceFull = Infinity
  #pastSinceMs: number | undefined
  /** The wait for the bus, while it is away. */
  #waiting: Promise<void> | undefined
  #isUp = false
  #flushing: Promise<void> | undefined
  #isSpoolFailing = false
  #isClosed = false

  constructor ({ registry, bus, clock, log = silentLog, instance, flushMs = 1000, fullEvery = 60, maxBytes = 65_536, spool }: PublisherOptions) {
    this.#registry = registry
    this.#bus = bus
    this.#clock = clock
    this.#instance = instance
    this.#startedNs = clock.nowNs()
    this.#flushMs = flushMs
    this.#fullEvery = fullEvery
    this.#published = new PublishedRegistry(registry, maxBytes)
    this.#spool = spool === undefined ? undefined : new Spool({ folder: spool, instance, startedNs: this.#startedNs })
    this.#trouble = new Trouble(clock, log)
    this.#messages = registry.counter({
      name: 'njord_publisher_messages_total',
      help: 'Messages of metrics handed to the bus: full sets, what changed, and what earlier lives of the process had left.',
      labelNames: ['kind'],
      labelRules: { kind: { values: ['full', 'changes', 'past'] } }
    })
    this.#missed = registry.counter({ name: 'njord_publisher_missed_flushes_total', help: 'Flushes that found the bus away.' })
    this.#spoolErrors = registry.counter({ name: 'njord_publisher_spool_errors_total', help: 'Flushes that the spool could not note.' })
  }

  /** Begins to publish; resolves when what earlier lives left in the spool is read. Never rejects. */
  async start (): Promise<void> {
    try {
      await this.#spool?.load()
    } catch (error) {
      this.#spoolFailed(error)
    }
    if (this.#isClosed) return
    this.#resync = this.#bus.subscribe<{ instance?: unknown } | null>(RESYNC_TOPIC, request => {
      const instance = request?.instance
      if (instance !== undefined && instance !== this.#instance) return
      this.#sinceFull = Infinity
    })
    this.#timer = this.#clock.every(this.#flushMs, () => { this.flush() })
    await this.flush()
  }

  /** Publishes what changed since the last flush, or everything when it is due. Never rejects; one at a time. */
  async flush (): Promise<void> {
    if (this.#isClosed) return
    await (this.#flushing ??= this.#flush().finally(() => { this.#flushing = undefined }))
  }

  /** A last flush; then nothing more is published. The bus stays open. Idempotent. */
  async close (): Promise<void> {
    if (this.#isClosed) return
    this.#timer?.cancel()
    this.#resync?.unsubscribe()
    await this.#flushing
    if (this.#timer !== undefined) await this.flush()
    this.#isClosed = true
    await this.#spool?.close()
  }

  async #flush (): Promise<void> {
    const isUp = await this.#lookForBus()
    if (!isUp) this.#missed.inc()
    if (!isUp && this.#spool === undefined) return
    // A spool that fails is tried with the full sets that go out anyway: a full disk makes no process publish more.
    const full = this.#sinceFull >= this.#fullEvery - 1 || (this.#spool?.needsFull === true && !this.#isSpoolFailing)
    this.#sinceFull = full ? 0 : this.#sinceFull + 1
    const messages = await this.#messagesOf(full)
    await this.#note(messages, full)
    if (!isUp) return
    for (const [i, message] of messages.entries()) {
      if (i > 0) await nextTurn()
      this.#publish(full ? 'full' : 'changes', message)
    }
    if (full) await this.#publishPast()
  }

  async #note (messages: readonly MetricsMessage[], full: boolean): Promise<void> {
    if (this.#spool === undefined || (this.#spool.needsFull && !full)) return
    try {
      await this.#spool.write(messages, full)
      this.#isSpoolFailing = false
      this.#trouble.works('spool', 'The spool can be written again')
    } catch (error) {
      this.#spoolFailed(error)
    }
  }

  async #messagesOf (full: boolean): Promise<MetricsMessage[]> {
    const parts = await this.#published.parts(full)
    const stamp = this.#clock.nowNs()
    const first = this.#seq + 1
    return parts.map((part, i) => ({
      njord_metrics: 1,
      origin: { instance: this.#instance, started_ns: this.#startedNs, seq: ++this.#seq },
      timestamp_ns: stamp,
      ...full ? { full: first } : {},
      ...i === parts.length - 1 ? { end: true as const } : {},
      ...part
    }))
  }

  #publish (kind: 'full' | 'changes' | 'past', message: MetricsMessage): void {
    this.#bus.publish(METRICS_TOPIC, message)
    this.#messages.inc({ kind })
  }

  /** What earlier lives left is said with a full set that somebody may need, for an hour. */
  async #publishPast (): Promise<void> {
    const spool = this.#spool
    if (spool === undefined || spool.past.length === 0) return
    const nowMs = this.#clock.nowMs()
    this.#pastSinceMs ??= nowMs
    if (nowMs - this.#pastSinceMs >= sayPastMs) {
      try {
        return await spool.forgetPast()
      } catch (error) {
        return this.#spoolFailed(error)
      }
    }
    for (const message of spool.past) {
      this.#publish('past', message)
      await nextTurn()
    }
  }

  /** Whether the bus is there. When it comes back a full set goes out at once. */
  async #lookForBus (): Promise<boolean> {
    if (this.#waiting === undefined) {
      const ready = this.#bus.ready().then(() => {
        this.#waiting = undefined
        if (this.#isUp) return
        this.#sinceFull = Infinity
      })
      this.#waiting = ready
      // A bus that is up says so within this turn.
      await nextTurn()
      if (this.#waiting !== undefined) ready.then(() => { this.flush() })
    }
    this.#isUp = this.#waiting === undefined
    if (!this.#isUp) {
      this.#trouble.warn('away', () => ({ instance: this.#instance, metrics: digest(this.#registry) }), 'The bus is away: metrics are not published, and said here once a minute')
    }
    return this.#isUp
  }

  #spoolFailed (error: unknown): void {
    this.#isSpoolFailing = true
    this.#spoolErrors.inc()
    this.#trouble.fails('spool', { err: error }, 'The spool cannot be written or read; it is tried with each full set. What is not heard before a crash is lost')
  }
}
