import t from 'tap'
import { loadRules } from '../../../src/alerting/rules/load-rules.js'
import { EventLoopMetrics } from '../../../src/instrumentation/event-loop-metrics.js'
import { HttpMetrics } from '../../../src/instrumentation/http-metrics.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { njordPack } from '../../../src/packs/njord/pack.js'
import { mountPack } from '../../../src/packs/pack.js'
import type { Expr, VectorSelector } from '../../../src/promql/ast.js'

/** What a scrape adds by itself. */
const target = ['__name__', 'job', 'instance', 'le']

function selectorsOf (value: unknown): VectorSelector[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(selectorsOf)
  return (value as Expr).kind === 'vectorSelector' ? [value as VectorSelector, ...inner] : inner
}

await t.test('every metric and label that the shipped rules name is declared', async t => {
  const clock = new VirtualClock()
  const registry = new MetricRegistry({ clock })
  mountPack(njordPack, registry, { clock })
  t.ok([new HttpMetrics(registry), new EventLoopMetrics({ instruments: registry, clock })])
  const declared = new Map<string, readonly string[]>([['up', []]])
  for (const { name, labelNames, type } of registry.families()) {
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) declared.set(name + suffix, labelNames)
  }
  const groups = await loadRules(['config/alerts.yaml', 'config/rules/*.yaml'])
  const rules = groups.flatMap(group => group.rules)
  for (const rule of rules) if (rule.kind === 'recording') declared.set(rule.name, ['job'])
  t.ok(rules.length >= 16)
  for (const { name, expr, query } of rules) {
    for (const selector of selectorsOf(expr)) {
      const metric = selector.name
      t.ok(declared.has(metric), `${name}: ${metric} in ${query}`)
      for (const matcher of selector.matchers) {
        t.ok([...target, ...declared.get(metric) ?? []].includes(matcher.name), `${name}: label ${matcher.name} of ${metric}`)
      }
    }
    for (const [, label] of JSON.stringify(rules.find(rule => rule.name === name)).matchAll(/\$labels\.(\w+)/g)) {
      const known = selectorsOf(expr).flatMap(({ name }) => declared.get(name) ?? [])
      t.ok([...target, ...known].includes(label!), `${name}: $labels.${label}`)
    }
  }
})
