import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AlertSink, PostedAlert } from '../../contracts/alert.js'
import type { Bus } from '../../contracts/bus.js'
import type { Clock, Timer } from '../../contracts/clock.js'
import type { InstrumentFactory } from '../../contracts/instruments.js'
import { silentLog, type Log } from '../../contracts/log.js'
import type { AlertGroup } from './alert-group.js'
import { AlertStore } from './alert-store.js'
import type { RoutingConfig } from './config/routing-config.js'
import { Dispatcher } from './dispatcher.js'
import { FlapDamping, type FlapDampingOptions } from './flap-damping.js'
import { Inhibitor } from './inhibitor.js'
import type { LoadedRouting } from './load-routing.js'
import { LedgerSubject, NotificationLedger } from './notification-ledger.js'
import type { Integration } from './notification.js'
import { Notifier } from './notifier.js'
import { Turns } from '../../clock/turns.js'
import { ReceiverHealth } from './receiver-health.js'
import { integrationsOf } from './receivers/integrations.js'
import { isResolvedAt, routedAlert, type RoutedAlert } from './routed-alert.js'
import { Route } from './route.js'
import { RoutingMetrics } from './routing-metrics.js'
import { RoutingState, type KeptAlert } from './routing-state.js'
import type { Silences } from './silences.js'
import { NotificationTemplates } from './template/notification-templates.js'

export interface AlertRouterOptions {
  readonly routing: LoadedRouting
  readonly clock: Clock
  readonly log?: Log
  readonly instruments?: InstrumentFactory | undefined
  /** For the receiver `bus`. */
  readonly bus?: Bus | undefined
  /** Where silences, the notification log and alerts are kept over restarts; without it they end with the process. */
  readonly dir?: string | undefined
  /** Where people find this host, in notifications. @defaultValue `'http://localhost'` */
  readonly externalUrl?: string | undefined
  readonly flapDamping?: readonly FlapDampingOptions[] | undefined
  /** Is handed the alerts of the rules as well: Alertmanagers elsewhere. */
  readonly forward?: readonly AlertSink[] | undefined
  /** How many alerts are kept; more are dropped and counted. @defaultValue 100000 */
  readonly maxAlerts?: number | undefined
  /** How many lines the ledger keeps. @defaultValue 2000 */
  readonly ledgerSize?: number | undefined
  /** For `User-Agent`. */
  readonly version?: string | undefined
  /** Integrations in the place of those of the routing file: what a replay or a drill would send. */
  readonly integrations?: ((receiver: string, config: RoutingConfig) => readonly Integration[]) | undefined
  /** 0..1, for the spread of attempts. @defaultValue Math.random */
  readonly random?: (() => number) | undefined
}

/** How long alerts that come in may hold the event loop, in milliseconds. */
const SLICE_MS = 2
const MAINTENANCE_MS = 30_000
/** As often alerts that ended are forgotten, in maintenances: 30 minutes. */
const COLLECT_EVERY = 60

interface Running {
  readonly routing: LoadedRouting
  readonly dispatcher: Dispatcher
  readonly inhibitor: Inhibitor
  readonly notifier: Notifier
  readonly integrations: ReadonlyMap<string, readonly Integration[]>
  readonly dampings: ReadonlyArray<{ readonly receiver: string, readonly damping: FlapDamping }>
}

/**
 * An Alertmanager in the process: takes alerts, groups them along the routes of an `alertmanager.yml`, and tells receivers. Everything goes by
 * the clock; on a virtual one, `settled()` between its steps lets notifications get done.
 */
export class AlertRouter implements AlertSink {
  readonly ledger: NotificationLedger
  readonly startedMs: number
  readonly #options: AlertRouterOptions
  readonly #clock: Clock
  readonly #log: Log
  readonly #metrics: RoutingMetrics
  readonly #store: AlertStore
  readonly #health: ReceiverHealth
  readonly #turns = new Turns()
  readonly #state: RoutingState
  #queue: Array<{ alert: RoutedAlert | PostedAlert, atMs: number }> = []
  #queueAt = 0
  /** Alerts without room that the ledger has not seen yet. */
  #droppedCount = 0
  /** Alerts that a new routing has not seen yet. */
  #regrouping: Iterator<RoutedAlert> | undefined
  #draining: Timer | undefined
  #maintenance: Timer | undefined
  #maintenances = 0
  #running: Running
  #isClosed = false

  /** Throws an `Error` for a template of the routing file that is none. */
  constructor (options: AlertRouterOptions) {
    const { clock, log = silentLog, instruments, dir, maxAlerts = 100_000, ledgerSize } = options
    this.#options = options
    this.#clock = clock
    this.#log = log
    this.startedMs = clock.nowMs()
    this.#metrics = new RoutingMetrics(instruments)
    this.#store = new AlertStore(maxAlerts)
    this.ledger = new NotificationLedger(ledgerSize)
    this.#state = new RoutingState({ dir, clock, log, metrics: this.#metrics })
    this.#health = new ReceiverHealth(clock, alerts => { this.post(alerts) })
    this.#running = this.#run(options.routing)
    this.#metrics.loaded(true, this.startedMs)
    instruments?.onCollect(() => { this.#count() })
  }

  get silences (): Silences {
    return this.#state.silences
  }

  get routing (): LoadedRouting {
    return this.#running.routing
  }

  /** Takes up what an earlier life left, and begins. Rejects when the folder of the state cannot be used. */
  async start (): Promise<void> {
    this.#restore(await this.#state.load())
    await this.#state.start()
    this.#maintenance = this.#clock.every(MAINTENANCE_MS, () => { this.#maintain() })
  }

  /** Never throws, never blocks: many alerts at once are taken in turns with the rest of the process. */
  post (alerts: readonly PostedAlert[]): void {
    this.take(alerts)
    for (const sink of this.#options.forward ?? []) sink.post(alerts)
  }

  /** As `post`, for alerts that came over HTTP as well. */
  take (alerts: ReadonlyArray<RoutedAlert | PostedAlert>): void {
    if (this.#isClosed) return
    const atMs = this.#clock.nowMs()
    const room = (this.#options.maxAlerts ?? 100_000) - (this.#queue.length - this.#queueAt)
    if (alerts.length > room) this.#dropped(alerts.length - room)
    for (const alert of alerts.slice(0, Math.max(0, room))) this.#queue.push({ alert, atMs })
    if (this.#draining === undefined) this.#drain()
  }

  /** Counts an alert that made no sense. */
  invalid (): void {
    this.#metrics.invalid()
  }

  /** Resolves when all that came in is sorted, and nobody is being told. */
  async settled (): Promise<void> {
    do {
      while (!this.#isDrained) {
        this.#drain()
        await nextTurn()
      }
      await this.#running.dispatcher.settled()
    } while (!this.#isDrained)
  }

  /**
   * Goes on with another routing; groups begin anew, in turns with the rest of the process, and who was told what is still known. Throws as
   * the constructor does, and then the routing that was there stays.
   */
  reload (routing: LoadedRouting): void {
    if (this.#isClosed) return
    const next = this.#run(routing)
    this.#stop()
    this.#running = next
    this.#health.keep(next.integrations)
    this.#metrics.loaded(true, this.#clock.nowMs())
    this.#regrouping = this.#store.values()
    if (this.#draining === undefined) this.#drain()
  }

  /** A new routing could not be read: the one that is there stays. */
  refused (error: Error): void {
    this.#metrics.loaded(false, this.#clock.nowMs())
    this.#log.error({ err: error }, 'the new routing was refused; the one that was there stays')
  }

  /** Alerts that are known, in no order. */
  alerts (): IterableIterator<RoutedAlert> {
    return this.#store.values()
  }

  * groups (): Generator<AlertGroup> {
    yield * this.#running.dispatcher.groups()
  }

  /** The routes that an alert takes. */
  routesOf (alert: RoutedAlert): Route[] {
    return this.#running.dispatcher.root.match(alert.labels)
  }

  /** Who is told by a receiver. */
  integrationsOf (receiver: string): readonly Integration[] {
    return this.#running.integrations.get(receiver) ?? []
  }

  /** What holds an alert back now. */
  suppressionOf ({ labels }: RoutedAlert): { inhibitedBy: string[], silencedBy: string[] } {
    const nowMs = this.#clock.nowMs()
    const inhibitedBy = this.#running.inhibitor.inhibitedBy(labels, nowMs)
    return { inhibitedBy: inhibitedBy === undefined ? [] : [inhibitedBy], silencedBy: this.silences.silencedBy(labels, nowMs) }
  }

  async close (): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#draining?.cancel()
    this.#maintenance?.cancel()
    const { dispatcher } = this.#running
    this.#stop()
    await dispatcher.settled()
    await this.#state.close()
  }

  #run (routing: LoadedRouting): Running {
    const { externalUrl = 'http://localhost', bus, version = '0', integrations, random, flapDamping = [] } = this.#options
    const { config, templateFiles, folder } = routing
    const templates = new NotificationTemplates(externalUrl, templateFiles, this.#turns)
    const inhibitor = new Inhibitor(config.inhibitRules)
    for (const alert of this.#store.values()) inhibitor.note(alert)
    for (const warning of config.warnings) this.#log.warn({}, warning)
    const surroundings = { templates, externalUrl, folder, log: this.#log, clock: this.#clock, turns: this.#turns, bus, version }
    const byReceiver = new Map(config.receivers.map(receiver =>
      [receiver.name, integrations?.(receiver.name, config) ?? integrationsOf(receiver, surroundings)] as const))
    const dampings = flapDamping.map(options => ({ receiver: options.receiver, damping: new FlapDamping(options) }))
    const notifier = new Notifier({
      clock: this.#clock,
      log: this.#log,
      turns: this.#turns,
      metrics: this.#metrics,
      ledger: this.ledger,
      silences: this.silences,
      inhibitor,
      timeIntervals: config.timeIntervals,
      notificationLog: this.#state.notificationLog,
      integrations: byReceiver,
      dampings,
      outcome: (...args) => { this.#health.note(...args) },
      ended: alert => { this.#state.write(alert, true) },
      ...random === undefined ? {} : { random }
    })
    const dispatcher = new Dispatcher({
      clock: this.#clock,
      root: new Route(config.route),
      notify: async (...args) => await notifier.notify(...args),
      grouped: (group, alert) => { this.#grouped(group, alert) }
    })
    return { routing, dispatcher, inhibitor, notifier, integrations: byReceiver, dampings }
  }

  #stop (): void {
    this.#running.notifier.close()
    this.#running.dispatcher.stop()
  }

  get #isDrained (): boolean {
    return this.#queueAt === this.#queue.length && this.#regrouping === undefined
  }

  /** Takes alerts for a while, and the rest after everybody else's turn. */
  #drain (): void {
    this.#draining?.cancel()
    this.#draining = undefined
    const started = performance.now()
    for (let taken = 1; !this.#isDrained; taken++) {
      if (this.#regrouping !== undefined) this.#regroupOne(this.#regrouping)
      else {
        const { alert, atMs } = this.#queue[this.#queueAt++]!
        this.#takeOne(alert, atMs)
      }
      if (taken % 16 === 0 && performance.now() - started > SLICE_MS) break
    }
    this.#flushGrouped()
    if (this.#isDrained) this.#flushDropped()
    if (this.#queueAt === this.#queue.length) {
      this.#queue = []
      this.#queueAt = 0
    }
    if (!this.#isDrained) this.#draining = this.#clock.after(0, () => { this.#drain() })
  }

  #regroupOne (known: Iterator<RoutedAlert>): void {
    const { done, value } = known.next()
    if (done === true) this.#regrouping = undefined
    else this.#route(value)
  }

  #takeOne (posted: RoutedAlert | PostedAlert, atMs: number): void {
    const alert = 'fingerprint' in posted ? posted : routedAlert({ ...posted, updatedAtMs: atMs, hasTimeout: false })
    const nowMs = this.#clock.nowMs()
    // An end from before it began to fire anew: rules that were killed before they had written that tell it once more.
    if (alert !== posted && alert.endsAtMs < (this.#store.get(alert.fingerprint)?.startsAtMs ?? 0)) return
    const stored = this.#store.put(alert, nowMs)
    if (stored === undefined) {
      this.#dropped(1)
      return
    }
    this.#metrics.received(isResolvedAt(stored, nowMs))
    this.#state.write(stored, isResolvedAt(stored, nowMs))
    this.#running.inhibitor.note(stored)
    this.#route(stored)
  }

  #route (alert: RoutedAlert): void {
    const { dispatcher, dampings } = this.#running
    for (const { damping } of dampings) damping.note(alert)
    dispatcher.insert(alert)
  }

  readonly #newInGroups = new Map<AlertGroup, LedgerSubject>()

  #grouped (group: AlertGroup, alert: RoutedAlert): void {
    const subject = this.#newInGroups.get(group) ?? new LedgerSubject()
    subject.add(alert)
    this.#newInGroups.set(group, subject)
  }

  /** One line a group for all that came into it at once. */
  #flushGrouped (): void {
    const atMs = this.#clock.nowMs()
    for (const [group, subject] of this.#newInGroups) {
      const { receiver } = group.route.options
      const config = this.#options.integrations === undefined ? this.routing.config.receivers.find(({ name }) => name === receiver) : undefined
      const why = ['waits for its group\'s turn', ...(config?.unserved ?? []).map(what => `${what}; nothing is sent from here`)].join('; ')
      this.ledger.add({ ...subject.fields, atMs, outcome: 'grouped', receiver, integration: '', groupKey: group.key, status: '', why, attempts: 0 })
    }
    this.#newInGroups.clear()
  }

  #dropped (count: number): void {
    this.#metrics.dropped('too_many_alerts', count)
    this.#droppedCount += count
  }

  /** One line for all that found no room at once: they are not to push out the rest. */
  #flushDropped (): void {
    const alerts = this.#droppedCount
    if (alerts === 0) return
    this.#droppedCount = 0
    this.ledger.add({
      atMs: this.#clock.nowMs(), outcome: 'dropped', receiver: '', integration: '', groupKey: '', alerts, names: [], status: '', why: 'too many alerts', attempts: 0
    })
  }

  #restore (alerts: Iterable<KeptAlert>): void {
    const nowMs = this.#clock.nowMs()
    const { resolveTimeoutMs } = this.routing.config
    for (const { alert, ended } of alerts) {
      // Who fired gets the time to say so again.
      const restored = ended ? alert : { ...alert, endsAtMs: Math.max(alert.endsAtMs, nowMs + resolveTimeoutMs), hasTimeout: true }
      this.#store.put(restored, nowMs)
      this.#running.inhibitor.note(restored)
    }
    for (const alert of this.#store.values()) this.#route(alert)
    this.#newInGroups.clear()
  }

  #maintain (): void {
    const nowMs = this.#clock.nowMs()
    this.silences.collect()
    this.#state.notificationLog.collect(nowMs)
    this.#running.inhibitor.collect(nowMs)
    for (const { damping } of this.#running.dampings) damping.collect(nowMs)
    this.#health.refresh()
    if (++this.#maintenances % COLLECT_EVERY !== 0) return
    for (const alert of this.#store.collect(nowMs)) this.#state.forget(alert)
  }

  #count (): void {
    const nowMs = this.#clock.nowMs()
    let firing = 0
    for (const alert of this.#store.values()) if (!isResolvedAt(alert, nowMs)) firing++
    this.#metrics.counts({ firing, resolved: this.#store.size - firing }, this.silences.counts(nowMs))
    this.#metrics.groups(this.#running.dispatcher.size)
  }
}
