import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import journal from '../../plugins/journal.js'
import registry from '../../plugins/registry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { counter, day, dayMs, readAll, scratch } from '../journal/records.js'

t.test('keeps windows, and keeps to the policy by the registry\'s clock', async t => {
  const dir = await scratch(t)
  const retention = join(dir, 'policy.yaml')
  await writeFile(retention, 'retention: { raw_metrics: [{ resolution: 1m, retention_days: 2 }], cleanup_schedule: "0 2 * * *" }')
  const clock = new VirtualClock(day)
  const app = Fastify()
  await app.register(registry, { clock })
  await app.register(journal, { dir, retention, fsync: 'always' })
  await app.ready()
  app.njordJournal.write([counter(day, 3)])
  await app.njordJournal.flush()
  const advanceUntil = async (files: string[]): Promise<void> => {
    for (let i = 0; (await readdir(join(dir, '1m'))).join() !== files.join(); i++) {
      if (i > 20_000) throw new Error(`there is ${(await readdir(join(dir, '1m'))).join()}`)
      clock.advance(60_000)
      await setImmediate()
    }
  }
  await advanceUntil(['2026-11-20.ndjson.gz'])
  t.ok(clock.nowMs() >= day + dayMs + 2 * 3_600_000)
  t.equal((await readAll(dir)).records.length, 1)
  await advanceUntil([])
  t.ok(clock.nowMs() >= day + 3 * dayMs)
  await app.close()
})

t.test('a wrong option is named; a journal is registered once', async t => {
  const dir = await scratch(t)
  for (const [options, message] of [[{}, /^Option dir: it is missing/], [{ dir, fsync: 'often' }, /^Option fsync: found "often", expected "always" or/],
    [{ dir, maxQueuedWindows: 0 }, /^Option maxQueuedWindows/], [{ dir, sync: true }, /^Option sync: there is no such option/]] as Array<[{ dir: string }, RegExp]>) {
    const app = Fastify()
    await app.register(registry)
    await t.rejects(async () => { await app.register(journal, options) }, { code: 'NJORD_ERR_INVALID_OPTION', message })
    await app.close()
  }
  const app = Fastify()
  await app.register(registry)
  await t.rejects(async () => { await app.register(journal, { dir, retention: join(dir, 'none.yaml') }) }, { code: 'NJORD_ERR_RETENTION_POLICY' })
  await app.close()
  const twice = Fastify()
  await twice.register(registry)
  await twice.register(journal, { dir })
  await t.rejects(async () => { await twice.register(journal, { dir }) }, { code: 'NJORD_ERR_ALREADY_REGISTERED' })
  await twice.close()
})
