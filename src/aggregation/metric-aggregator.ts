import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Bus, Subscription } from '../contracts/bus.js'
import type { Clock, Timer } from '../contracts/clock.js'
import { silentLog, type Log } from '../contracts/log.js'
import { windowKey, type WindowRecord, type WindowSink } from '../contracts/window.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { AggregatorMetrics } from './aggregator-metrics.js'
import { linesOf, restore, type AggregatorState } from './aggregator-state.js'
import { readState, writeState } from './checkpoint.js'
import { ForeignSnapshots } from './foreign-snapshots.js'
import { freeRows } from './free-rows.js'
import { MergedFamilies } from './merged-families.js'
import { MergedOrigin } from './merged-origin.js'
import { OpenWindows, type WindowReader } from './open-windows.js'
import { Trouble } from './trouble.js'
import type { WindowColumns } from './window-columns.js'
import { WindowMemory } from './window-memory.js'
import { windowRecords } from './window-records.js'
import { Windows } from './windows.js'
import { isMetricsMessage, METRICS_TOPIC, originKey, RESYNC_TOPIC, type MetricsMessage } from './wire.js'

export interface MetricAggregatorOptions {
  readonly bus: Bus
  readonly clock: Clock
  /** Where merged metrics are shown, and the aggregator's own: the exporter serves it. No process may publish it. */
  readonly registry: MetricRegistry
  readonly log?: Log
  /** Takes closed windows. @defaultValue the aggregator's own memory of them */
  readonly sink?: WindowSink | undefined
  /** Records of closed windows that are kept in memory, where there is no `sink`; past it the oldest go. Some 300 bytes each. @defaultValue 100000 */
  readonly maxKeptWindows?: number
  /** A file from which the aggregator goes on after it was killed; without it, it begins anew. */
  readonly state?: string | undefined
  /** How long after its end a window takes late samples. @defaultValue 300000 */
  readonly graceMs?: number
  /** How long an origin may be silent before its gauges vanish. @defaultValue 60000 */
  readonly silentMs?: number
  /** How long a silent origin is remembered, so that what it says again is not counted again. @defaultValue 86400000 */
  readonly forgetMs?: number
  /** What origins and windows may hold; past it the oldest go. @defaultValue 268435456 */
  readonly maxBytes?: number
  /** Label sets of one metric; those of a gauge that vanished make room once no window has them, within a day. @defaultValue 200000 */
  readonly maxSeries?: number
}

/** The keys of the records of a window that a sink has already. */
type HeldRecords = (window: WindowColumns) => Promise<ReadonlySet<string>>

const tickMs = 1000
/** How often one origin is asked for a full set at most. */
const resyncMs = 5000
/** Messages that may wait while the state is written down. */
const maxHeld = 2000
/** Of those that waited, merged before others have a turn. */
const heldPerTurn = 8
/** Records handed to the sink before others have a turn. */
const recordsPerTurn = 500
const maxForgotten = 10_000

/**
 * Makes one truth of what many processes publish: merges their totals by origin into a registry, rolls them up into
 * windows of a minute, five minutes, an hour and a day, and hands these to a sink. It may be killed at any time: totals
 * heard twice change nothing, so with `state` it goes on where it was. Several may listen to one bus; none publishes
 * what it merged.
 */
export class MetricAggregator {
  readonly #options: Required<Omit<MetricAggregatorOptions, 'sink' | 'state' | 'maxKeptWindows'>> & { readonly sink: WindowSink } & Pick<MetricAggregatorOptions, 'state'>
  readonly #memory: WindowMemory | undefined
  readonly #state: AggregatorState
  readonly #foreign: ForeignSnapshots
  readonly #metrics: AggregatorMetrics
  readonly #trouble: Trouble
  readonly #askedMs = new Map<string, number>()
  #subscription: Subscription | undefined
  #timer: Timer | undefined
  /** Messages that came while nothing may be merged. */
  #held: unknown[] | undefined
  #waiting: Promise<void> | undefined
  #hasAsked = false
  #closing: Promise<void> | undefined
  #handingOver: Promise<void> | undefined
  #letGo: () => void = () => {}
  /** Resolves when it is closed: nothing waits for a full disk then. */
  readonly #over = new Promise<void>(resolve => { this.#letGo = resolve })

  constructor ({
    log = silentLog, graceMs = 300_000, silentMs = 60_000, forgetMs = 86_400_000, maxBytes = 2 ** 28, maxSeries = 200_000, maxKeptWindows = 100_000,
    sink, ...options
  }: MetricAggregatorOptions) {
    this.#memory = sink === undefined ? new WindowMemory({ maxWindows: maxKeptWindows, instruments: options.registry }) : undefined
    this.#options = { ...options, sink: sink ?? this.#memory!, log, graceMs, silentMs, forgetMs, maxBytes, maxSeries }
    const families = new MergedFamilies(options.registry, maxSeries)
    const windows = new Windows(graceMs, families.all)
    this.#state = { sinceMs: options.clock.nowMs(), families, windows, origins: new Map(), forgotten: new Set() }
    this.#foreign = new ForeignSnapshots(families, windows)
    this.#trouble = new Trouble(options.clock, log)
    this.#metrics = new AggregatorMetrics(options.registry, () => ({ ...this.#bytes(), ...this.#population() }))
  }

  /** Where the merged metrics are. */
  get registry (): MetricRegistry {
    return this.#options.registry
  }

  /** Closed windows of late, where no `sink` takes them. */
  get windows (): WindowMemory | undefined {
    return this.#memory
  }

  /**
   * A journal that takes its windows, with the minutes that are open still.
   * @param neededToMs minutes that begin then or later are left out, asked at each reading; milliseconds since the Unix epoch
   */
  withOpenWindows (journal: WindowReader, neededToMs?: () => number): OpenWindows {
    return new OpenWindows(journal, this.#state, neededToMs)
  }

  /** Takes up the state it left, if any, then listens and asks every process for a full set. Never rejects. */
  async start (): Promise<void> {
    const { bus, clock, sink, state } = this.#options
    this.#held = []
    this.#subscription = bus.subscribe(METRICS_TOPIC, payload => { this.#receive(payload) })
    if (state !== undefined) await this.#restore(state)
    await this.#release()
    // When it began is what a killed aggregator must not forget.
    if (state !== undefined) await this.#save(state)
    if (this.#closing !== undefined) return
    // Of what was being written when it was killed, some may be there. A disk that is full keeps nobody from listening.
    if (this.#state.windows.sealed.length > 0) this.#handOver(async ({ resolution, startMs }) => await sink.held?.(resolution, startMs) ?? new Set())
    this.#timer = clock.every(tickMs, () => { this.#tick() })
    this.#tick()
  }

  /** Seals every window now, though its time is not over, and hands it to the sink. */
  async drain (): Promise<void> {
    await this.#handingOver
    this.#state.windows.sealAll()
    await this.#handOver()
  }

  /**
   * Ends listening. With `state` it is written down; without it, every window is handed over. Does not wait for a sink that
   * cannot write: the sink is closed after. The bus stays open. Idempotent.
   */
  async close (): Promise<void> {
    await (this.#closing ??= this.#close())
  }

  async #close (): Promise<void> {
    this.#timer?.cancel()
    this.#subscription?.unsubscribe()
    this.#letGo()
    await this.#handingOver
    if (this.#options.state === undefined) await this.drain()
    else await this.#save(this.#options.state)
    this.#metrics.close()
    this.#memory?.close()
  }

  #receive (payload: unknown): void {
    if (this.#held === undefined) return this.#merge(payload)
    if (this.#held.length < maxHeld) this.#held.push(payload)
    else this.#metrics.refused('overload', 1)
  }

  /** What comes meanwhile waits behind what waited. */
  async #release (): Promise<void> {
    const held = this.#held ?? []
    for (let at = 0; at < held.length; at++) {
      this.#merge(held[at])
      if (at % heldPerTurn === heldPerTurn - 1) await nextTurn()
    }
    this.#held = undefined
  }

  #merge (payload: unknown): void {
    if (typeof payload === 'object' && payload !== null && 'njord_metrics' in payload) {
      if (isMetricsMessage(payload)) this.#mergeMessage(payload)
      else this.#refuse('malformed', {}, 'A message of metrics is malformed')
    } else {
      this.#mergeSnapshot(payload)
    }
  }

  #mergeMessage (message: MetricsMessage): void {
    const { clock } = this.#options
    const { windows, families } = this.#state
    const nowMs = clock.nowMs()
    const origin = this.#originOf(message, nowMs)
    const { instance, startedNs } = origin
    if (message.past === undefined) {
      origin.heardMs = nowMs
      if (origin.isSilent) origin.revive()
      // The first message of an origin that is no full set says nothing of what came before it.
      const isGap = message.origin.seq > origin.seq + 1 && message.full !== message.origin.seq
      if (isGap) this.#ask(originKey(message.origin), { instance, started_ns: startedNs })
    }
    const atMs = Number(message.timestamp_ns / 1_000_000n)
    const window = windows.at(atMs, nowMs)
    try {
      const merged = origin.merge(message, families, { totals: window ?? windows.oldest(nowMs), gauges: window, atMs })
      this.#metrics.merged(message, merged.samples)
      if (window === undefined) this.#metrics.late('moved', merged.samples)
      else if (window.endMs <= nowMs) this.#metrics.late('placed', merged.samples)
      for (const reason of merged.refused) this.#refuse(reason, { instance }, `A metric of an origin is not merged: ${reason}`)
      if (merged.unknown > 0) {
        this.#metrics.refused('unknown_series', merged.unknown)
        if (message.past === undefined) this.#ask(originKey(message.origin), { instance, started_ns: startedNs })
      }
    } catch (error) {
      this.#refuse('malformed', { err: error, instance }, 'A message of metrics is malformed')
    }
  }

  #originOf ({ origin: { instance, started_ns: startedNs } }: MetricsMessage, nowMs: number): MergedOrigin {
    const { origins, forgotten, sinceMs } = this.#state
    const key = originKey({ instance, started_ns: startedNs })
    let origin = origins.get(key)
    if (origin === undefined) {
      const isBefore = Number(startedNs / 1_000_000n) < sinceMs - this.#options.graceMs
      origin = new MergedOrigin(instance, startedNs, nowMs, { isBefore, isForgotten: forgotten.delete(key) })
      origins.set(key, origin)
    }
    return origin
  }

  #mergeSnapshot (payload: unknown): void {
    try {
      const result = this.#foreign.take(payload, this.#options.clock.nowMs())
      if (result === 'placed' || result === 'late') {
        this.#metrics.snapshot()
        if (result === 'late') this.#metrics.late('dropped', 1)
      } else {
        this.#refuse(result, {}, `A snapshot is not merged: ${result}`)
      }
    } catch (error) {
      this.#refuse('invalid_snapshot', { err: error }, 'A message of metrics is neither a snapshot nor a set of totals')
    }
  }

  #refuse (reason: Parameters<AggregatorMetrics['refused']>[0], fields: object, message: string): void {
    this.#metrics.refused(reason, 1)
    this.#trouble.warn(reason, fields, message)
  }

  /** Asks one origin, or all, for a full set. */
  #ask (key: string, whom: object): void {
    const nowMs = this.#options.clock.nowMs()
    if (nowMs - (this.#askedMs.get(key) ?? -Infinity) < resyncMs) return
    this.#askedMs.set(key, nowMs)
    this.#metrics.asked()
    this.#options.bus.publish(RESYNC_TOPIC, whom)
  }

  #tick (): void {
    this.#lookForBus()
    // Not while the state is written down.
    if (this.#held !== undefined) return
    const { clock, silentMs, forgetMs } = this.#options
    const { origins, windows } = this.#state
    const nowMs = clock.nowMs()
    for (const [key, origin] of origins) {
      if (!origin.isSilent && nowMs - origin.heardMs > silentMs) origin.silence()
      if (nowMs - origin.heardMs > forgetMs) this.#forget(key)
    }
    this.#foreign.expire(nowMs - silentMs)
    for (const [key, askedMs] of this.#askedMs) if (nowMs - askedMs >= resyncMs) this.#askedMs.delete(key)
    this.#keepWithinBounds(nowMs)
    if (windows.seal(nowMs)) this.#handOver()
  }

  /** A bus that comes back has not brought what was said meanwhile. */
  #lookForBus (): void {
    if (this.#waiting !== undefined) return
    let isAtOnce = this.#hasAsked
    this.#hasAsked = true
    this.#waiting = this.#options.bus.ready().then(() => {
      this.#waiting = undefined
      if (!isAtOnce && this.#closing === undefined) this.#ask('', {})
    })
    setImmediate(() => { isAtOnce = false })
  }

  #keepWithinBounds (nowMs: number): void {
    const { origins, windows } = this.#state
    const { maxBytes } = this.#options
    const isOver = (): boolean => { const { origins, windows } = this.#bytes(); return origins + windows > maxBytes }
    if (!isOver()) return
    const silent = [...origins].filter(([, origin]) => origin.isSilent).sort(([, a], [, b]) => a.heardMs - b.heardMs)
    for (const [key] of silent) {
      if (!isOver()) return
      this.#forget(key)
      this.#evicted('origin', { maxBytes })
    }
    // Those that the sink has not got rid of: it has a limit of its own.
    while (isOver() && windows.sealed.length > 0) {
      windows.sealed.shift()
      this.#evicted('window', { maxBytes })
    }
    const oldest = Math.min(...windows.open['1m'].keys())
    if (isOver() && oldest < Math.floor(nowMs / 60_000) * 60_000) {
      windows.sealBefore(oldest + 60_000)
      this.#evicted('window', { maxBytes })
    }
  }

  #evicted (what: 'origin' | 'window', fields: object): void {
    this.#metrics.evicted(what)
    this.#trouble.warn(`evicted ${what}`, fields, `The aggregator is at its limit of memory: the oldest ${what} is ${
      what === 'origin' ? 'forgotten' : 'closed before its time; samples that are later than this are dropped'}`)
  }

  #forget (key: string): void {
    const { origins, forgotten } = this.#state
    const origin = origins.get(key)!
    if (!origin.isSilent) origin.silence()
    origins.delete(key)
    forgotten.add(key)
    if (forgotten.size > maxForgotten) forgotten.delete(forgotten.values().next().value!)
  }

  /**
   * Hands sealed windows to the sink: noted first, then written, so that after a crash what is missing is written, once.
   * @param held which records of a window are there already
   */
  async #handOver (held?: HeldRecords): Promise<void> {
    await (this.#handingOver ??= this.#handOverSealed(held).finally(() => { this.#handingOver = undefined }))
  }

  async #handOverSealed (held: HeldRecords | undefined): Promise<void> {
    const { sink, state } = this.#options
    const { windows } = this.#state
    if (state !== undefined) await this.#save(state)
    const sealed = [...windows.sealed]
    try {
      for (const window of sealed) await this.#write(window, held)
      await Promise.race([sink.flush?.(), this.#over])
    } catch (error) {
      this.#trouble.warn('sink', { err: error }, 'Windows could not be written')
    }
    // What is not known to be written is part of the state, and the next life looks for it in the journal.
    if (this.#isLeft) return
    // Others were sealed meanwhile, while a disk was full, say.
    windows.sealed = windows.sealed.filter(window => !sealed.includes(window))
    freeRows(this.#state)
  }

  async #write (window: WindowColumns, held: HeldRecords | undefined): Promise<void> {
    const { sink } = this.#options
    const { windows, families } = this.#state
    const there = held === undefined ? new Set<string>() : await Promise.race([held(window), this.#over])
    if (this.#isLeft || there === undefined) return
    let later = [...windows.minutesFrom(window.endMs)]
    let records: WindowRecord[] = []
    const write = (): void => {
      if (records.length > 0) sink.write(records)
      this.#metrics.written(window.resolution, records.length)
      records = []
    }
    for (const record of windowRecords(window, families.all, () => later)) {
      if (there.size > 0 && there.has(windowKey(record))) continue
      if (records.push(record) < recordsPerTurn) continue
      write()
      await nextTurn()
      if (this.#isLeft) return
      // A minute that began meanwhile is later, too.
      later = [...windows.minutesFrom(window.endMs)]
    }
    write()
  }

  /** It is closed, and what is not written is part of the state. */
  get #isLeft (): boolean {
    return this.#closing !== undefined && this.#options.state !== undefined
  }

  async #restore (path: string): Promise<void> {
    const { log } = this.#options
    try {
      const lines = await readState(path)
      if (lines === undefined) return
      const lost = restore(this.#state, lines)
      if (lost.length > 0) log.warn({ path, metrics: lost }, 'Metrics that the aggregator had noted are something else by now: their totals begin anew')
      for (const origin of this.#state.origins.values()) origin.isSilent = true
    } catch (error) {
      log.error({ err: error, path }, 'The aggregator cannot go on from its state, and begins anew where it fails to')
    }
  }

  async #save (path: string): Promise<void> {
    this.#held = []
    let lines
    try {
      lines = await linesOf(this.#state)
    } finally {
      await this.#release()
    }
    try {
      await writeState(path, lines)
      this.#trouble.works('state', 'The state of the aggregator can be written again')
    } catch (error) {
      this.#metrics.stateFailed()
      this.#trouble.fails('state', { err: error, path }, 'The state of the aggregator cannot be written; it is tried each minute. After a crash, windows may be missing')
    }
  }

  #bytes (): { origins: number, windows: number } {
    let origins = 0
    for (const origin of this.#state.origins.values()) origins += origin.bytes
    return { origins, windows: this.#state.windows.bytes }
  }

  #population (): { alive: number, silent: number } {
    let silent = 0
    for (const { isSilent } of this.#state.origins.values()) if (isSilent) silent++
    return { alive: this.#state.origins.size - silent, silent }
  }
}
