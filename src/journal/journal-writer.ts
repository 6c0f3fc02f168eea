import type { Clock, Timer } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import type { Resolution } from '../contracts/window.js'
import { currentSegment, listJournal, makeFolder, segmentPath } from './directory.js'
import type { JournalMetrics } from './journal-metrics.js'
import { JournalLock } from './lock.js'
import type { Segment } from './segment-name.js'
import { SegmentWriter } from './segment-writer.js'

/** `always`: before a write counts as done; `interval`: at a fixed pace; `never`: when the system likes. */
export type FsyncPolicy = 'always' | 'interval' | 'never'

export interface JournalWriterOptions {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: JournalMetrics
  readonly fsync: FsyncPolicy
  readonly fsyncIntervalMs: number
}

interface OpenSegment {
  readonly segment: Segment
  readonly writer: SegmentWriter
}

/** Today's and yesterday's, of each resolution; past that the one that was opened first is closed. */
const maxOpenSegments = 8

/** Writes lines to the segments they belong to, one after another. Everything throws the system's errors: the journal retries. */
export class JournalWriter {
  readonly #options: JournalWriterOptions
  readonly #open = new Map<string, OpenSegment>()
  /** Of segments whose last write failed, by path. */
  readonly #knownSizes = new Map<string, number>()
  /** The highest part that was sealed, by resolution and day: those that retention compresses, a few a day. */
  readonly #sealed = new Map<string, number>()
  /** One at a time: writes, fsyncs and seals. */
  #turn: Promise<unknown> = Promise.resolve()
  #lock: JournalLock | undefined
  #syncTimer: Timer | undefined
  #isStarted = false
  #isSyncFailing = false

  constructor (options: JournalWriterOptions) {
    this.#options = options
  }

  /** Whether the directory is ours. */
  get isStarted (): boolean {
    return this.#isStarted
  }

  /** Takes the lock and repairs open segments. May be called again after a failure. */
  async start (): Promise<void> {
    const { dir, clock, fsync, fsyncIntervalMs } = this.#options
    this.#lock ??= await JournalLock.take(dir, clock)
    const { segments } = await listJournal(dir)
    for (const segment of segments) if (!segment.isClosed) await this.#repair(segment)
    if (fsync === 'interval') this.#syncTimer ??= clock.every(fsyncIntervalMs, async () => { await this.#inTurn(() => this.#sync()) })
    this.#isStarted = true
  }

  /** Appends lines, `windows` of them, of windows that start on one day: all of them, or none that counts when it throws. */
  async write (resolution: Resolution, day: string, lines: Buffer, windows: number): Promise<void> {
    const { clock, metrics, fsync } = this.#options
    await this.#inTurn(async () => {
      if (!this.#isStarted) await this.start()
      const startedSeconds = clock.monotonicSeconds()
      const writer = await this.#writerFor(resolution, day)
      try {
        await writer.append(lines, { sync: fsync === 'always' })
      } catch (error) {
        await this.#abandon(`${resolution}/${day}`)
        throw error
      }
      metrics.wrote(windows, lines.length, clock.monotonicSeconds() - startedSeconds)
    })
  }

  /** Closes a segment for good: what comes for its day from now on goes to its next part. */
  async seal (segment: Segment): Promise<void> {
    await this.#inTurn(async () => {
      const key = `${segment.resolution}/${segment.day}`
      const open = this.#open.get(key)
      if (open !== undefined && open.segment.part <= segment.part) {
        this.#open.delete(key)
        await open.writer.close()
      }
      this.#sealed.set(key, Math.max(segment.part, this.#sealed.get(key) ?? 0))
    })
  }

  async close (): Promise<void> {
    this.#syncTimer?.cancel()
    await this.#inTurn(async () => {
      if (this.#options.fsync !== 'never') await this.#sync()
      for (const { writer } of this.#open.values()) await writer.close().catch(() => {})
      this.#open.clear()
      await this.#lock?.release()
      this.#lock = undefined
    })
  }

  /** The next attempt opens the file anew: it may have been moved, or its disk mounted again. */
  async #abandon (key: string): Promise<void> {
    const { segment, writer } = this.#open.get(key)!
    this.#open.delete(key)
    this.#knownSizes.set(segmentPath(this.#options.dir, segment), writer.size)
    await writer.close().catch(() => {})
  }

  async #writerFor (resolution: Resolution, day: string): Promise<SegmentWriter> {
    const key = `${resolution}/${day}`
    const open = this.#open.get(key)
    if (open !== undefined) return open.writer
    const { dir } = this.#options
    await makeFolder(dir, resolution)
    const segment = currentSegment((await listJournal(dir)).segments, resolution, day, this.#sealed.get(key))
    const writer = await this.#openSegment(segment)
    this.#open.set(key, { segment, writer })
    const [oldest] = this.#open
    if (this.#open.size > maxOpenSegments && oldest !== undefined) {
      this.#open.delete(oldest[0])
      await oldest[1].writer.sync().finally(() => oldest[1].writer.close())
    }
    return writer
  }

  /** Opening repairs. Nothing stays open: what is written next decides. A segment that cannot be opened harms only itself. */
  async #repair (segment: Segment): Promise<void> {
    try {
      await (await this.#openSegment(segment)).close()
    } catch (error) {
      this.#options.metrics.failed('open')
      this.#options.log.error({ err: error, path: segmentPath(this.#options.dir, segment) }, 'a segment of the journal cannot be opened; the others go on')
    }
  }

  async #openSegment (segment: Segment): Promise<SegmentWriter> {
    const path = segmentPath(this.#options.dir, segment)
    const knownSize = this.#knownSizes.get(path)
    const writer = await SegmentWriter.open(path, knownSize)
    this.#knownSizes.delete(path)
    const { repairedBytes } = writer
    if (repairedBytes > 0 && knownSize === undefined) this.#options.log.warn({ path, repairedBytes }, 'the journal\'s last line was torn by a crash and is cut off')
    return writer
  }

  /** Never rejects: there is nothing to do about it, and the next interval tries again. */
  async #sync (): Promise<void> {
    try {
      for (const { writer } of this.#open.values()) await writer.sync()
      this.#isSyncFailing = false
    } catch (error) {
      this.#options.metrics.failed('sync')
      if (!this.#isSyncFailing) this.#options.log.error({ err: error, dir: this.#options.dir }, 'the journal\'s fsync failed; it is tried again')
      this.#isSyncFailing = true
    }
  }

  async #inTurn<T> (work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return await done
  }
}
