import t, { type Test } from 'tap'
import { linkMethods } from '../../src/attribution/linking.js'
import { attribute, type AttributionReport } from '../../src/report/attribution.js'
import type { BookRecord } from '../../src/portfolio/book-record.js'
import { startMs, tradedLedger } from './books.js'

const { ledger } = tradedLedger()
const record = ledger.record()
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const near = (t: Test, found: number, wanted: number, size: number, what: string) => {
  t.ok(Math.abs(found - wanted) <= 1e-9 * size, `${what}: ${found} is ${wanted}`)
}

/** Parts sum to the whole: by strategy, by effect, by period, and linked. */
export function partsSum (t: Test, report: AttributionReport): void {
  const { strategies, effects, cash, residual, total, periods, linked, startEquity, endEquity, brinson } = report
  near(t, endEquity - startEquity, total, startEquity, 'change of the equity')
  near(t, sum(strategies.map(({ net }) => net)) + cash + residual, total, startEquity, 'by strategy')
  near(t, effects.trading + effects.fees + effects.funding + effects.costs + cash + residual, total, startEquity, 'by effect')
  near(t, sum(periods.map(period => period.total)), total, startEquity, 'by period')
  for (const period of periods) near(t, sum(period.nets) + period.cash + period.residual, period.total, startEquity, period.from)
  if (linked !== null) near(t, sum(strategies.map(({ contribution }) => contribution!)) + linked.cash + linked.residual, report.totalReturn!, 1, 'linked')
  if (brinson !== null) {
    near(t, sum(brinson.rows.map(row => row.total)) + brinson.residual, brinson.activeReturn, 1, 'Brinson')
    near(t, brinson.portfolioReturn - brinson.benchmarkReturn, brinson.activeReturn, 1, 'active return')
    near(t, brinson.portfolioReturn, report.totalReturn!, 1, 'the return of the portfolio')
    near(t, brinson.benchmarkReturn, report.benchmark.totalReturn!, 1, 'the return of the benchmark')
  }
}

for (const method of linkMethods) {
  for (const period of ['day', 'hour'] as const) {
    t.test(`parts sum to the change of the equity: ${method}, by ${period}`, async t => {
      const report = attribute(record, { method, period })!
      partsSum(t, report)
      t.match(report, { method, period, missing: [] })
      t.ok(Math.abs(report.residual) < 1e-8)
      t.ok(report.effects.fees < 0 && report.effects.costs < 0 && report.effects.funding !== 0 && report.cash === 5)
    })
  }
}

t.test('a strategy that made the money is told so, and the market beside it', async t => {
  const { periods, market, factors, risk, benchmark, strategies } = attribute(record, { benchmark: ['BTC'] })!
  t.equal(periods.length, 20)
  t.strictSame(benchmark.symbols, ['BTC'])
  t.strictSame(market.map(({ strategyId }) => strategyId), [null, 'carry', 'trend'])
  const beta = market[1]!.fit!.beta
  t.ok(beta.low.value! < beta.value && beta.value < beta.high.value!)
  t.match(market[0]!.fit!.notes, [/^20 observations: fewer than 30/])
  near(t, sum(factors!.rows.map(({ contribution }) => contribution)) + factors!.alphaContribution + factors!.residual, factors!.total, 1, 'factors')
  t.equal(factors!.observations, 15)
  near(t, sum(risk.strategies.map(({ componentRisk }) => componentRisk.value!)), risk.volatility.value!, 1, 'interest hardly moves')
  t.strictSame(strategies.map(({ strategyId }) => strategyId), ['carry', 'trend'])
})

t.test('a part of the time is the part of what happened in it', async t => {
  const middleMs = startMs + 7.3 * 86_400_000
  const [whole, before, after] = [{}, { toMs: middleMs }, { fromMs: middleMs }].map(part => attribute(record, { ...part, period: 'hour' })!) as [AttributionReport, AttributionReport, AttributionReport]
  partsSum(t, before)
  near(t, before.total + after.total, whole.total, 10_000, 'PnL')
  near(t, (1 + before.totalReturn!) * (1 + after.totalReturn!), 1 + whole.totalReturn!, 1, 'returns')
})

t.test('days are those of the time zone, and their number tells which periods are taken', async t => {
  const oslo = attribute(record, {}, { timeZone: 'Europe/Oslo' })!
  t.equal(oslo.periods.length, 21)
  t.equal(oslo.periods[1]!.from, '2022-01-03T23:00:00.000Z')
  partsSum(t, oslo)
  const lengths = [[20, 'day'], [3, 'hour'], [0.2, 'minute']] as const
  for (const [days, period] of lengths) t.equal(attribute(record, { toMs: startMs + days * 86_400_000 })!.period, period)
  t.equal(attribute(record, {}, { daysPerYear: 252 })!.periodsPerYear, 252)
})

t.test('what is not there is told, and is no 0', async t => {
  t.equal(attribute(record, { fromMs: startMs + 1e12 }), undefined)
  t.equal(attribute(record, { toMs: startMs - 1 }), undefined)
  const wide = attribute(record, { fromMs: 0, toMs: 4e12, benchmark: ['BTC', 'DOGE'] })!
  t.match(wide.notes, [/^What is recorded begins at 2022-01-03/, /^What is recorded ends at/, 'No price is recorded of DOGE.', /^20 days: too few/])
  const none = attribute(record, { benchmark: [] })!
  t.match(none, { benchmark: { symbols: [], totalReturn: null }, brinson: null, factors: null, market: [] })
  t.ok(none.periods.every(({ benchmarkReturn }) => benchmarkReturn === null))
  partsSum(t, none)
})

t.test('a residual is told when the books do not agree', async t => {
  const [equity, ...others] = record.portfolio
  const wrong: BookRecord = { ...record, portfolio: [equity!.map((value, row) => row > equity!.length / 2 ? value + 12.5 : value), ...others] }
  const report = attribute(wrong)!
  partsSum(t, report)
  near(t, report.residual, 12.5, 100, 'residual')
  t.ok(report.linked!.residual > 0.001)
})

t.test('the equity may be gone: PnL is told, what cannot be linked is not', async t => {
  const [equity, ...others] = record.portfolio
  const report = attribute({ ...record, portfolio: [equity!.map((value, row) => row > equity!.length / 2 ? -1 : value), ...others] })!
  t.match(report, { linked: null, reason: 'no capital', brinson: null })
  t.ok(report.strategies.every(({ contribution }) => contribution === null))
  t.match(report.periods.at(-1), { return: null })
})

t.test('the answer is JSON: nothing that JSON has not', async t => {
  const report = attribute(record)!
  t.strictSame(JSON.parse(JSON.stringify(report)), JSON.parse(JSON.stringify(report, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('not finite')
    if (ArrayBuffer.isView(value)) throw new Error('a typed array')
    return value
  })))
})
