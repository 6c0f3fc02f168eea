/**
 * Memory of an aggregator of 100,000 series of one process, in bytes a series: `ours`, totals, origin and two minutes of
 * windows; `peer`, the same series in a registry of its own, which is the least that serving them takes. Arguments: the subject,
 * `counter` or `gauge`.
 */
import { Batch } from '../src/aggregation/batch.js'
import { MergedFamilies } from '../src/aggregation/merged-families.js'
import { MergedOrigin } from '../src/aggregation/merged-origin.js'
import { WindowColumns } from '../src/aggregation/window-columns.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { sink } from './harness.js'

const series = 100_000
const labels = (n: number) => [`venue ${n % 100}`, `symbol ${Math.floor(n / 100)}`]
const type = process.argv[3] as 'counter' | 'gauge'
const name = type === 'counter' ? 'fills_total' : 'equity'
const wire = { id: 0, type, name, help: 'Fills, or equity.', labels: ['venue', 'symbol'] } as const

function memory (): number {
  for (let n = 0; n < 4; n++) (globalThis as unknown as { gc: () => void }).gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const before = memory()
sink(process.argv[2] === 'ours' ? ours() : peer())
process.stdout.write(`${(memory() - before) / series}\n`)

function ours (): unknown {
  const families = new MergedFamilies(new MetricRegistry(), series)
  const origin = new MergedOrigin('bench', 1n, 0)
  const windows = [0, 60_000].map(startMs => new WindowColumns('1m', startMs))
  let seq = 0
  for (const [round, window] of windows.entries()) {
    const batch = new Batch(65_536)
    const send = (end?: true): void => {
      const message = { njord_metrics: 1 as const, origin: { instance: 'bench', started_ns: 1n, seq: ++seq }, timestamp_ns: 0n, end, ...batch.take() }
      origin.merge(message, families, { totals: window, gauges: window, atMs: 0 })
    }
    for (let n = 0; n < series; n++) {
      if (round === 0) batch.declareSeries(wire, n, labels(n))
      batch.totals.row(n, (round + 1) * (n + 1))
      if (batch.isFull) send()
    }
    send(true)
  }
  return [families, origin, windows]
}

function peer (): unknown {
  const registry = new MetricRegistry()
  const declaration = { name, help: wire.help, labelNames: wire.labels, maxSeries: series }
  const [counter, gauge] = [type === 'counter' ? registry.counter(declaration) : undefined, type === 'gauge' ? registry.gauge(declaration) : undefined]
  for (let n = 0; n < series; n++) {
    const [venue, symbol] = labels(n) as [string, string]
    counter?.inc({ venue, symbol }, n + 1)
    gauge?.set({ venue, symbol }, n + 1)
  }
  return registry
}
