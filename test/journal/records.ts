import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Clock } from '../../src/contracts/clock.js'
import { resolutionMs, type CounterWindow, type GaugeWindow, type HistogramWindow, type Resolution, type WindowRecord } from '../../src/contracts/window.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { JournalReader, type JournalQuery } from '../../src/journal/journal-reader.js'
import type { Damage } from '../../src/journal/segment-reader.js'

export const dayMs = 86_400_000
/** 2026-11-20, a Friday, at 00:00 UTC. */
export const day = Date.UTC(2026, 10, 20)

export function counter (startMs: number, increment: number, { name = 'orders_total', labels = {}, resolution = '1m', total = increment }: {
  name?: string, labels?: Record<string, string>, resolution?: Resolution, total?: number
} = {}): CounterWindow {
  return { type: 'counter', name, labels, resolution, startMs, endMs: startMs + resolutionMs[resolution], increment, total }
}

export function gauge (startMs: number, values: readonly number[], resolution: Resolution = '1m'): GaugeWindow {
  const sum = values.reduce((a, b) => a + b, 0)
  return {
    type: 'gauge',
    name: 'equity',
    labels: { desk: 'a' },
    resolution,
    startMs,
    endMs: startMs + resolutionMs[resolution],
    avg: sum / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1)!,
    count: values.length,
    sum
  }
}

export function histogram (startMs: number, buckets: readonly number[], sum: number, resolution: Resolution = '1m'): HistogramWindow {
  return {
    type: 'histogram', name: 'latency_seconds', labels: { venue: 'X' }, resolution, startMs, endMs: startMs + resolutionMs[resolution], bounds: [0.1, 1], buckets, sum
  }
}

/** A directory of its own, gone with the test. */
export async function scratch (t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'njord-journal-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  return dir
}

export async function readAll (dir: string, query: Partial<JournalQuery> = {}): Promise<{ records: WindowRecord[], damage: Damage[] }> {
  const damage: Damage[] = []
  const records: WindowRecord[] = []
  const reader = new JournalReader({ dir, onDamage: each => { damage.push(each) } })
  for await (const record of reader.read({ from: 0, to: Date.UTC(2100, 0), resolution: '1d', ...query })) records.push(record)
  return { records, damage }
}

/** A clock that tests set to the nanosecond, and back. Its timers are those of a virtual clock, which goes forward only. */
export class TestClock implements Clock {
  ns: bigint
  readonly timers = new VirtualClock()

  constructor (ms: number) {
    this.ns = BigInt(ms) * 1_000_000n
  }

  set (ms: number): void {
    this.ns = BigInt(ms) * 1_000_000n
  }

  nowMs (): number { return Number(this.ns / 1_000_000n) }
  nowNs (): bigint { return this.ns }
  monotonicSeconds (): number { return this.timers.monotonicSeconds() }
  after (delayMs: number, callback: () => void) { return this.timers.after(delayMs, callback) }
  every (intervalMs: number, callback: () => void) { return this.timers.every(intervalMs, callback) }
}

/** Flips one bit of a file, or cuts it, in place; `undo` puts it back. */
export async function damageFile (path: string, change: (bytes: Buffer) => Buffer): Promise<() => Promise<void>> {
  const bytes = await readFile(path)
  await writeFile(path, change(Buffer.from(bytes)))
  return async () => { await writeFile(path, bytes) }
}
