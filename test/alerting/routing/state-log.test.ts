import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'tap'
import { RoutingMetrics } from '../../../src/alerting/routing/routing-metrics.js'
import { StateLog } from '../../../src/alerting/routing/state-log.js'
import type { StateRecord } from '../../../src/alerting/routing/state-record.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { silentLog } from '../../../src/contracts/log.js'

test('what was appended is in the file at any time, while it is written anew too', async t => {
  const dir = t.testdir({})
  const path = join(dir, 'routing.ndjson')
  const known: StateRecord[] = []
  const log = new StateLog({ dir, clock: new VirtualClock(0), log: silentLog, metrics: new RoutingMetrics(), snapshot: () => known })
  await log.load()
  await log.start()
  const put = (): void => {
    known.push({ noSilence: `m${known.length};${'x'.repeat(1000)}` })
    log.append(known.at(-1)!)
  }
  while (known.length < 4300) put()
  const { ino } = statSync(path)
  // Another thread puts a file in the place of the other: it is looked at whenever that may happen, also while our loop is held.
  let missing: number | undefined
  for (let turns = 0; turns < 2000 && missing === undefined; turns++) {
    put()
    for (const untilMs = performance.now() + 5; performance.now() < untilMs && statSync(path).ino === ino;);
    if (statSync(path).ino !== ino) {
      const written = new Set(Array.from(readFileSync(path, 'utf8').matchAll(/"m(\d+);/g), ([, i]) => Number(i)))
      missing = known.filter((_, i) => !written.has(i)).length
    }
    await nextTurn()
  }
  t.equal(missing, 0)
  await log.close()
})
