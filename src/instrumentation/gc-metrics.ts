import { constants, PerformanceObserver } from 'node:perf_hooks'
import type { BoundObserver, InstrumentFactory } from '../contracts/instruments.js'

/** The kinds of V8, under the names that prom-client gives them. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb']
])

/** Upper bounds in seconds, from 100 µs (a quick scavenge) to 1 s. */
const BUCKETS: readonly number[] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

/** How long each garbage collection held the process, by kind. */
export class GcMetrics {
  readonly #pauses: ReadonlyMap<number, BoundObserver>
  readonly #observer: PerformanceObserver

  constructor ({ instruments }: { readonly instruments: InstrumentFactory }) {
    const pauses = instruments.histogram({
      name: 'nodejs_gc_duration_seconds',
      help: 'Pauses for garbage collection.',
      unit: 'seconds',
      labelNames: ['kind'],
      labelRules: { kind: { values: [...KINDS.values()] } },
      buckets: BUCKETS
    })
    this.#pauses = new Map([...KINDS].map(([code, kind]) => [code, pauses.labels({ kind })]))
    this.#observer = new PerformanceObserver(list => {
      // Node's types lack the detail of these entries.
      for (const { detail, duration } of list.getEntries() as unknown as ReadonlyArray<{ detail: { kind: number }, duration: number }>) {
        this.#pauses.get(detail.kind)?.observe(duration / 1000)
      }
    })
  }

  start (): void {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  close (): void {
    this.#observer.disconnect()
  }
}
