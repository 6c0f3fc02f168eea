import Fastify from 'fastify'
import t, { type Test } from 'tap'
import njordJournal from '../../plugins/journal.js'
import njordRegistry from '../../plugins/registry.js'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { checkStrategyMetrics } from '../../src/contracts/strategy-metrics.js'
import type { WindowRecord } from '../../src/contracts/window.js'
import { JournalReader } from '../../src/journal/journal-reader.js'
import { bookMetricNames, booksFromWindows } from '../../src/portfolio/book-journal.js'
import { attribute, type AttributionReport } from '../../src/report/attribution.js'
import type { PerformanceReport } from '../../src/report/performance-report.js'

const startMs = Date.UTC(2022, 0, 1)
const quiet = { http: false, runtime: false, series: false, query: false, dashboard: false } as const
const order = { orderId: 'o', strategyId: 's', symbol: 'BTC', side: 'buy', venue: 'v', quantity: 1, complete: true } as const

async function openHost (t: Test, options: Partial<NjordTelemetryOptions> = {}, journal?: string) {
  const clock = new VirtualClock(startMs)
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  if (journal !== undefined) {
    await app.register(njordRegistry, { clock })
    await app.register(njordJournal, { dir: journal })
  }
  await app.register(njordTelemetry, { enabled: true, clock, portfolio: { portfolioId: 'desk', startingCash: 1000 }, ...quiet, ...options })
  await app.ready()
  const trade = (hours: number) => {
    for (let hour = 0; hour < hours; hour++) {
      app.njord.emit('marketTick', { symbol: 'BTC', price: 100 + hour % 7 })
      app.njord.emit('orderFilled', { ...order, side: hour % 2 === 0 ? 'buy' : 'sell', price: 100 + hour % 7, fee: 0.1, arrivalPrice: 100 })
      clock.advance(3_600_000)
    }
  }
  return { app, clock, trade }
}

t.test('serves attribution, strategies and the report of its books', async t => {
  const { app, trade } = await openHost(t, { performance: { intervalMs: 60_000 } })
  t.match(await app.inject('/attribution'), { statusCode: 503, body: /NJORD_ERR_NO_HISTORY.*recorded nothing/ })
  trade(48)
  const attribution = (await app.inject('/attribution?from=2022-01-01T06:00Z&benchmark=BTC&method=grap&period=hour')).json<AttributionReport>()
  t.match(attribution, { method: 'grap', period: 'hour', from: '2022-01-01T06:00:00.000Z', benchmark: { symbols: ['BTC'] } })
  t.equal(attribution.periods.length, 42)
  t.strictSame(JSON.parse(JSON.stringify(app.njord.attribution({ fromMs: startMs + 6 * 3_600_000, benchmark: ['BTC'], method: 'grap', period: 'hour' }))), attribution, 'in process as well')
  const strategies = (await app.inject('/strategies')).json<{ at: string, portfolio: object, strategies: object[] }>()
  t.match(strategies, { at: '2022-01-03T00:00:00.000Z', portfolio: { portfolioId: 'desk', residual: 0 }, strategies: [{ strategyId: 's', closedTrades: 24 }] })

  const html = await app.inject('/report')
  t.match(html, { statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
  t.match(html.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/)
  const json = (await app.inject('/report?format=json&to=1641081600')).json<PerformanceReport>()
  t.match(json, { attribution: { to: '2022-01-02T00:00:00.000Z' }, statistics: {}, trades: { figures: [{ trades: 12 }] } })
  t.match(await app.inject('/report?format=md'), { headers: { 'content-type': 'text/markdown; charset=utf-8' }, body: /^# Performance of desk/ })
})

t.test('a wrong parameter is told by name, with what was found and expected', async t => {
  const { app, trade } = await openHost(t, { performance: { intervalMs: 60_000 } })
  trade(200)
  for (const [query, message] of [
    ['from=yesterday', 'Parameter from: found "yesterday", expected a time as 2022-01-31, 2022-01-31T12:00Z or seconds since the Unix epoch'],
    ['from=2022-01-02&to=2022-01-02', 'Parameter to: found "2022-01-02", expected a time after from, 2022-01-02T00:00:00.000Z'],
    ['from=2030', 'Parameter from: found 1970-01-01T00:33:50.000Z'],
    ['from=2030-01-01', 'Parameter from: found 2030-01-01T00:00:00.000Z, expected a time within what is recorded, 2022-01-01T00:00:00.000Z to 2022-01-09T08:00:00.000Z'],
    ['to=2021-01-01', 'Parameter to: found 2021-01-01T00:00:00.000Z, expected a time within'],
    ['to=9e99', 'Parameter to: found "9e99"'],
    ['from=99999999999999', 'Parameter from: found "99999999999999"'],
    ['benchmark=ETH', 'Parameter benchmark: found "ETH", expected none, or markets of which prices are recorded: BTC'],
    ['benchmark=,', 'Parameter benchmark: found ",", expected none, or markets separated by commas'],
    ['method=best', 'Parameter method: found "best", expected one of carino, menchero, grap, frongello'],
    ['period=week', 'Parameter period: found "week", expected one of minute, hour, day'],
    ['period=minute', 'Parameter period: found "minute", expected at most 1500 periods'],
    ['methods=grap', 'Parameter methods: found it, expected one of from, to, benchmark, method, period'],
    ['method=grap&method=carino', 'Parameter method: found it twice, expected it once']
  ] as const) {
    const answer = await app.inject(`/attribution?${query}`)
    if (query === 'from=2030') t.equal(answer.statusCode, 200, 'seconds')
    else t.match(answer, { statusCode: 400, body: message.replaceAll('"', '\\"') }, query)
  }
  t.match(await app.inject('/report?format=pdf'), { statusCode: 400, body: 'expected one of html, json, md' })
  t.throws(() => app.njord.attribution({ benchmark: ['ETH'] }), { code: 'NJORD_ERR_BAD_PARAMETER' })
})

t.test('is closed by default, and opened by a token', async t => {
  const { app } = await openHost(t)
  const { app: guarded, trade } = await openHost(t, { performance: { token: 'secret', intervalMs: 60_000 } })
  trade(3)
  for (const path of ['/attribution', '/strategies', '/report']) {
    t.equal((await app.inject({ url: path, remoteAddress: '10.0.0.7' })).statusCode, 403, path)
    t.equal((await guarded.inject(path)).statusCode, 401, path)
    t.equal((await guarded.inject({ url: path, headers: { authorization: 'Bearer secret' } })).statusCode, 200, path)
  }
})

t.test('every strategy is on the bus and in the gauges each second, market or none', async t => {
  const { app, clock } = await openHost(t)
  const heard: unknown[] = []
  app.njord.bus.subscribe('telemetry.strategy', metrics => { heard.push(metrics) })
  app.njord.emit('orderFilled', { ...order, price: 100, fee: 1 })
  app.njord.emit('orderPlaced', { ...order, strategyId: 'z', price: 100 })
  clock.advance(3000)
  t.equal(heard.length, 6)
  t.match(heard.map(checkStrategyMetrics).at(-2), { strategy_id: 's', timestamp_ns: BigInt(startMs + 3000) * 1_000_000n, total_pnl: -1, active_positions: 1, sharpe_ratio: null })
  const { body } = await app.inject('/metrics')
  t.match(body, /^njord_strategy_fees_usd\{strategy_id="s"\} 1$/m)
  t.match(body, /^njord_attribution_residual_usd\{portfolio_id="desk"\} 0$/m)
  t.match(body, /^njord_history_rows 1$/m)
  t.match(body, /^njord_history_max_bytes 33554432$/m)
  t.notMatch(body, /njord_strategy_sharpe_ratio\{|njord_strategy_profit_factor\{/, 'what is undefined yet has no series')
  await app.close()
  clock.advance(3000)
  t.equal(heard.length, 6)
})

t.test('keeps out of the way: false, no books, a prefix, off', async t => {
  const off = await openHost(t, { performance: false })
  t.equal((await off.app.inject('/report')).statusCode, 404)
  off.trade(2)
  t.equal(off.app.njord.attribution().strategies.length, 1, 'in process it is there')
  const bookless = await openHost(t, { portfolio: undefined })
  t.throws(() => bookless.app.njord.attribution(), { code: 'NJORD_ERR_NO_HISTORY' })
  t.equal((await bookless.app.inject('/report')).statusCode, 404)
  const { app } = await openHost(t, { performance: { prefix: '/njord' } })
  t.equal((await app.inject('/njord/strategies')).statusCode, 200)
  const disabled = await openHost(t, { enabled: false })
  t.equal((await disabled.app.inject('/report')).statusCode, 404)
  for (const [options, message] of [
    [{ performance: { timeZone: 'Europe/Atlantis' } }, /performance\.timeZone: found "Europe\/Atlantis", expected a time zone/],
    [{ performance: { intervalMs: 1 } }, /performance\.intervalMs/],
    [{ portfolio: undefined, performance: {} }, /performance: there are no books/],
    [{ portfolio: { portfolioId: 'x', startingCash: 1, history: { resolution: '3m' as '1m' } } }, /portfolio\.history\.resolution/]
  ] as const) await t.rejects(openHost(t, options), { code: 'NJORD_ERR_INVALID_OPTION', message })
})

t.test('a journal that is there before has the books too, and they are read back as they were', async t => {
  const dir = t.testdir({})
  const { app, trade } = await openHost(t, { performance: { intervalMs: 60_000 } }, dir)
  trade(30)
  const live = app.njord.attribution({ period: 'hour' })
  await app.close()
  const windows: WindowRecord[] = []
  for await (const record of new JournalReader({ dir }).read({ name: bookMetricNames, from: 0, to: 4e12, resolution: '1m' })) windows.push(record)
  const [books, ...others] = booksFromWindows(windows)
  t.equal(others.length, 0)
  const { notes, ...read } = attribute(books!, { period: 'hour', toMs: Date.parse(live.to) })!
  const { notes: _, ...was } = live
  t.strictSame(read, was)
  t.match(notes, ['Read from a journal, which has no trades.'])
})
