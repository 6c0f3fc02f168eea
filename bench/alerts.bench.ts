import { parseRuleFile } from '../src/alerting/rules/rule-file.js'
import { RuleEngine } from '../src/alerting/rules/rule-engine.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { labelsOf } from '../src/contracts/labels.js'
import { silentLog } from '../src/contracts/log.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { PromqlEngine } from '../src/promql/engine.js'
import { SeriesStore } from '../src/series/series-store.js'
import { progress, type Bench } from './harness.js'
import { watchLoop } from '../test/support/loop-watch.js'

const METRICS = 100
const SERIES_EACH = 100
const RULES_EACH = 10
const INTERVAL_MS = 15_000
const ROUNDS = 20

/** Of each metric: thresholds, rates, sums and a recorded chain; one rule in ten fires for some of its series. */
function rulesOf (metric: number): object[] {
  const m = `m${metric}`
  return [
    { record: `r:${m}:sum`, expr: `sum by (side) (${m})` },
    { record: `r:${m}:rate`, expr: `sum(rate(${m}[1m]))` },
    { alert: `${m}High`, expr: `${m} > 1e9`, for: '1m' },
    { alert: `${m}Low`, expr: `${m} < -1`, labels: { severity: 'page' }, annotations: { summary: '{{ $labels.i }} at {{ $value }}' } },
    { alert: `${m}Fires`, expr: `${m}{i=~"${metric}.?"} >= 0`, annotations: { summary: '{{ $labels.i }} at {{ $value | humanize }}' } },
    { alert: `${m}Sum`, expr: `r:${m}:sum > 1e12` },
    { alert: `${m}Rate`, expr: `r:${m}:rate < 0` },
    { alert: `${m}Share`, expr: `sum(${m}{side="buy"}) / sum(${m}) > 2` },
    { alert: `${m}Absent`, expr: `absent(${m})` },
    { alert: `${m}Max`, expr: `max_over_time(${m}{side="sell"}[1m]) > 1e9` }
  ].slice(0, RULES_EACH)
}

/** 1,000 rules over 10,000 series: what share of a core they take every fifteen seconds, and how long they hold the event loop. */
async function measure (): Promise<{ coreShare: number, worstHoldMs: number, secondsARound: number }> {
  const startMs = Date.UTC(2024, 0, 1)
  const clock = new VirtualClock(startMs)
  const store = new SeriesStore({ clock, maxBytes: 2 ** 30 })
  const refs = Array.from({ length: METRICS * SERIES_EACH }, (_, i) => store.ref(labelsOf({
    __name__: `m${i % METRICS}`, job: 'njord', instance: 'host:1', side: Math.floor(i / METRICS) % 2 === 0 ? 'buy' : 'sell', i: String(Math.floor(i / METRICS))
  })))
  const groups = Array.from({ length: METRICS }, (_, i) => ({ name: `g${i}`, interval: '15s', rules: rulesOf(i) }))
  const { groups: specs, problems } = parseRuleFile(JSON.stringify({ groups }), 'bench.yml')
  if (problems.length > 0) throw new Error(problems[0]!.message)
  const registry = new MetricRegistry({ clock, log: silentLog })
  const engine = new RuleEngine({
    engine: new PromqlEngine({ queryable: store, clock }), store, instruments: registry, clock, log: silentLog, sink: { post () {} }
  })
  await engine.start(specs)
  let [cpuMicros, seconds, worstHoldMs] = [0, 0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    for (let atMs = 0; atMs < INTERVAL_MS; atMs += 5000) {
      refs.forEach((ref, i) => { store.appendRef(ref, clock.nowMs(), round + i % 13) })
      clock.advance(5000)
      const watch = watchLoop()
      const [cpu, started] = [process.cpuUsage(), performance.now()]
      await engine.settled()
      const used = process.cpuUsage(cpu)
      const held = watch()
      if (round < 4) continue // the first rounds are slower: nothing is compiled yet
      worstHoldMs = Math.max(worstHoldMs, held)
      cpuMicros += used.user + used.system
      seconds += (performance.now() - started) / 1000
    }
  }
  await engine.close()
  const rounds = ROUNDS - 4
  return { coreShare: cpuMicros / 1e6 / (rounds * INTERVAL_MS / 1000), worstHoldMs, secondsARound: seconds / rounds }
}

/** What rules may take: 10 % of a core, and the event loop for 20 ms at a time. */
const benches: Bench[] = [
  { name: 'alerts.core', unit: '% of a core', run: async () => ({ ours: (await figures()).coreShare * 100, peer: 10 }) },
  { name: 'alerts.hold', unit: 'ms', run: async () => ({ ours: (await figures()).worstHoldMs, peer: 20 }) }
]

let measured: ReturnType<typeof measure> | undefined

async function figures (): ReturnType<typeof measure> {
  measured ??= measure()
  const found = await measured
  progress(`  1,000 rules over 10,000 series: ${(found.secondsARound * 1000).toFixed(0)} ms a round`)
  return found
}

export default benches
