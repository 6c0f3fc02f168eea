/**
 * A service of the fault test: records known totals, says on standard output what it had recorded before (`B`) and that a
 * flush of it is done (`E`), and is killed at any time. Arguments: Redis's URL, its name, the life, the spool, the seed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { createInterface } from 'node:readline'
import { Publisher } from '../../src/aggregation/publisher.js'
import { RedisBus } from '../../src/bus/redis-bus.js'
import { SystemClock } from '../../src/clock/system-clock.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { random } from './random.js'

const [url, service, life, spool, seed] = process.argv.slice(2) as [string, string, string, string, string]
const next = random(Number(seed))
const clock = new SystemClock()
const registry = new MetricRegistry({ clock })
const labels = { service, life }
const events = registry.counter({ name: 'chaos_events_total', help: 'Events.', labelNames: ['service', 'life'] }).labels(labels)
const all = registry.counter({ name: 'chaos_all_events_total', help: 'Events of all services.' })
const sizes = registry.histogram({ name: 'chaos_size', help: 'Sizes.', labelNames: ['service', 'life'], buckets: [1, 2, 4, 8] }).labels(labels)
const bus = await RedisBus.open({ url, clock })
// It flushes by hand: what is said of a flush is then exact.
const publisher = new Publisher({ registry, bus, clock, instance: service, spool, flushMs: 1e9, fullEvery: 20 })

let isRecording = true
createInterface(process.stdin).on('line', () => { isRecording = false })

/** Events, and the histogram's sum and buckets. */
const recorded = [0, 0, 0, 0, 0, 0, 0]
let isStarted = false
for (;;) {
  if (isRecording) record()
  process.stdout.write(`B ${JSON.stringify(recorded)}\n`)
  if (isStarted) await publisher.flush()
  else await publisher.start()
  isStarted = true
  process.stdout.write('E\n')
  await sleep(20 + next() * 150)
}

function record (): void {
  for (let times = Math.floor(next() * 20); times > 0; times--) {
    const by = 1 + Math.floor(next() * 3)
    // A multiple of a quarter: sums are exact.
    const size = Math.floor(next() * 40) / 4
    events.inc(by)
    all.inc(by)
    sizes.observe(size)
    recorded[0]! += by
    recorded[1]! += size
    const bucket = [1, 2, 4, 8].findIndex(bound => size <= bound)
    recorded[2 + (bucket === -1 ? 4 : bucket)]! += 1
  }
}
