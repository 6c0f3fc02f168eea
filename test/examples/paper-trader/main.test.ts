import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { curlBody, curlUrl, postJson, startExample } from '../process.js'
import { Scrape } from '../scrape.js'
import { booksBalance } from './books.js'

const start = (t: Test, ...args: string[]) => startExample(t, 'paper-trader/main.ts', args)

await t.test('trades live, takes a trade over HTTP, and sums up when it is interrupted', async t => {
  const session = start(t, '--port', '0')
  const [metricsUrl, tradeUrl, body] = [await curlUrl(session, 'metrics'), await curlUrl(session, 'trade'), await curlBody(session, 'trade')]
  // Right after the start there may be no price yet: then the answer is a denial.
  let answer = await postJson(tradeUrl, body)
  while (answer.status === 200) answer = await postJson(tradeUrl, body)
  t.match(answer, { status: 202, body: { intentId: /^manual-/, allowed: true, orderId: /^order-/ } })
  const metrics = new Scrape(await (await fetch(metricsUrl)).text())
  t.equal(metrics.sum('njord_orders_total', { strategy_id: 'manual' }), 1)
  t.ok(metrics.sum('njord_market_ticks_total') > 0)
  session.interrupt('SIGINT')
  const { code, output, errors } = await session.ended()
  t.equal(code, 0)
  t.equal(errors, '')
  t.match(output, /^ {2}report {5}http:\S+\/report$/m)
  t.match(output, /^portfolio +\d/m)
  t.match(output, /^intents {2}\d+ allowed, \d+ denied/m)
})

await t.test('replays a file to its end and exits', async t => {
  const dir = t.testdir({ 'a-b.csv': 'timestamp_ms,id,side,price,amount\n0,1,buy,10,1\n60000,2,sell,11,1\n' })
  const { code, output, errors } = await start(t, '--port', '0', '--feed', join(dir, 'a-b.csv'), '--speed', 'max', '--exit-at-end').ended()
  t.equal(code, 0)
  t.equal(errors, '')
  t.match(output, 'Trading on paper: trades of a-b.csv (A/B)')
  t.match(output, '2 ticks of trades of a-b.csv: 60.0 s of market time in ')
})

await t.test('answers and keeps its metrics after the end of the feed until it is terminated', async t => {
  const session = start(t, '--port', '0', '--speed', 'max', '--ticks', '5000')
  const [, url] = await session.printed(/The market is closed\. (http:\S+) stays/)
  booksBalance(t, new Scrape(await (await fetch(url!)).text()))
  session.interrupt('SIGTERM')
  const { code, output } = await session.ended()
  t.equal(code, 0)
  t.equal(output.match(/^portfolio/gm)!.length, 1, 'it sums up once')
})

await t.test('a busy port is one line and exit code 1', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const { code, output, errors } = await start(t, '--port', String(port)).ended()
  t.equal(code, 1)
  t.equal(output, '')
  t.equal(errors, `paper-trader: Cannot listen on 127.0.0.1:${port}: the port is in use; --port N takes another one, 0 any that is free\n`)
})

await t.test('a feed that cannot be used is one line and exit code 1, before anything listens', async t => {
  const dir = t.testdir({ 'a-b.csv': 'timestamp_ms,id,side,price,amount\n0,1,buy,10,1\n1,2,buy,ten,1\n' })
  const path = join(dir, 'a-b.csv')
  const { code, output, errors } = await start(t, '--port', '0', '--feed', path).ended()
  t.equal(code, 1)
  t.equal(output, '')
  t.equal(errors, `paper-trader: ${path}:3: found price "ten", expected a number above 0\n`)
})

await t.test('files and folders that cannot be used are one line that names the option, before anything listens', async t => {
  const dir = t.testdir({ file: '' })
  const cases = [
    ['--data', join(dir, 'file'), 'cannot write to .*file: it is a file; expected a folder'],
    ['--data', join(dir, 'file/below'), 'cannot write to .*below: it lies below a file'],
    ['--rules', join(dir, 'nope.yml'), 'found no file .*nope.yml'],
    ['--routes', join(dir, 'nope.yml'), 'cannot read .*nope.yml: there is no such file; expected an alertmanager.yml']
  ] as const
  await Promise.all(cases.map(async ([option, path, message]) => {
    const { code, output, errors } = await start(t, '--port', '0', option, path).ended()
    t.strictSame([code, output], [2, ''])
    t.match(errors, new RegExp(`^paper-trader: ${option}: ${message}.*\\n$`))
  }))
})

await t.test('says where queries and alerts are, and alerts lead to the host', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  const dir = t.testdir({ 'rules.yaml': 'groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(42) > 1}]}]' })
  const session = start(t, '--port', String(port), '--rules', join(dir, 'rules.yaml'))
  t.match(await (await fetch((await session.printed(/queries +curl '(http\S+)'/))[1]!)).json(), { status: 'success' })
  t.match(await (await fetch(await curlUrl(session, 'rules'))).json(), { data: { groups: [{ rules: [{ name: 'Always' }] }] } })
  t.type(await (await fetch(await curlUrl(session, 'told'))).json(), Array)
  const alertsUrl = await curlUrl(session, 'alerts')
  let alerts: Array<{ generatorURL: string }> = []
  while (alerts.length === 0) alerts = await (await fetch(alertsUrl)).json() as typeof alerts
  t.ok(alerts[0]!.generatorURL.startsWith(`http://127.0.0.1:${port}/`))
  t.match(await (await fetch(alerts[0]!.generatorURL)).json(), { data: { result: [{ value: [Number, '42'] }] } })
})

await t.test('a wrong option is one line and exit code 2', async t => {
  const { code, output, errors } = await start(t, '--port', 'http').ended()
  t.equal(code, 2)
  t.equal(output, '')
  t.equal(errors, 'paper-trader: --port: found "http", expected a whole number from 0 to 65535\n')
})

await t.test('--help explains itself', async t => {
  const { code, output } = await start(t, '--help').ended()
  t.equal(code, 0)
  t.match(output, 'Usage: npm start -- [options]')
})
