import type { Counter, Gauge, Histogram, InstrumentFactory } from '../contracts/instruments.js'
import type { Damage } from './segment-reader.js'

const dropReasons = [
  /** The journal was closed, or closed before it could be written to. */
  'closed',
  /** A start, a resolution or a value that no line can hold. */
  'invalid',
  /** Too many windows were waiting: the disk is full, gone or slower than the windows come. */
  'queue_full'
] as const

/** Why a window was not written. */
export type DropReason = typeof dropReasons[number]

/** The metrics of a journal. Without `instruments` nothing is recorded. */
export class JournalMetrics {
  readonly #writes: Counter | undefined
  readonly #bytes: Counter | undefined
  readonly #windows: Counter | undefined
  readonly #dropped: Counter<'reason'> | undefined
  readonly #errors: Counter<'operation'> | undefined
  readonly #damaged: Counter<'what'> | undefined
  readonly #queue: Gauge | undefined
  readonly #queueLimit: Gauge | undefined
  readonly #writable: Gauge | undefined
  readonly #latency: Histogram | undefined

  constructor (instruments?: InstrumentFactory) {
    // The first two are of the seed, and of the pack "njord" too, for hosts that have a journal of their own.
    this.#writes = instruments?.counter({ name: 'njord_journal_writes_total', help: 'Writes to the journal.' })
    this.#bytes = instruments?.counter({ name: 'njord_journal_bytes_total', help: 'Bytes written to the journal.', unit: 'bytes' })
    this.#windows = instruments?.counter({ name: 'njord_journal_windows_total', help: 'Windows written to the journal.' })
    this.#dropped = instruments?.counter({
      name: 'njord_journal_dropped_total',
      help: 'Windows that were not written to the journal, by reason.',
      labelNames: ['reason'],
      labelRules: { reason: { values: dropReasons } }
    })
    this.#errors = instruments?.counter({
      name: 'njord_journal_errors_total',
      help: 'Attempts at the journal\'s files that failed, by what was tried.',
      labelNames: ['operation'],
      labelRules: { operation: { values: ['open', 'write', 'sync', 'retention'] } }
    })
    this.#damaged = instruments?.counter({
      name: 'njord_journal_damaged_total',
      help: 'Damaged places that reading met in the journal (lines, torn ends, stretches that do not inflate), once each time they are read.',
      labelNames: ['what'],
      labelRules: { what: { values: ['line', 'torn', 'compressed'] } }
    })
    this.#queue = instruments?.gauge({ name: 'njord_journal_queue_length', help: 'Windows that wait to be written to the journal.' })
    this.#queueLimit = instruments?.gauge({ name: 'njord_journal_queue_limit', help: 'Windows that may wait; more are dropped.' })
    this.#writable = instruments?.gauge({ name: 'njord_journal_writable', help: '1 when the last attempt at writing to the journal went well, 0 when it failed.' })
    this.#latency = instruments?.histogram({
      name: 'njord_journal_write_seconds',
      help: 'Time of a write to the journal, fsync included where the policy asks for it.',
      unit: 'seconds',
      buckets: [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
    })
  }

  wrote (windows: number, bytes: number, seconds: number): void {
    this.#writes?.inc()
    this.#bytes?.inc(bytes)
    this.#windows?.inc(windows)
    this.#latency?.observe(Math.max(0, seconds))
  }

  dropped (windows: number, reason: DropReason): void {
    this.#dropped?.inc({ reason }, windows)
  }

  failed (operation: 'open' | 'write' | 'sync' | 'retention'): void {
    this.#errors?.inc({ operation })
  }

  damaged ({ what }: Damage): void {
    this.#damaged?.inc({ what })
  }

  queue (length: number, limit: number): void {
    this.#queue?.set(length)
    this.#queueLimit?.set(limit)
  }

  writable (is: boolean): void {
    this.#writable?.set(is ? 1 : 0)
  }
}
