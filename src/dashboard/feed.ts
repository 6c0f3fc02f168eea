import type { Clock, Timer } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import { Client, type Outlet } from './client.js'
import type { DashboardMetrics, DropReason } from './dashboard-metrics.js'
import type { History, HistoryReader, Range } from './history.js'
import type { Model } from './model.js'
import { Update } from './update.js'

export const updateIntervalMs = 1000

/** So many sockets are written to before the event loop may go on: some 10 µs each is the system call. */
const slice = 250

/** Lines that are computed over a window wait for so many times as long as they last took. */
const computeShare = 50

export interface FeedOptions {
  readonly model: Pick<Model, 'read'>
  /** The past; without it charts begin when a page opens. */
  readonly history: HistoryReader | undefined
  /** Real time: pages are kept up to date once a second whatever the market's clock does. */
  readonly wall: Clock
  readonly metrics: DashboardMetrics
  readonly log: Log
  readonly maxClients: number
}

/** Keeps pages up to date: once a second while there are any, and doing nothing at all while there are none. */
export class Feed {
  readonly #options: FeedOptions
  readonly #clients = new Set<Client>()
  /** Those whose past is being read. */
  readonly #coming = new Set<Client>()
  readonly #pasts = new Map<Range, { readonly atMs: number, readonly past: Promise<History> }>()
  #last: Update | undefined
  #timer: Timer | undefined
  #computed: Record<string, number | null> = {}
  #isComputing = false
  /** When lines over a window may be computed again, by the wall's monotonic time. */
  #computeFromSeconds = 0
  #isSending = false
  #isFailing = false
  #isClosed = false

  constructor (options: FeedOptions) {
    this.#options = options
  }

  get size (): number {
    return this.#clients.size
  }

  /**
   * Sends a page the whole picture, with the past of `range`, and what changes from then on, until `isOver` says that its session has
   * ended. Returns what ends that: to be called when the connection has ended by itself, and with a reason to send the page away.
   */
  open (outlet: Outlet, range: Range, isOver: () => boolean): (reason?: DropReason) => void {
    const { metrics, maxClients } = this.#options
    const client = new Client(outlet, isOver)
    if (this.#isClosed || this.#clients.size + this.#coming.size >= maxClients) {
      if (!this.#isClosed) metrics.dropped('full')
      outlet.close(this.#isClosed ? 'over' : 'full')
      return () => {}
    }
    // It takes a place from now on, and is sent to from when its past is there.
    this.#coming.add(client)
    this.#past(range).then(past => {
      if (this.#coming.delete(client)) this.#begin(client, range, past)
    }, () => {})
    return reason => {
      this.#coming.delete(client)
      if (reason === undefined) this.#remove(client)
      else this.#drop(client, reason)
    }
  }

  /** Ends every connection. */
  close (): void {
    this.#isClosed = true
    this.#timer?.cancel()
    for (const client of [...this.#clients, ...this.#coming]) {
      this.#coming.delete(client)
      this.#remove(client)
      client.outlet.close('over')
    }
  }

  #begin (client: Client, range: Range, past: History | undefined): void {
    const { metrics } = this.#options
    this.#last ??= this.#read(undefined)
    if (this.#last === undefined) {
      client.outlet.close('over')
      return
    }
    this.#write(client, this.#last.snapshot(client.outlet.transport, range, past))
    this.#clients.add(client)
    metrics.clients.inc({ transport: client.outlet.transport })
    this.#timer ??= this.#options.wall.every(updateIntervalMs, () => { this.#tick() })
  }

  #remove (client: Client): void {
    if (!this.#clients.delete(client)) return
    this.#options.metrics.clients.dec({ transport: client.outlet.transport })
    if (this.#clients.size > 0) return
    this.#timer?.cancel()
    this.#timer = this.#last = undefined
    this.#computed = {}
    this.#pasts.clear()
  }

  #drop (client: Client, reason: DropReason): void {
    this.#remove(client)
    this.#options.metrics.dropped(reason)
    client.outlet.close(reason)
  }

  #tick (): void {
    // Those who come meanwhile have the state that the next update follows on.
    if (this.#isSending) return
    const { wall, metrics } = this.#options
    const startedSeconds = wall.monotonicSeconds()
    const update = this.#read(this.#last)
    if (update === undefined) return
    this.#last = update
    this.#compute()
    this.#isSending = true
    this.#send([...this.#clients], update).then(() => {
      metrics.broadcastSeconds.observe(wall.monotonicSeconds() - startedSeconds)
    }, () => {}).finally(() => { this.#isSending = false })
  }

  async #send (clients: readonly Client[], update: Update): Promise<void> {
    const { metrics } = this.#options
    if (clients.length > 0) metrics.updateBytes.set(update.delta(clients[0]!.outlet.transport).length)
    for (let i = 0; i < clients.length; i++) {
      if (i > 0 && i % slice === 0) await new Promise<void>(resolve => { setImmediate(resolve) })
      const client = clients[i]!
      if (!this.#clients.has(client)) continue
      const next = client.next()
      if (next === 'send') this.#write(client, client.isBehind ? update.whole(client.outlet.transport) : update.delta(client.outlet.transport))
      else if (next === 'skip') metrics.skipped.inc()
      else this.#drop(client, next)
    }
  }

  #write (client: Client, framed: Buffer): void {
    client.caughtUp()
    this.#options.metrics.sentBytes[client.outlet.transport].inc(framed.length)
    client.outlet.send(framed)
  }

  /** `undefined` when the figures cannot be read: pages then say that what they show is old. */
  #read (before: Update | undefined): Update | undefined {
    try {
      const computed = this.#computed
      this.#computed = {}
      return new Update(this.#options.model.read(), before?.state, computed)
    } catch (error) {
      if (!this.#isFailing) this.#options.log.error({ err: error }, 'the dashboard cannot read its figures')
      this.#isFailing = true
      return undefined
    }
  }

  /** For the update after this one; seldom enough to take no more than a fiftieth of the time. */
  #compute (): void {
    const { history, wall } = this.#options
    const startedSeconds = wall.monotonicSeconds()
    if (history === undefined || this.#isComputing || startedSeconds < this.#computeFromSeconds) return
    this.#isComputing = true
    history.newest().then(points => { this.#computed = points }, () => {}).finally(() => {
      this.#isComputing = false
      this.#computeFromSeconds = startedSeconds + computeShare * (wall.monotonicSeconds() - startedSeconds)
    })
  }

  /** Read once for all who come within a second. */
  async #past (range: Range): Promise<History | undefined> {
    const { history, wall } = this.#options
    if (history === undefined) return undefined
    const nowMs = wall.nowMs()
    let known = this.#pasts.get(range)
    if (known === undefined || Math.abs(nowMs - known.atMs) >= updateIntervalMs) {
      this.#pasts.set(range, known = { atMs: nowMs, past: history.read(range) })
    }
    return await known.past
  }
}
