import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import njordJournal from '../../plugins/journal.js'
import njordRegistry from '../../plugins/registry.js'
import njordTelemetry from '../../plugins/telemetry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { run } from '../../src/cli/run.js'
import { Journal } from '../../src/journal/journal.js'
import type { PerformanceReport } from '../../src/report/performance-report.js'
import { startMs, tradedLedger } from '../report/books.js'

async function cli (...args: string[]) {
  let [out, progress] = ['', '']
  const outcome = await run(['report', ...args], { out: text => { out += text }, progress: text => { progress += text } })
  return { out, progress, code: 'code' in outcome ? outcome.code : undefined }
}

const quiet = { http: false, runtime: false, series: false, query: false, dashboard: false } as const

t.test('help, and a wrong command line', async t => {
  t.match(await cli('--help'), { code: 0, out: /^Usage: njord-telemetry report --url URL \| --journal DIR/ })
  const dir = t.testdir({})
  for (const [args, message] of [
    [[], /--url URL of a running host, or --journal DIR/], [['--url', 'http://x', '--journal', dir], /--url URL of a running host, or/],
    [['--url', 'ftp://x'], /--url ftp:\/\/x: expected the address of a host/], [['--url', 'http://x', '--out', 'a.pdf'], /--out a\.pdf: expected a name that ends in \.html/],
    [['--journal', join(dir, 'none')], /there is no such directory/], [['--form', 'x'], /--form/],
    [['--journal', dir, '--from', 'bogus'], /^njord-telemetry report: --from: found "bogus", expected a time as 2022-01-31, 2022-01-31T12:00Z or seconds/],
    [['--url', 'http://127.0.0.1:1', '--to', ''], /--to: found "", expected a time/], [['--journal', dir, '--from', '2', '--to', '1'], /--to: found "1", expected a time after/],
    [['--journal', dir, '--method', 'best'], /--method: found "best", expected one of/], [['--journal', dir, '--period', 'week'], /--period: found "week"/],
    [['--journal', dir, '--time-zone', 'Mars/Base'], /--time-zone: found "Mars\/Base", expected a name as in/],
    [['--url', 'http://127.0.0.1:1', '--time-zone', 'UTC'], /--time-zone is for a --journal/]
  ] as Array<[string[], RegExp]>) t.match(await cli(...args), { code: 2, progress: message })
  t.match(await cli('--journal', dir), { code: 1, progress: /has no books of that time/ })
})

t.test('a running host: Markdown to standard output, files by their names, the same numbers in all', async t => {
  const clock = new VirtualClock(startMs)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordTelemetry, {
    enabled: true, clock, portfolio: { portfolioId: 'desk', startingCash: 1000 }, ...quiet, performance: { token: 'secret', intervalMs: 60_000 }
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.match(await cli('--url', url), { code: 1, progress: /wants a token: set NJORD_METRICS_TOKEN/ })
  process.env['NJORD_METRICS_TOKEN'] = 'secret'
  t.teardown(() => { delete process.env['NJORD_METRICS_TOKEN'] })
  t.match(await cli('--url', url), { code: 1, progress: /answers 503: There is nothing to query: the books have recorded nothing/ })
  for (let hour = 0; hour < 60; hour++) {
    app.njord.emit('marketTick', { symbol: 'BTC', price: 100 + hour % 7 })
    app.njord.emit('orderFilled', {
      orderId: 'o', strategyId: 's', symbol: 'BTC', side: hour % 2 === 0 ? 'buy' : 'sell', venue: 'v', quantity: 1, complete: true, price: 100 + hour % 7, fee: 0.1
    })
    clock.advance(3_600_000)
  }
  t.match(await cli('--url', `${url}/`), { code: 0, out: /^# Performance of desk\n/, progress: /^asking http/ })
  const dir = t.testdir({})
  const [html, json, md] = ['html', 'json', 'md'].map(kind => join(dir, `report.${kind}`)) as [string, string, string]
  for (const file of [html, json, md]) t.match(await cli('--url', url, '--from', '2022-01-03T02:00', '--method', 'menchero', '--out', file), { code: 0, out: '', progress: /wrote .*report\./ })
  const report = JSON.parse(await readFile(json, 'utf8')) as PerformanceReport
  t.match(report.attribution, { method: 'menchero', from: '2022-01-03T02:00:00.000Z' })
  t.match(await readFile(html, 'utf8'), `<data value="${report.attribution.total}" data-path="attribution.total"`)
  t.match(await readFile(md, 'utf8'), /^# Performance of desk/)
  t.match(await cli('--url', url, '--benchmark', 'ETH', '--quiet'), { code: 1, progress: /^njord-telemetry report: http\S+ answers 400: Parameter benchmark: found "ETH"/ })
})

t.test('what is no host, or none of ours, is told in one line', async t => {
  t.match(await cli('--url', 'http://127.0.0.1:1'), { code: 1, progress: /no answer from http:\/\/127\.0\.0\.1:1: \S/ })
  for (const [body, message] of [['hello', /not with a report of njord-telemetry/], ['{}', /not with a report/]] as const) {
    const server = createServer((_, response) => { response.end(body) }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => { server.close() })
    t.match(await cli('--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`), { code: 1, progress: message })
  }
})

t.test('a journal: of one portfolio or of several', async t => {
  const dir = t.testdir({})
  const journal = await Journal.open({ dir })
  tradedLedger({ days: 4, history: { sink: journal } })
  await journal.flush()
  const one = await cli('--journal', dir, '--period', 'day', '--time-zone', 'Europe/Oslo')
  t.match(one, { code: 0, out: /^# Performance of desk\n/, progress: /^reading / })
  t.equal(one.out.match(/^\| 2022-01-0\d \| [−+0]/gm)!.length, 4, 'days of Oslo')
  t.match(one.out, /Read from a journal, which has no trades/)
  t.match(await cli('--journal', dir, '--from', '2022-01-05', '--to', '2022-01-06'), { code: 0, out: /2022-01-05 to 2022-01-06 \(UTC\)/ })
  t.match(await cli('--journal', dir, '--benchmark', 'DOGE'), { code: 2, progress: /--benchmark: found "DOGE", expected none, or markets/ })
  t.match(await cli('--journal', dir, '--portfolio', 'none'), { code: 1, progress: /no books of that time of none; it has desk/ })
  const { name, labels, ...window } = { name: 'njord_books_equity_usd', labels: { portfolio_id: 'second', run: 'r' }, type: 'gauge', resolution: '1m', avg: 1, min: 1, max: 1, last: 1, count: 1, sum: 1 } as const
  journal.write([{ ...window, name, labels, startMs, endMs: startMs + 60_000 }])
  await journal.close()
  t.match(await cli('--journal', dir), { code: 2, progress: /--portfolio ID is missing: the journal has desk, second/ })
  const file = join(dir, '1m', '2022-01-03.ndjson')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text !== undefined) {
    await writeFile(file, `${text}not a line\n`)
    t.match(await cli('--journal', dir, '--portfolio', 'desk'), { code: 0, progress: /damaged/ })
  }
})

t.test('a journal of several sessions: what they made is added up, and the newest can be had alone', async t => {
  const dir = t.testdir({ journal: {} })
  const clock = new VirtualClock(startMs)
  const made: number[] = []
  const begun: number[] = []
  for (const price of [120, 90]) {
    const app = Fastify()
    await app.register(njordRegistry, { clock })
    await app.register(njordJournal, { dir: join(dir, 'journal') })
    await app.register(njordTelemetry, { enabled: true, clock, portfolio: { portfolioId: 'desk', startingCash: 1000 }, ...quiet, performance: { intervalMs: 60_000 } })
    await app.ready()
    const { emit, ledger } = app.njord
    begun.push(clock.nowMs())
    const order = { orderId: 'o', strategyId: 's', symbol: 'BTC', side: 'buy', venue: 'v', quantity: 1, complete: true, fee: 1 } as const
    emit('orderFilled', { ...order, price: 100 })
    clock.advance(20 * 60_000)
    emit('marketTick', { symbol: 'BTC', price })
    made.push(ledger!.equity() - 1000)
    await app.close()
    clock.advance(3_600_000)
  }
  t.strictSame(made, [19, -11])
  const file = join(dir, 'report.json')
  const attribution = async (...args: string[]) => {
    t.match(await cli('--journal', join(dir, 'journal'), '--out', file, ...args), { code: 0 })
    return (JSON.parse(await readFile(file, 'utf8')) as PerformanceReport).attribution
  }
  const both = await attribution()
  t.match(both, { startEquity: 1000, endEquity: 1008, total: 8, residual: 0, strategies: [{ net: 8 }], notes: [/no trades/, /^2 sessions, the last begun at 2022-01-03 01:20/] })
  t.match(await attribution('--from', new Date(begun[1]!).toISOString()), { startEquity: 1000, endEquity: 989, total: -11, residual: 0, notes: [/no trades/, /too few/] })
  t.match(await attribution('--to', new Date(begun[1]!).toISOString()), { startEquity: 1000, endEquity: 1019, total: 19, residual: 0 })
})
