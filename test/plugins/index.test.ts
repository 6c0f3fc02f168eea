import Fastify from 'fastify'
import t from 'tap'
import * as entry from '../../plugins/index.js'
import * as core from '../../src/index.js'

await t.test('the default export is the plugin, under its name too', async t => {
  t.equal(entry.default, entry.njordTelemetry)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  // What `require` gives: a namespace with a default export.
  app.register(entry as unknown as typeof entry.default, { enabled: true })
  t.match((await app.inject('/metrics')).body, /^njord_build_info\{version="0.1.0"} 1$/m)
})

await t.test('every part is a plugin that is usable alone', async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  for (const part of [
    entry.njordRegistry, entry.njordSeries, entry.njordQueryApi, entry.njordHttpMetrics, entry.njordRuntimeMetrics, entry.njordBus, entry.njordExporter
  ]) {
    app.register(part as typeof entry.njordRegistry)
  }
  t.equal((await app.inject('/metrics')).statusCode, 200)
})

await t.test('the core comes along', async t => {
  for (const [name, value] of Object.entries(core)) t.equal((entry as Record<string, unknown>)[name], value, name)
})

await t.test('every error has its code', async t => {
  for (const [code, NjordError] of Object.entries(entry.errors)) t.equal(new NjordError('a', 'b', 'c').code, code)
})
