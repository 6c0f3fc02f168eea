import t from 'tap'
import { linkMethods } from '../../../src/attribution/linking.js'
import { openFeedFile } from '../../../examples/paper-trader/feed/feed.js'
import { openHost } from './host.js'
import { marketFiles } from './market-data.js'

const tradingOnly = { http: false, runtime: false, series: false, query: false, dashboard: false, rules: undefined } as const
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

for (const { path, title, missing } of marketFiles.filter(({ title }) => title.includes('btc-perp'))) {
  await t.test(`attribution of ${title} sums to the change in equity: by strategy, by effect, by period and after linking`, { skip: missing }, async t => {
    const trader = await openHost(t, await openFeedFile(path), { telemetry: tradingOnly })
    await trader.replay.run()
    const { app, ledger } = trader
    const { equity, startingCash } = ledger.portfolio()
    const change = equity - startingCash
    const isClose = (found: number, wanted: number) => Math.abs(found - wanted) <= 1e-9 * Math.abs(wanted)
    t.ok(Math.abs(change) > 100, `the equity changed by ${change}`)

    for (const method of linkMethods) {
      const report = app.njord.attribution({ method })
      const { strategies, effects, cash, residual, periods, linked, brinson, benchmark, totalReturn } = report
      t.equal(report.total, change)
      t.ok(isClose(sum(strategies.map(({ net }) => net)) + cash + residual, change), 'by strategy')
      t.ok(isClose(effects.trading + effects.fees + effects.funding + effects.costs + cash + residual, change), 'by effect')
      t.ok(isClose(sum(periods.map(({ total }) => total)), change), `by ${report.period}`)
      t.ok(periods.every(period => Math.abs(sum(period.nets) + period.cash + period.residual - period.total) <= 1e-9 * Math.abs(change)), `within each ${report.period}`)
      t.ok(isClose(sum(strategies.map(({ contribution }) => contribution!)) + linked!.cash + linked!.residual, totalReturn!), `linked by ${method}`)
      t.ok(isClose(totalReturn!, change / startingCash))
      t.ok(Math.abs(residual) <= 1e-9 * Math.abs(change), `nothing is left over: ${residual}`)
      t.ok(isClose(sum(brinson!.rows.map(({ total }) => total)) + brinson!.residual, brinson!.activeReturn), 'Brinson')
      t.ok(isClose(brinson!.activeReturn, totalReturn! - benchmark.totalReturn!), 'beside the market')
      t.strictSame(benchmark.symbols, ['BTC/PERP'], 'its own market, bought and held')
    }

    // The books say the same of each strategy, and the fees are those of the fills.
    const report = app.njord.attribution()
    for (const { strategyId, net, fees, costs } of report.strategies) {
      const strategy = ledger.strategy(strategyId)!
      t.ok(isClose(net, strategy.realizedPnl + strategy.unrealizedPnl), strategyId)
      t.ok(isClose(-fees, strategy.fees) && isClose(-costs, strategy.slippage), `costs of ${strategyId}`)
    }
    const answer = await app.inject('/report?format=json')
    t.equal(answer.statusCode, 200)
    t.strictSame(answer.json<{ attribution: object }>().attribution, JSON.parse(JSON.stringify(report)), 'over HTTP as well')
  })
}
