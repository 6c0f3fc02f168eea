import { closeSync, fsync, openSync, renameSync, writeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '../../contracts/clock.js'
import type { Log } from '../../contracts/log.js'
import { readLines, writeLines } from '../lines-file.js'
import type { RoutingMetrics } from './routing-metrics.js'
import { isStateRecord, type StateRecord } from './state-record.js'

export interface StateLogOptions {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RoutingMetrics
  /** All that is to be known, for a file that has grown; walked while it changes: what changes is appended behind it. */
  readonly snapshot: () => Iterable<StateRecord>
}

/** A file is written anew when it has grown by this many bytes, and to twice what it was. */
const GROWTH_BYTES = 4 * 1024 * 1024
const SYNC_MS = 1000

/** How often a file that could not be written is tried again, in milliseconds. */
const RETRY_MS = 10_000
/** As many damaged lines are named. */
const NAMED = 10

/**
 * Silences, the notification log and alerts in a file to which changes are appended, so that `kill -9` loses nothing that was appended: the
 * write is done when `append` returns; it reaches the disk itself within a second. A disk that fails is counted and said once, and the whole
 * state is written anew when it works again.
 *
 * The write is synchronous on purpose: who was told, and what a client was told is taken, must be there whatever comes next. It goes to the
 * page cache, some microseconds away; what waits for the disk (`fsync`, writing anew) is not.
 */
export class StateLog {
  readonly #path: string
  readonly #options: StateLogOptions
  #file: number | undefined
  #bytes = 0
  #compactBytes = GROWTH_BYTES
  /** What is appended while the file is written anew. */
  #meanwhile: string[] | undefined
  #rewriting: Promise<void> | undefined
  #timer: Timer | undefined
  #isDirty = false
  /** While the file lacks something: when to write it anew, in milliseconds since the Unix epoch. */
  #retryAtMs: number | undefined
  /** Whether the last line may have been written in part. */
  #isTorn = false

  constructor (options: StateLogOptions) {
    this.#options = options
    this.#path = join(options.dir, 'routing.ndjson')
  }

  /** What an earlier life left, without lines that are damaged or no records. Rejects when the folder can be neither made nor read. */
  async load (): Promise<StateRecord[]> {
    const { dir, log, metrics } = this.#options
    await mkdir(dir, { recursive: true })
    const { values, damaged } = await readLines(this.#path, isStateRecord)
    if (damaged.length > 0) {
      metrics.stateDamaged(damaged.length)
      log.warn({ path: this.#path, count: damaged.length, lines: damaged.slice(0, NAMED) }, 'damaged lines in the state of routing are left out')
    }
    return values
  }

  /** Writes what is known anew, and goes on behind it. To be called once the state is restored. */
  async start (): Promise<void> {
    await this.#rewrite()
    this.#timer = this.#options.clock.every(SYNC_MS, () => { this.#sync() })
  }

  append (...records: readonly StateRecord[]): void {
    if (records.length === 0) return
    const text = records.map(record => `${JSON.stringify(record)}\n`).join('')
    this.#meanwhile?.push(text)
    if (this.#file === undefined) return
    try {
      this.#write(this.#file, this.#isTorn ? `\n${text}` : text)
    } catch (error) {
      this.#failed(error)
    }
    if (this.#bytes > this.#compactBytes && this.#rewriting === undefined) this.#startRewrite()
  }

  async close (): Promise<void> {
    this.#timer?.cancel()
    await this.#rewriting
    if (this.#retryAtMs !== undefined) await this.#rewrite()
    if (this.#file === undefined) return
    const file = this.#file
    this.#file = undefined
    await new Promise<void>(resolve => { fsync(file, () => { resolve() }) })
    closeSync(file)
  }

  /** A full disk takes a part, without an error. */
  #write (file: number, text: string): void {
    this.#isDirty = true
    this.#isTorn = true
    const written = writeSync(file, text)
    this.#bytes += written
    if (written < Buffer.byteLength(text)) throw new Error('a line was written in part')
    this.#isTorn = false
  }

  #startRewrite (): void {
    this.#rewriting = this.#rewrite().finally(() => { this.#rewriting = undefined })
  }

  async #rewrite (): Promise<void> {
    this.#meanwhile = []
    const next = `${this.#path}.new`
    try {
      const bytes = await writeLines(next, this.#options.snapshot())
      // In one go from here on: at no time does the file lack what was appended.
      const old = this.#file
      const file = openSync(next, 'a')
      try {
        this.#bytes = bytes
        this.#write(file, this.#meanwhile.join(''))
        renameSync(next, this.#path)
      } catch (error) {
        closeSync(file)
        throw error
      }
      this.#file = file
      if (old !== undefined) closeSync(old)
      this.#compactBytes = Math.max(2 * this.#bytes, this.#bytes + GROWTH_BYTES)
      if (this.#retryAtMs !== undefined) this.#options.log.info({ path: this.#path }, 'the state of routing is written again')
      this.#retryAtMs = undefined
    } catch (error) {
      this.#compactBytes = this.#bytes + GROWTH_BYTES
      this.#failed(error)
      this.#retryAtMs = this.#options.clock.nowMs() + RETRY_MS
    } finally {
      this.#meanwhile = undefined
    }
  }

  #sync (): void {
    const { clock, metrics } = this.#options
    metrics.stateBytes(this.#bytes)
    if (this.#retryAtMs !== undefined && this.#rewriting === undefined && clock.nowMs() >= this.#retryAtMs) this.#startRewrite()
    if (!this.#isDirty || this.#file === undefined) return
    this.#isDirty = false
    const file = this.#file
    // One that was closed in the meantime had been written anew.
    fsync(file, error => { if (error !== null && this.#file === file) this.#failed(error) })
  }

  #failed (error: unknown): void {
    const { clock, log, metrics } = this.#options
    metrics.stateFailed()
    if (this.#retryAtMs !== undefined) return
    log.error({ err: error, path: this.#path }, 'the state of routing cannot be written: until it can, what is not written is lost with the process')
    this.#retryAtMs = clock.nowMs() + RETRY_MS
  }
}
