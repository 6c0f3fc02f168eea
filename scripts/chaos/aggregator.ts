/**
 * The aggregator of the fault test. On a line `read` it says what it shows; on a line `drain` it hands every window to the
 * journal first. Arguments: Redis's URL, the journal's folder.
 */
import { createInterface } from 'node:readline'
import { startAggregator } from '../../plugins/start-aggregator.js'
import type { CounterFamily } from '../../src/metrics/counter.js'
import type { HistogramFamily } from '../../src/metrics/histogram.js'

const [redis, journal] = process.argv.slice(2) as [string, string]
const { aggregator } = await startAggregator({ redis, journal, listen: { port: 0 }, graceMs: 2000, silentMs: 3000 })

for await (const line of createInterface(process.stdin)) {
  if (line === 'drain') {
    await aggregator.drain()
    process.stdout.write('drained\n')
  } else {
    process.stdout.write(`${JSON.stringify(shown())}\n`)
  }
}

/** By metric and labels: a counter's total, or a histogram's sum and buckets. */
function shown (): Record<string, number[]> {
  const totals: Record<string, number[]> = {}
  for (const family of aggregator.registry.families()) {
    if (!family.name.startsWith('chaos_')) continue
    family.series.forEach((series, slot) => {
      if (series === undefined) return
      const key = [family.name, ...family.valuesOf(slot)].join(' ')
      if (family.type === 'counter') {
        totals[key] = [(series as CounterFamily['series'][number] & object).value]
      } else if (family.type === 'histogram') {
        const { sum, counts } = (series as HistogramFamily['series'][number] & object).read()
        totals[key] = [sum, ...counts]
      }
    })
  }
  return totals
}
