import { SystemClock } from '../../src/clock/system-clock.js'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import type { Clock } from '../../src/contracts/clock.js'
import { silentLog } from '../../src/contracts/log.js'
import { Exposition } from '../../src/exposition/exposition.js'
import { HttpMetrics } from '../../src/instrumentation/http-metrics.js'
import { RuntimeMetrics } from '../../src/instrumentation/runtime-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { njordPack } from '../../src/packs/njord/pack.js'
import { Telemetry } from '../../src/telemetry.js'

/** A host as there may be one: the pack `njord`, the books, metrics of its own of every type, and a session of events. */
export function tradingHost (clock: Clock = new SystemClock()) {
  const registry = new MetricRegistry({ clock, created: true })
  const bus = new MemoryBus({ clock, instruments: registry })
  const telemetry = new Telemetry({
    instruments: registry, bus, clock, log: silentLog, packs: [njordPack], portfolio: { portfolioId: 'main', startingCash: 100_000 }
  })
  const runtime = new RuntimeMetrics({ instruments: registry, version: '0.0.0' })
  const route = new HttpMetrics(registry).route('POST', '/intents')
  route.begin()
  route.answered(201, 0.0042)
  route.end('120', 300)
  const own = {
    quotes: registry.counter({ name: 'host_quotes_total', help: 'Quotes "seen" by\\of the host.\nTwo lines.', labelNames: ['text'] }),
    numbers: registry.gauge({ name: 'host_numbers', help: 'Numbers of every kind.', labelNames: ['kind'] }),
    wait: registry.histogram({ name: 'host_wait_seconds', help: 'Time waited.', unit: 'seconds', labelNames: ['what'], buckets: [0.00001, 0.001, 1, 2_500_000] }),
    spread: registry.summary({ name: 'host_spread_bps', help: 'Spreads.', unit: 'bps', percentiles: [0.5, 0.99] })
  }
  const { emit } = telemetry
  const sides = ['buy', 'sell'] as const
  for (let i = 0; i < 60; i++) {
    const names = { strategyId: `strategy ${i % 3}`, symbol: i % 2 === 0 ? 'BTC-USDT' : 'XRP/ETH', side: sides[(i >> 2) % 2]! }
    const order = { ...names, orderId: `o${i}`, venue: 'paper' }
    const price = 100 + Math.sin(i) * 3
    emit('marketTick', { symbol: names.symbol, price })
    emit('signalGenerated', { strategyId: names.strategyId, symbol: names.symbol, durationSeconds: 0.00002 * (i + 1) })
    emit('intentReceived', { ...names, quantity: 2 })
    if (i % 7 === 0) {
      emit('intentDenied', { ...names, reason: 'Max position reached', checkSeconds: 0.00003 })
      continue
    }
    emit('intentAllowed', { ...names, checkSeconds: 0.00001 })
    emit('orderPlaced', { ...order, quantity: 2, price, algo: 'twap' })
    emit('orderAcknowledged', { ...order, latencySeconds: 0.002 })
    if (i % 11 === 0) emit('orderRejected', { ...order, reason: 'insufficient balance' })
    else if (i % 13 === 0) emit('orderCancelled', { ...order, reason: 'expired' })
    else {
      emit('orderFilled', {
        ...order, quantity: 2, price: price + 0.02, fee: 0.1, complete: true, latencySeconds: 0.01, arrivalPrice: price, decisionPrice: price, algo: 'twap'
      })
    }
  }
  emit('riskCap', { cap: 'gross', used: 30, limit: 40 })
  emit('circuitBreaker', { breaker: 'volatility', open: true })
  emit('killSwitch', { active: true })
  emit('strategyError', { strategyId: 'strategy 1' })
  emit('journalWritten', { bytes: 4096 })
  return { registry, telemetry, bus, runtime, own, exposition: new Exposition(registry) }
}
