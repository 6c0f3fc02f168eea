import { open, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../contracts/clock.js'
import type { Resolution, WindowRecord } from '../contracts/window.js'
import { listJournal, makeFolder, segmentPath, syncFolder, temporarySuffix } from './directory.js'
import { blockBytes, gzipBlock } from './gzip-blocks.js'
import { decodeLine, encodeLine, startOf } from './line.js'
import { planCaps, planRetention, type RetentionAction } from './retention-plan.js'
import type { RetentionPolicy } from './retention-policy.js'
import { Rollup } from './rollup.js'
import type { Segment } from './segment-name.js'
import { readLines } from './segment-reader.js'

export interface RetentionOptions {
  readonly dir: string
  readonly policy: RetentionPolicy
  readonly clock: Clock
  /** Asked before a segment is compressed: nothing may be appended to it from then on. Needed where a journal is open. */
  readonly seal?: (segment: Segment) => Promise<void>
}

export interface RetentionRun {
  /** Says what would be done, and does nothing. @defaultValue false */
  readonly isDryRun?: boolean
  /** Told before each change of the directory, and when an action is done. */
  readonly onProgress?: (progress: RetentionProgress) => void
  /** Ends the run before its next change; `run` then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface RetentionProgress {
  readonly action: RetentionAction
  readonly step: 'write' | 'sync' | 'rename' | 'unlink' | 'done'
}

/** What was done, or would be. */
export interface RetentionResult extends RetentionAction {
  /** Of the segment. */
  readonly bytesBefore: number
  /** Of what came of it: 0 after `delete`, `undefined` in a dry run. */
  readonly bytesAfter: number | undefined
  /** Lines and stretches that were damaged and are left behind. */
  readonly damaged: number
}

/** Rolling up holds at most so many windows; past it those under way are written as parts. Some 500 bytes each. */
const maxOpenWindows = 200_000
/** Between turns of the event loop. */
const sliceLines = 200

/**
 * Compresses, rolls up and deletes segments as a policy says. New files are written beside the old, made durable and then
 * renamed: a crash between any two steps leaves the old or the new, and the next run goes on from there.
 */
export class Retention {
  readonly #dir: string
  readonly #policy: RetentionPolicy
  readonly #clock: Clock
  readonly #seal: (segment: Segment) => Promise<void>

  constructor ({ dir, policy, clock, seal = async () => {} }: RetentionOptions) {
    this.#dir = dir
    this.#policy = policy
    this.#clock = clock
    this.#seal = seal
  }

  /** Carries the policy out as of now. Throws the system's error; what was done by then stands. One run at a time. */
  async run ({ isDryRun = false, onProgress = () => {}, signal }: RetentionRun = {}): Promise<RetentionResult[]> {
    const { segments, leftovers } = await listJournal(this.#dir)
    if (!isDryRun) for (const path of leftovers) await rm(path, { force: true })

    const results: RetentionResult[] = []
    const carryOut = async (actions: readonly RetentionAction[]): Promise<void> => {
      for (const action of actions) {
        const step = (name: RetentionProgress['step']): void => {
          signal?.throwIfAborted()
          onProgress({ action, step: name })
        }
        // In a dry run, what an action before would have made is not there.
        const bytesBefore = await sizeOf(segmentPath(this.#dir, action.segment))
        const { bytesAfter, damaged } = isDryRun ? { bytesAfter: undefined, damaged: 0 } : await this.#perform(action, step)
        results.push({ ...action, bytesBefore, bytesAfter, damaged })
        step('done')
      }
    }
    const planned = planRetention(segments, this.#policy, this.#clock.nowNs())
    await carryOut(planned)
    const gone = new Set(isDryRun ? planned.filter(({ kind }) => kind === 'delete').map(({ segment }) => segmentPath(this.#dir, segment)) : [])
    const sizes = new Map<Segment, number>()
    for (const segment of (await listJournal(this.#dir)).segments) {
      const path = segmentPath(this.#dir, segment)
      if (!gone.has(path)) sizes.set(segment, await sizeOf(path))
    }
    await carryOut(planCaps(sizes, this.#policy))
    return results
  }

  async #perform ({ kind, segment, into }: RetentionAction, step: (name: RetentionProgress['step']) => void): Promise<{ bytesAfter: number, damaged: number }> {
    const path = segmentPath(this.#dir, segment)
    if (into === undefined) {
      step('unlink')
      await unlink(path)
      return { bytesAfter: 0, damaged: 0 }
    }
    if (kind === 'compress') await this.#seal(segment)
    let damaged = 0
    const lines = readLines(path, () => { damaged++ })
    const texts = kind === 'compress' ? copy(lines) : rollUp(lines, into.resolution, await this.#startsWritten(into))
    await makeFolder(this.#dir, into.resolution)
    const bytesAfter = await writeWhole(segmentPath(this.#dir, into), texts, step)
    if (kind === 'compress') {
      step('unlink')
      await unlink(path)
    }
    return { bytesAfter, damaged }
  }

  /** The starts of the windows of a day that were written in this resolution to begin with: they are not to be made a second time. */
  async #startsWritten ({ resolution, day }: Segment): Promise<Set<number>> {
    const starts = new Set<number>()
    for (const segment of (await listJournal(this.#dir)).segments) {
      if (segment.resolution !== resolution || segment.origin !== resolution || segment.day !== day) continue
      for await (const lines of readLines(segmentPath(this.#dir, segment), () => {})) for (const line of lines) starts.add(startOf(line))
    }
    return starts
  }
}

/** Pieces of text that end with a line. */
type Texts = AsyncIterable<Buffer | string>

async function * copy (batches: AsyncIterable<readonly Buffer[]>): Texts {
  const newline = Buffer.from('\n')
  for await (const lines of batches) yield Buffer.concat(lines.flatMap(line => [line, newline]))
}

async function * rollUp (batches: AsyncIterable<readonly Buffer[]>, resolution: Resolution, written: ReadonlySet<number>): Texts {
  const rollup = new Rollup(resolution)
  let latestMs = 0
  for await (const lines of batches) {
    const windowMs = rollup.startOf(latestMs)
    for (let from = 0; from < lines.length; from += sliceLines) {
      for (const line of lines.slice(from, from + sliceLines)) {
        const record = written.has(rollup.startOf(startOf(line))) ? undefined : decodeLine(line)
        if (record === undefined) continue
        rollup.add(record)
        latestMs = Math.max(latestMs, record.startMs)
      }
      await setImmediate()
    }
    // Lines are in order of time but for a few: a window that one of those opens again becomes two records, which add up.
    if (rollup.size > maxOpenWindows) yield * encodeAll(rollup.take())
    else if (rollup.startOf(latestMs) > windowMs) yield * encodeAll(rollup.take(latestMs))
  }
  yield * encodeAll(rollup.take())
}

async function * encodeAll (records: Iterable<WindowRecord>): Texts {
  let text: string[] = []
  for (const record of records) {
    if (text.push(encodeLine(record)) < sliceLines) continue
    yield text.join('')
    text = []
    await setImmediate()
  }
  yield text.join('')
}

/** Writes a compressed file that is there in full or not at all, power cuts included; returns its size. */
async function writeWhole (path: string, texts: Texts, step: (name: RetentionProgress['step']) => void): Promise<number> {
  step('write')
  const temporary = `${path}${temporarySuffix}`
  const file = await open(temporary, 'w')
  let bytes = 0
  try {
    let block: Buffer[] = []
    let length = 0
    const flush = async (): Promise<void> => {
      const buffer = await gzipBlock(Buffer.concat(block))
      await file.appendFile(buffer)
      bytes += buffer.length
      block = []
      length = 0
    }
    for await (const text of texts) {
      const piece = Buffer.from(text)
      if (piece.length === 0) continue
      block.push(piece)
      length += piece.length
      if (length >= blockBytes) await flush()
    }
    if (length > 0 || bytes === 0) await flush()
    step('sync')
    await file.sync()
  } finally {
    await file.close()
  }
  step('rename')
  await rename(temporary, path)
  await syncFolder(dirname(path))
  return bytes
}

async function sizeOf (path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
