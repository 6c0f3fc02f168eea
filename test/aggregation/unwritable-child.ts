/**
 * A host that keeps a journal, a state and a spool in a folder, and may not write to it: `unwritable-child.ts DIR`. Its log
 * goes to standard output; a line `metrics` on standard input asks for its metrics, and `close` ends it.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Fastify from 'fastify'
import aggregator from '../../plugins/aggregator.js'
import bus from '../../plugins/bus.js'
import exporter from '../../plugins/exporter.js'
import journal from '../../plugins/journal.js'
import publisher from '../../plugins/publisher.js'
import registry from '../../plugins/registry.js'
import { counter, day } from '../journal/records.js'

const dir = process.argv[2]!
const nobody = 65_534
// Nothing is forbidden to root. What has been loaded until here, nobody need be able to read.
if (process.getuid!() === 0) {
  process.setegid!(nobody)
  process.seteuid!(nobody)
}
const app = Fastify({ logger: { level: 'info', stream: process.stdout } })
await app.register(registry)
await app.register(bus)
await app.register(journal, { dir, retryMs: 30, maxQueuedWindows: 500 })
await app.register(publisher, { instance: 'one', flushMs: 30, fullEvery: 5, spool: join(dir, 'spool') })
await app.register(aggregator, { sink: app.njordJournal, state: join(dir, 'aggregator', 'state.ndjson'), graceMs: 0 })
await app.register(exporter)
await app.ready()

let minute = 0
const writing = setInterval(() => {
  app.njordJournal.write(Array.from({ length: 100 }, () => counter(day + minute++ % 1440 * 60_000, 1)))
  // It is over when the journal can be written to, and not before.
  app.njordAggregator.drain()
}, 20)

for await (const line of createInterface(process.stdin)) {
  if (line === 'close') break
  const merged = await app.inject('/metrics/merged')
  process.stdout.write(`${JSON.stringify({ metrics: (await app.inject('/metrics')).body + merged.body })}\n`)
}
clearInterval(writing)
const { body } = await app.inject('/metrics')
await app.close()
process.stdout.write(`${JSON.stringify({ metrics: body, end: true })}\n`)
process.stdin.destroy()
if (process.getuid!() === 0) process.seteuid!(0) // coverage is written at the end
