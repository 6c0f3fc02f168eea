import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayAlerts } from '../src/alerting/replay/replay-alerts.js'
import { loadRouting } from '../src/alerting/routing/load-routing.js'
import { loadRules } from '../src/alerting/rules/load-rules.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import type { WindowRecord } from '../src/contracts/window.js'
import { JournalReader } from '../src/journal/journal-reader.js'
import { Journal } from '../src/journal/journal.js'
import { progress, type Bench } from './harness.js'

const startMs = Date.UTC(2025, 0, 1)
const DAYS = 4
/** A year in ten minutes, in milliseconds for an hour of history. */
const WANTED_MS = 600_000 / (365 * 24)

/** A minute of a trader: a strategy is in trouble for an hour a day, and orders are rejected for ten minutes in five hours. */
function windowsAt (minute: number): WindowRecord[] {
  const at = { startMs: startMs + minute * 60_000, endMs: startMs + (minute + 1) * 60_000, resolution: '1m' as const }
  const gauge = (name: string, value: number, labels = {}): WindowRecord =>
    ({ ...at, name, labels, type: 'gauge', avg: value, min: value, max: value, last: value, count: 12, sum: 12 * value })
  const counter = (name: string, increment: number): WindowRecord => ({ ...at, name, labels: {}, type: 'counter', increment, total: increment * (minute + 1) })
  return [
    ...['a', 'b', 'c', 'd', 'e'].map((id, i) => gauge('njord_strategy_drawdown_pct', minute % 1440 < 60 && i === 0 ? 12 : 3, { strategy_id: id })),
    gauge('njord_portfolio_drawdown_pct', 1),
    gauge('njord_portfolio_equity_usd', 50_000),
    gauge('njord_killswitch_active', 0),
    gauge('njord_event_loop_lag_seconds', 0.01),
    counter('njord_orders_placed_total', 10),
    counter('njord_orders_filled_total', 9),
    ...minute % 300 < 10 ? [counter('njord_orders_rejected_total', 5)] : []
  ]
}

async function replayMs (): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'njord-replay-'))
  try {
    const clock = new VirtualClock(startMs)
    const journal = await Journal.open({ dir, clock, maxQueuedWindows: Infinity, fsync: 'never' })
    for (let minute = 0; minute < DAYS * 1440; minute++) {
      journal.write(windowsAt(minute))
      if (minute % 1440 === 1439) await journal.flush()
    }
    await journal.close()
    const groups = await loadRules(['config/alerts.yaml', 'config/rules/*.yaml'])
    const routing = await loadRouting('config/alertmanager.yml')
    const started = performance.now()
    const toMs = startMs + DAYS * 86_400_000
    const { alerts, notifications } = await replayAlerts({ groups, routing, journal: new JournalReader({ dir }), fromMs: startMs, toMs })
    const ms = (performance.now() - started) / (DAYS * 24)
    progress(`  ${Math.round(1000 / ms)} hours of history a second; ${alerts.length} alerts, ${notifications.length} notifications`)
    return ms
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The shipped rules and routes over a journal on disk. */
const benches: Bench[] = [
  { name: 'alerts.replay', unit: 'ms/hour of history', run: async () => ({ ours: Math.min(await replayMs(), await replayMs()), peer: WANTED_MS }) }
]

export default benches
