import { spawnSync } from 'node:child_process'
import { Counter as PromCounter, Registry, collectDefaultMetrics } from 'prom-client'
import t from 'tap'
import { Exposition } from '../../src/exposition/exposition.js'
import type { PromRegistry } from '../../src/metrics/prom-bridge.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { tradingHost } from './trading-host.js'

/** What `promtool check metrics` says of a text, line by line, and its exit code. */
function promtool (text: string | Buffer): { code: number | null, complaints: string[] } {
  const { status, stderr, stdout, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
  if (error !== undefined) throw error
  return { code: status, complaints: `${stdout}${stderr}`.split('\n').filter(line => line !== '') }
}

t.test('promtool has no complaint about a full scrape beyond names that the seeds fix', async t => {
  const { exposition, own, runtime } = tradingHost()
  runtime.start()
  t.teardown(async () => { await runtime.close() })
  for (const value of ['plain', '"', '\\', '\n', '__proto__', '', 'ü😀', '\u2028', 'a\r\nb']) own.quotes.inc({ text: value })
  for (const [i, value] of [NaN, Infinity, -Infinity, -0, 1e21, 5e-324, -1.2345678901234567e-6].entries()) own.numbers.set({ kind: i }, value)
  own.wait.observe({ what: 'x' }, 0.5)
  own.spread.observe(3)
  const { code, complaints } = promtool((await exposition.scrape()).body)
  // The first seed names it so (phase 9.3).
  t.strictSame(complaints, ['njord_memory_usage_mb metric names should not contain abbreviated units'])
  t.equal(code, 3, 'that is a complaint, and no error')
})

t.test('nor about the metrics of a host that uses prom-client', async t => {
  const host = new Registry()
  collectDefaultMetrics({ register: host })
  new PromCounter({ name: 'theirs_total', help: 'Theirs.', labelNames: ['a'], registers: [host] }).inc({ a: '"\\\n' })
  const registry = new MetricRegistry({ registry: host as unknown as PromRegistry })
  const ours = promtool((await new Exposition(registry).scrape()).body)
  const theirs = promtool(await host.metrics())
  t.strictSame(ours.complaints.sort(), theirs.complaints.sort(), 'what it says of prom-client\'s own names it says of them alone')
  host.clear()
})

t.test('promtool does complain when there is a reason', async t => {
  t.not(promtool('m{a="x} 1\n').code, 0)
})
