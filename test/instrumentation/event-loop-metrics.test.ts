import t from 'tap'
import { SystemClock } from '../../src/clock/system-clock.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { EventLoopMetrics } from '../../src/instrumentation/event-loop-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

/** A virtual clock whose timers come as late as it is told. */
class LateClock extends VirtualClock {
  lateSeconds = 0

  override monotonicSeconds (): number {
    return super.monotonicSeconds() + this.lateSeconds
  }
}

function arrange (): { clock: LateClock, metrics: EventLoopMetrics, lag: () => number, delay: () => { count: number, sum: number } } {
  const registry = new MetricRegistry()
  const clock = new LateClock()
  const metrics = new EventLoopMetrics({ instruments: registry, clock })
  metrics.start()
  return {
    clock,
    metrics,
    lag: () => samples(registry, 'njord_event_loop_lag_seconds').njord_event_loop_lag_seconds!,
    delay: () => {
      const { njord_event_loop_delay_seconds_count: count, njord_event_loop_delay_seconds_sum: sum } = samples(registry, 'njord_event_loop_delay_seconds')
      return { count: count!, sum: sum! }
    }
  }
}

await t.test('the lag is the longest delay of the last whole window, however often it is read', async t => {
  const { clock, lag, delay } = arrange()
  clock.advance(1000)
  clock.lateSeconds += 0.3
  clock.advance(1000)
  clock.lateSeconds += 0.1
  t.equal(lag(), 0, 'the first window is not over')
  clock.advance(3000)
  t.equal(Math.round(lag() * 1e6) / 1e6, 0.3)
  t.equal(lag(), lag(), 'a second scraper sees the same')
  clock.advance(4999)
  t.equal(Math.round(lag() * 1e6) / 1e6, 0.3)
  clock.advance(1)
  t.equal(Math.round(lag() * 1e6) / 1e6, 0)
  t.equal(delay().count, 200, 'twenty measurements a second')
  t.equal(Math.round(delay().sum * 1e6) / 1e6, 0.4, 'the histogram keeps both delays for good')
})

await t.test('measures nothing once it is closed', async t => {
  const { clock, metrics, delay } = arrange()
  clock.advance(500)
  metrics.close()
  clock.advance(500)
  t.equal(delay().count, 10)
  t.equal(clock.nextDueMs(), undefined, 'no timer is left')
})

await t.test('sees a real event loop that is blocked, and that it was busy', async t => {
  const registry = new MetricRegistry()
  const metrics = new EventLoopMetrics({ instruments: registry, clock: new SystemClock(), windowMs: 300 })
  metrics.start()
  t.teardown(() => { metrics.close() })
  const until = performance.now() + 250
  while (performance.now() < until);
  await new Promise(resolve => { setTimeout(resolve, 320) })
  t.ok(samples(registry, 'njord_event_loop_lag_seconds').njord_event_loop_lag_seconds! >= 0.15)
  const utilization = samples(registry, 'njord_event_loop_utilization_ratio').njord_event_loop_utilization_ratio!
  t.ok(utilization > 0.3 && utilization <= 1, `utilisation ${utilization}`)
})
