import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { resolutionMs, type WindowRecord } from '../src/contracts/window.js'
import { Journal } from '../src/journal/journal.js'
import { encodeLine } from '../src/journal/line.js'
import { parseRetentionPolicy } from '../src/journal/retention-policy.js'
import { Retention } from '../src/journal/retention.js'
import { progress, type Bench } from './harness.js'

const day = Date.UTC(2026, 10, 20)
const seriesCount = 10_000
/** Of the journal that is started over, in megabytes. */
const journalMb = Number(process.env['JOURNAL_BENCH_MB'] ?? 1024)

const policy = parseRetentionPolicy('retention: { raw_metrics: [{ resolution: 1m, retention_days: 7 }], cleanup_schedule: "0 2 * * *" }', 'bench')

/** As a trading system has them: half counters, a third gauges, the rest histograms of ten buckets. */
const series = Array.from({ length: seriesCount }, (_, i) => ({
  strategy_id: `strategy-${i % 40}`, symbol: `SYM${Math.floor(i / 40) % 50}/USDT`, venue: ['binance', 'kraken', 'paper'][i % 3]!
}))
const bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

function windowsAt (minute: number): WindowRecord[] {
  const startMs = day + minute * resolutionMs['1m']
  return series.map((labels, i) => {
    const at = { labels, resolution: '1m', startMs, endMs: startMs + resolutionMs['1m'] } as const
    const noise = (i * 7919 + minute * 104_729) % 1009
    if (i % 6 < 3) return { ...at, type: 'counter', name: 'njord_orders_placed_total', increment: noise, total: minute * 500 + noise }
    if (i % 6 < 5) {
      const [avg, spread] = [1000 + noise / 7, noise / 100]
      return { ...at, type: 'gauge', name: 'njord_strategy_equity', avg, min: avg - spread, max: avg + spread, last: avg + spread / 2, count: 12, sum: avg * 12 }
    }
    return { ...at, type: 'histogram', name: 'njord_order_latency_seconds', bounds, buckets: Array.from({ length: 10 }, (_, b) => noise * b % 17), sum: noise / 10 }
  })
}

async function inScratch<T> (work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'njord-bench-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const minutes = 30

const benches: Bench[] = [
  {
    name: 'journal.append',
    unit: 'ns/window',
    run: () => inScratch(async dir => {
      const windows = Array.from({ length: minutes }, (_, minute) => windowsAt(minute))
      const journal = await Journal.open({ dir, clock: new VirtualClock(day), maxQueuedWindows: Infinity })
      const ours = await best(async () => {
        for (const each of windows) journal.write(each)
        await journal.flush()
      })
      await journal.close()
      // What a line costs at least: JSON.stringify, without a checksum, in one big write.
      const file = await open(join(dir, 'peer.ndjson'), 'w')
      const peer = await best(async () => {
        for (const each of windows) await file.write(each.map(window => JSON.stringify(window)).join('\n'))
      })
      await file.close()
      const count = minutes * seriesCount
      progress(`  ${Math.round(count / ours * 1000)} windows a second`)
      return { ours: ours * 1e6 / count, peer: peer * 1e6 / count }
    })
  },
  {
    name: 'journal.bytes',
    unit: 'bytes/window',
    run: () => inScratch(async dir => {
      const clock = new VirtualClock(day)
      const journal = await Journal.open({ dir, clock, maxQueuedWindows: Infinity })
      for (let minute = 0; minute < minutes; minute++) journal.write(windowsAt(minute))
      await journal.close()
      const plain = (await stat(join(dir, '1m', '2026-11-20.ndjson'))).size
      clock.advance(2 * resolutionMs['1d'])
      const startedSeconds = performance.now()
      await new Retention({ dir, policy, clock }).run()
      const compressed = (await stat(join(dir, '1m', '2026-11-20.ndjson.gz'))).size
      progress(`  compressed in ${Math.round(performance.now() - startedSeconds)} ms: ${plain} bytes to ${compressed}`)
      const count = minutes * seriesCount
      return { ours: compressed / count, peer: plain / count }
    })
  },
  {
    name: 'journal.start',
    unit: 'ms',
    run: () => inScratch(async dir => {
      const clock = new VirtualClock(day)
      const first = await Journal.open({ dir, clock })
      first.write([windowsAt(0)[0]!])
      await first.close()
      const path = join(dir, '1m', '2026-11-20.ndjson')
      const lines = Buffer.from(windowsAt(1).map(encodeLine).join(''))
      const file = await open(path, 'a')
      for (let bytes = 0; bytes < journalMb * 1e6; bytes += lines.length) await file.write(lines)
      await file.close()
      const ours = await best(async () => { await (await Journal.open({ dir, clock })).close() })
      // Reading all of it, as a journal that did not know where to look would.
      const startedMs = performance.now()
      const reader = await open(path, 'r')
      const buffer = Buffer.alloc(1024 * 1024)
      while ((await reader.read(buffer)).bytesRead > 0);
      await reader.close()
      return { ours, peer: performance.now() - startedMs }
    })
  }
]

/** Milliseconds of the best of five. */
async function best (work: () => Promise<void>): Promise<number> {
  let least = Infinity
  for (let round = 0; round < 5; round++) {
    const startedMs = performance.now()
    await work()
    least = Math.min(least, performance.now() - startedMs)
  }
  return least
}

export default benches
