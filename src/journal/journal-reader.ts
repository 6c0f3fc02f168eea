import { open } from 'node:fs/promises'
import type { Matcher } from '../contracts/queryable.js'
import { resolutionMs, type Resolution, type WindowRecord } from '../contracts/window.js'
import { segmentsFor } from './coverage.js'
import { listJournal, segmentPath } from './directory.js'
import { readAt } from './gzip-blocks.js'
import { decodeLine, hasPrefix, isIntact, namePrefix, startOf } from './line.js'
import { dayOf, type Segment } from './segment-name.js'
import { readLines, type Damage } from './segment-reader.js'

export interface JournalQuery {
  /** The metric, or several. All metrics without it. */
  readonly name?: string | readonly string[]
  /** Conditions on labels; `__name__` is the metric's name. All must hold. */
  readonly matchers?: readonly Matcher[]
  /** Milliseconds since the Unix epoch; windows that overlap `from <= t < to` are read. */
  readonly from: number
  /** Milliseconds since the Unix epoch. */
  readonly to: number
  /**
   * The coarsest resolution that will do. Coarser windows come only of days of which nothing finer is left.
   * @defaultValue the coarsest whose windows begin and end with the range: the sum over them is that of the range
   */
  readonly resolution?: Resolution
}

export interface JournalReaderOptions {
  readonly dir: string
  /** Told of everything that had to be left out. */
  readonly onDamage?: (damage: Damage) => void
}

const tailBytes = 1024 * 1024

/** Reads a journal's directory, whoever writes to it: a reader needs no lock. */
export class JournalReader {
  readonly #dir: string
  readonly #onDamage: (damage: Damage) => void

  constructor ({ dir, onDamage = () => {} }: JournalReaderOptions) {
    this.#dir = dir
    this.#onDamage = onDamage
  }

  /**
   * Windows by day, in the order in which they were written. One window of a series may come in several records where
   * retention rolled it up in parts: `mergeWindows` joins them.
   */
  async * read (query: JournalQuery): AsyncGenerator<WindowRecord> {
    for await (const batch of this.readBatches(query)) yield * batch
  }

  /** As {@link read}, in batches of some hundred. */
  async * readBatches ({ name, matchers = [], from, to, resolution }: JournalQuery): AsyncGenerator<WindowRecord[]> {
    const names = name ?? matchers.find(matcher => matcher.name === '__name__' && matcher.op === '=')?.value
    const { segments } = await listJournal(this.#dir)
    for (const segment of segmentsFor(segments, from, to, resolution)) {
      const lengthMs = resolutionMs[segment.resolution]
      const prefixes = names === undefined ? undefined : [names].flat().map(each => namePrefix(segment.resolution, each))
      for await (const lines of this.#lines(segment)) {
        const batch: WindowRecord[] = []
        for (const line of lines) {
          const startMs = startOf(line)
          if (startMs >= to || startMs + lengthMs <= from || prefixes?.some(prefix => hasPrefix(line, prefix)) === false) continue
          const record = decodeLine(line)
          if (record !== undefined && matchers.every(matcher => matcher.matches(valueOf(record, matcher.name)))) batch.push(record)
        }
        if (batch.length > 0) yield batch
      }
    }
  }

  /** The windows of one resolution and start as they were written, none that was rolled up. Of an open segment only the end is read. */
  async windowsAt (resolution: Resolution, startMs: number): Promise<WindowRecord[]> {
    const day = dayOf(startMs)
    const { segments } = await listJournal(this.#dir)
    const found: Buffer[] = []
    for (const segment of segments) {
      if (segment.resolution !== resolution || segment.origin !== resolution || segment.day !== day) continue
      if (segment.isClosed) for await (const lines of this.#lines(segment)) found.push(...lines.filter(line => startOf(line) === startMs))
      else found.push(...await linesAtEnd(segmentPath(this.#dir, segment), startMs))
    }
    return found.flatMap(line => decodeLine(line) ?? [])
  }

  /** Intact lines. A segment that was closed, or deleted, since the directory was listed is read in its new form, or skipped. */
  async * #lines (segment: Segment): AsyncGenerator<Buffer[]> {
    try {
      yield * readLines(segmentPath(this.#dir, segment), this.#onDamage)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      if (!segment.isClosed) yield * this.#lines({ ...segment, isClosed: true })
    }
  }
}

function valueOf ({ name, labels }: WindowRecord, label: string): string {
  if (label === '__name__') return name
  return Object.hasOwn(labels, label) ? labels[label]! : ''
}

/** Lines are in order of their starts: backwards from the end, a stretch of earlier ones only is where they begin. */
async function linesAtEnd (path: string, startMs: number): Promise<Buffer[]> {
  const file = await open(path, 'r')
  try {
    const found: Buffer[] = []
    let rest: Buffer = Buffer.alloc(0)
    for (let end = (await file.stat()).size; end > 0;) {
      const from = Math.max(0, end - tailBytes)
      const text = Buffer.concat([await readAt(file, from, end - from), rest])
      // The first line may have begun before.
      const newline = text.indexOf(10)
      const first = from === 0 ? 0 : newline === -1 ? text.length : newline + 1
      const lines = splitLines(text.subarray(first)).filter(isIntact)
      found.push(...lines.filter(line => startOf(line) === startMs))
      if (lines.length > 0 && lines.every(line => startOf(line) < startMs)) break
      rest = text.subarray(0, first)
      end = from
    }
    return found
  } finally {
    await file.close()
  }
}

function splitLines (text: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, from)) {
    lines.push(text.subarray(from, end))
    from = end + 1
  }
  if (from < text.length) lines.push(text.subarray(from))
  return lines
}
