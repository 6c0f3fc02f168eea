import { setImmediate } from 'node:timers/promises'
import { SystemClock } from '../clock/system-clock.js'
import type { Clock, Timer } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import { silentLog, type Log } from '../contracts/log.js'
import { resolutionMs, windowKey, type Resolution, type WindowRecord, type WindowSink } from '../contracts/window.js'
import { NJORD_ERR_JOURNAL_LOCKED } from '../errors.js'
import { JournalMetrics } from './journal-metrics.js'
import { JournalReader, type JournalQuery } from './journal-reader.js'
import { JournalWriter, type FsyncPolicy } from './journal-writer.js'
import { encodeLine } from './line.js'
import { dayOf, type Segment } from './segment-name.js'
import type { Damage } from './segment-reader.js'

export interface JournalOptions {
  /** The journal's directory; made where there is none. One writer each. */
  readonly dir: string
  /** @defaultValue the system clock */
  readonly clock?: Clock
  readonly log?: Log
  readonly instruments?: InstrumentFactory
  /**
   * When the device must have what was written. A killed process loses nothing either way; a power cut loses nothing
   * (`always`), what came in the last interval, or what the system had not written by itself. @defaultValue 'interval'
   */
  readonly fsync?: FsyncPolicy
  /** In milliseconds. @defaultValue 1000 */
  readonly fsyncIntervalMs?: number
  /** The most windows that may wait to be written; more are dropped and counted. Some 500 bytes each. @defaultValue 200000 */
  readonly maxQueuedWindows?: number
  /** How long after a failure to write the next attempt is made, in milliseconds. @defaultValue 5000 */
  readonly retryMs?: number
}

/** One write holds at most so many windows: some milliseconds of encoding before the event loop has its turn. */
const batchWindows = 500
const maxDamagedPaths = 1000

/**
 * The history of all metrics: closed windows, appended to segments a day and resolution. Writing never throws, never
 * waits and never blocks: windows queue up and are written in batches. While the disk is full, read-only or gone they wait up to
 * a limit, and are counted past it. `docs/journal.md` has the format.
 */
export class Journal implements WindowSink {
  readonly dir: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #metrics: JournalMetrics
  readonly #writer: JournalWriter
  readonly #reader: JournalReader
  readonly #maxQueuedWindows: number
  readonly #retryMs: number
  /** Records of one segment, as they were handed in. */
  readonly #queue: WindowRecord[][] = []
  #queued = 0
  /** Ends when the queue is empty. */
  #pumping: Promise<void> | undefined
  /** Counts failures to write that come one after another. */
  #failures = 0
  #retry: { timer: Timer, resolve: () => void } | undefined
  #isClosed = false
  readonly #damagedPaths = new Set<string>()

  private constructor (options: JournalOptions) {
    const { dir, clock = new SystemClock(options.log), log = silentLog, instruments, fsync = 'interval', fsyncIntervalMs = 1000 } = options
    this.dir = dir
    this.#clock = clock
    this.#log = log
    this.#metrics = new JournalMetrics(instruments)
    this.#maxQueuedWindows = options.maxQueuedWindows ?? 200_000
    this.#retryMs = options.retryMs ?? 5000
    this.#writer = new JournalWriter({ dir, clock, log, metrics: this.#metrics, fsync, fsyncIntervalMs })
    this.#reader = new JournalReader({ dir, onDamage: damage => { this.#damaged(damage) } })
    this.#metrics.queue(0, this.#maxQueuedWindows)
  }

  /**
   * Takes the directory's lock and repairs the ends of its open segments; reads nothing else, whatever its size. Throws
   * `NJORD_ERR_JOURNAL_LOCKED` when another writer has it. A directory that cannot be written to is no error: it is logged,
   * and tried again.
   */
  static async open (options: JournalOptions): Promise<Journal> {
    const journal = new Journal(options)
    try {
      await journal.#writer.start()
      journal.#metrics.writable(true)
    } catch (error) {
      if (error instanceof NJORD_ERR_JOURNAL_LOCKED) throw error
      journal.#failed(error)
    }
    return journal
  }

  /** How many windows wait to be written. */
  get queued (): number {
    return this.#queued
  }

  /** Whether the last attempt failed and the next one is waited for. */
  get isWaiting (): boolean {
    return this.#retry !== undefined
  }

  write (records: readonly WindowRecord[]): void {
    if (this.#isClosed) return this.#metrics.dropped(records.length, 'closed')
    const valid = records.filter(isValid)
    const taken = valid.slice(0, Math.max(0, this.#maxQueuedWindows - this.#queued))
    if (valid.length < records.length) this.#metrics.dropped(records.length - valid.length, 'invalid')
    if (taken.length < valid.length) this.#metrics.dropped(valid.length - taken.length, 'queue_full')
    for (const batch of batches(taken)) this.#queue.push(batch)
    this.#count(taken.length)
    if (taken.length > 0) this.#pumping ??= this.#pump()
  }

  /** Resolves once all that was written so far is in the files (and on the device, with `fsync: 'always'`), however long the disk takes. */
  async flush (): Promise<void> {
    await this.#pumping
  }

  async held (resolution: Resolution, startMs: number): Promise<ReadonlySet<string>> {
    await this.flush()
    return new Set((await this.#reader.windowsAt(resolution, startMs)).map(windowKey))
  }

  /**
   * The windows of a metric (of all, without a name) that overlap a range, at the coarsest resolution that answers; what
   * waits to be written is not among them. Throws the system's error when a file cannot be read.
   */
  read (query: JournalQuery): AsyncGenerator<WindowRecord> {
    return this.#reader.read(query)
  }

  /** As {@link read}, in batches of some hundred: less to await for who reads much. */
  readBatches (query: JournalQuery): AsyncGenerator<WindowRecord[]> {
    return this.#reader.readBatches(query)
  }

  /** Closes a segment for good, as retention needs it: what comes for its day from now on goes to its next part. */
  async seal (segment: Segment): Promise<void> {
    await this.#writer.seal(segment)
  }

  /** Counts and logs a run of retention that failed. */
  retentionFailed (error: unknown): void {
    this.#metrics.failed('retention')
    this.#log.error({ err: error, dir: this.dir }, 'the journal\'s retention failed; it is tried again at its next time')
  }

  /** Writes what waits (once: what fails now is dropped and counted) and lets go of the directory. Idempotent. */
  async close (): Promise<void> {
    this.#isClosed = true
    this.#retry?.timer.cancel()
    this.#retry?.resolve()
    await this.#pumping
    await this.#writer.close()
  }

  async #pump (): Promise<void> {
    // Not within the caller's turn: nothing is encoded before it has gone on.
    await setImmediate()
    for (let batch = this.#queue[0]; batch !== undefined; batch = this.#queue[0]) {
      if (await this.#tryWrite(batch)) {
        this.#queue.shift()
        this.#count(-batch.length)
      } else if (this.#isClosed) {
        this.#metrics.dropped(this.#queued, 'closed')
        this.#queue.length = 0
        this.#count(-this.#queued)
      } else {
        await this.#pause()
      }
    }
    this.#pumping = undefined
  }

  async #tryWrite (batch: readonly WindowRecord[]): Promise<boolean> {
    const { resolution, startMs } = batch[0]!
    const lines = this.#encode(batch)
    try {
      await this.#writer.write(resolution, dayOf(startMs), Buffer.from(lines.join('')), lines.length)
    } catch (error) {
      this.#failed(error)
      return false
    }
    if (this.#failures > 0) this.#log.info({ dir: this.dir, failures: this.#failures, queued: this.#queued }, 'the journal can be written to again')
    this.#failures = 0
    this.#metrics.writable(true)
    return true
  }

  #encode (batch: readonly WindowRecord[]): string[] {
    const lines: string[] = []
    for (const record of batch) {
      try {
        lines.push(encodeLine(record))
      } catch {
        this.#metrics.dropped(1, 'invalid')
      }
    }
    return lines
  }

  #failed (error: unknown): void {
    this.#metrics.failed(this.#writer.isStarted ? 'write' : 'open')
    this.#metrics.writable(false)
    if (this.#failures++ > 0) return
    this.#log.error({ err: error, dir: this.dir, maxQueuedWindows: this.#maxQueuedWindows },
      'the journal cannot be written to; windows wait up to the limit, and it is tried again')
  }

  async #pause (): Promise<void> {
    await new Promise<void>(resolve => {
      this.#retry = { resolve, timer: this.#clock.after(this.#retryMs, resolve) }
    })
    this.#retry = undefined
  }

  #count (change: number): void {
    this.#queued += change
    this.#metrics.queue(this.#queued, this.#maxQueuedWindows)
  }

  #damaged (damage: Damage): void {
    this.#metrics.damaged(damage)
    // A line under way looks torn to a reader. All else is news once for each segment.
    if (damage.what === 'torn' || this.#damagedPaths.has(damage.path)) return
    if (this.#damagedPaths.size >= maxDamagedPaths) this.#damagedPaths.clear()
    this.#damagedPaths.add(damage.path)
    this.#log.warn(damage, 'a segment of the journal is damaged, here and perhaps further on; all else of it is read')
  }
}

/** Runs of windows of one segment. */
function * batches (records: readonly WindowRecord[]): Generator<WindowRecord[]> {
  let batch: WindowRecord[] = []
  let segment = ''
  for (const record of records) {
    const next = `${record.resolution}${Math.floor(record.startMs / resolutionMs['1d'])}`
    if (batch.length >= batchWindows || (next !== segment && batch.length > 0)) {
      yield batch
      batch = []
    }
    segment = next
    batch.push(record)
  }
  if (batch.length > 0) yield batch
}

/** Dates past the year 9999 have another form. */
const lastStartMs = Date.UTC(9999, 11, 31)

function isValid ({ startMs, resolution }: WindowRecord): boolean {
  return startMs >= 0 && startMs < lastStartMs && Object.hasOwn(resolutionMs, resolution) && startMs % resolutionMs[resolution] === 0
}
