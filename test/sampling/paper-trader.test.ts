import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { syntheticFeed } from '../../examples/paper-trader/feed/feed.js'
import { labelValue } from '../../src/contracts/labels.js'
import { Sampler } from '../../src/sampling/sampler.js'
import { SeriesStore } from '../../src/series/series-store.js'
import { openHost } from '../examples/paper-trader/host.js'
import { everything, listOf } from '../series/samples.js'

const START = Date.UTC(2024, 0, 1)
const HOUR = 3_600_000

/** What is another at each reading, whatever the clock says. */
const moving = /^(process|nodejs|njord_(event_loop|gc|memory))_/

await t.test('an hour of the paper trader at full speed takes less than two bytes a sample, and stays inside its limit', async t => {
  const trader = await openHost(t, syntheticFeed(12, START))
  const registry = trader.app.njordRegistry
  const { clock } = registry
  const options = { registry, job: 'njord', instance: 'host:1' }
  const roomy = new SeriesStore({ clock })
  const narrow = new SeriesStore({ clock, maxBytes: 2 * 2 ** 20 })
  new Sampler({ ...options, store: roomy, intervalMs: 5000 }).start()
  new Sampler({ ...options, store: narrow, intervalMs: 1000 }).start()
  let most = 0
  const stop = clock.every(60_000, () => { most = Math.max(most, narrow.bytes) })
  clock.after(HOUR, () => { trader.replay.stop() })
  await trader.replay.run()
  stop.cancel()

  t.ok(roomy.samplesTotal > 700_000, `${roomy.samplesTotal} samples of ${roomy.size} series`)
  t.ok(roomy.bytes / roomy.samplesTotal < 2, `${(roomy.bytes / roomy.samplesTotal).toFixed(2)} bytes a sample, index and labels among them`)
  t.equal(roomy.evictedSamplesTotal, 0)
  t.ok(most <= narrow.maxBytes, `${most} bytes`)
  t.ok(narrow.evictedSamplesTotal > 1_000_000, `${narrow.evictedSamplesTotal} samples given up`)
  for (const store of [roomy, narrow]) t.strictSame(Object.values(store.refused).filter(count => count > 0), [])

  // What the narrow one still has is what the roomy one has.
  const window = { ...everything, startMs: narrow.completeFromMs }
  const wanted = new Map((await roomy.select(window)).map(series => [series.labels.join('\0'), series]))
  const found = (await narrow.select(window)).filter(({ labels }) => wanted.has(labels.join('\0')))
  t.equal(found.length, wanted.size)
  t.ok(roomy.newestMs - narrow.completeFromMs > HOUR / 6, 'some of the past is whole')
  const differing = found.filter(series => !moving.test(labelValue(series.labels, '__name__'))).filter(series => !isDeepStrictEqual(listOf(series.read()).filter(([atMs]) => atMs % 5000 === 0), listOf(wanted.get(series.labels.join('\0'))!.read())))
  t.strictSame(differing.map(({ labels }) => labels), [])
})
