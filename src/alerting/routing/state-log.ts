import { closeSync, fsync, openSync, writeSync } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Timer } from '../../contracts/clock.js'
import type { Log } from '../../contracts/log.js'
import { Turns } from '../../clock/turns.js'
import type { NotificationEntry } from './notification-log.js'
import type { RoutedAlert } from './routed-alert.js'
import type { RoutingMetrics } from './routing-metrics.js'
import type { SilenceRecord } from './silence.js'

/** One change of the state of routing: a line of its file. */
export type StateRecord =
  | { readonly silence: SilenceRecord }
  | { readonly noSilence: string }
  | { readonly entry: NotificationEntry }
  | { readonly noEntry: string }
  /** `ended` when it was seen to have ended: an alert without it was firing when it was written. */
  | { readonly alert: Omit<RoutedAlert, 'fingerprint'>, readonly ended: boolean }
  | { readonly noAlert: string }

export interface StateLogOptions {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RoutingMetrics
  /** All that is to be known now, for a file that has grown. */
  readonly snapshot: () => Iterable<StateRecord>
}

/** A file is written anew when it has grown by this many bytes, and to twice what it was. */
const GROWTH_BYTES = 4 * 1024 * 1024
const SYNC_MS = 1000

/**
 * Silences, the notification log and alerts in a file to which changes are appended, so that `kill -9` loses nothing that was appended: the
 * write is done when `append` returns; it reaches the disk itself within a second. A disk that is full is counted and said once.
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
  #isFailing = false

  constructor (options: StateLogOptions) {
    this.#options = options
    this.#path = join(options.dir, 'routing.ndjson')
  }

  /** What an earlier life left; a torn line at the end is left out. Rejects when the folder can be neither made nor read. */
  async load (): Promise<StateRecord[]> {
    await mkdir(this.#options.dir, { recursive: true })
    let text = ''
    try {
      text = await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    const records: StateRecord[] = []
    const turns = new Turns()
    for (const line of text.split('\n')) {
      if (line === '') continue
      try {
        records.push(JSON.parse(line) as StateRecord)
      } catch {
        this.#options.log.warn({ path: this.#path }, 'a damaged line in the state of routing is left out')
      }
      if (turns.isDue) await turns.pause()
    }
    return records
  }

  /** Writes what is known anew, and goes on behind it. To be called once the state is restored. */
  async start (): Promise<void> {
    this.#rewriting = this.#rewrite()
    await this.#rewriting
    this.#timer = this.#options.clock.every(SYNC_MS, () => { this.#sync() })
  }

  append (...records: readonly StateRecord[]): void {
    if (records.length === 0) return
    const text = records.map(record => `${JSON.stringify(record)}\n`).join('')
    this.#meanwhile?.push(text)
    if (this.#file === undefined) return
    try {
      this.#bytes += writeSync(this.#file, text)
      this.#isDirty = true
      this.#isFailing = false
    } catch (error) {
      this.#failed(error)
    }
    if (this.#bytes > this.#compactBytes && this.#meanwhile === undefined) this.#rewriting = this.#rewrite()
  }

  async close (): Promise<void> {
    this.#timer?.cancel()
    await this.#rewriting
    if (this.#file === undefined) return
    const file = this.#file
    this.#file = undefined
    await new Promise<void>(resolve => { fsync(file, () => { resolve() }) })
    closeSync(file)
  }

  async #rewrite (): Promise<void> {
    this.#meanwhile = []
    try {
      const lines = [...this.#options.snapshot()]
      const turns = new Turns()
      const file = await open(`${this.#path}.new`, 'w')
      let bytes = 0
      try {
        for (let from = 0; from < lines.length; from += 100) {
          bytes += (await file.write(lines.slice(from, from + 100).map(record => `${JSON.stringify(record)}\n`).join(''))).bytesWritten
          if (turns.isDue) await turns.pause()
        }
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${this.#path}.new`, this.#path)
      const old = this.#file
      this.#file = openSync(this.#path, 'a')
      if (old !== undefined) closeSync(old)
      for (const text of this.#meanwhile) bytes += writeSync(this.#file, text)
      this.#bytes = bytes
      this.#compactBytes = Math.max(2 * bytes, bytes + GROWTH_BYTES)
    } catch (error) {
      this.#compactBytes = this.#bytes + GROWTH_BYTES
      this.#failed(error)
    } finally {
      this.#meanwhile = undefined
    }
  }

  #sync (): void {
    this.#options.metrics.stateBytes(this.#bytes)
    if (!this.#isDirty || this.#file === undefined) return
    this.#isDirty = false
    const file = this.#file
    // One that was closed in the meantime had been written anew.
    fsync(file, error => { if (error !== null && this.#file === file) this.#failed(error) })
  }

  #failed (error: unknown): void {
    this.#options.metrics.stateFailed()
    if (!this.#isFailing) this.#options.log.error({ err: error, path: this.#path }, 'the state of routing cannot be written: what is not written is lost with the process')
    this.#isFailing = true
  }
}
