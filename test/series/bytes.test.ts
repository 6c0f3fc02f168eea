import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { labelsOf } from '../../src/contracts/labels.js'
import { SeriesStore } from '../../src/series/series-store.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

async function usedBytes (): Promise<number> {
  // Twice, each on a stack of its own: the store of the test before is let go of some turns later.
  for (let i = 0; i < 2; i++) {
    await nextTurn()
    collectGarbage()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Labels of the i-th series, where few series share a value, where many do, and where each value is long. */
const kinds: Readonly<Record<string, (i: number) => Record<string, string>>> = {
  unique: i => ({ __name__: 'orders_total', id: `order-${i}` }),
  histogram: i => ({ __name__: 'latency_bucket', route: `/r${Math.floor(i / 12)}`, le: String(i % 12) }),
  long: i => ({ __name__: 'm', text: `${i} ${'ü😀'.repeat(100)}` })
}

for (const [kind, labels] of Object.entries(kinds)) {
  await t.test(`the bytes that it says are those that it takes: ${kind}`, async t => {
    const before = await usedBytes()
    const store = new SeriesStore({ maxBytes: 2 ** 30 })
    for (let i = 0; i < 20_000; i++) store.append(labelsOf({ ...labels(i), job: 'njord', instance: 'host:1' }), 0, i)
    const taken = await usedBytes() - before
    const ratio = store.bytes / taken
    t.ok(ratio > 0.85 && ratio < 1.15, `says ${store.bytes}, takes ${taken}`)
  })
}
