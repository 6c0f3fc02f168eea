import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import t, { type Test } from 'tap'
import fastify from 'fastify'
import type { Page } from 'playwright-core'
import { firstTicks, openFeedFile } from '../../examples/paper-trader/feed/feed.js'
import type { PaperTrader } from '../../examples/paper-trader/host.js'
import { njordTelemetry } from '../../plugins/index.js'
import type { DashboardAlerts } from '../../src/dashboard/alerts.js'
import { marketFiles } from '../examples/paper-trader/market-data.js'
import { openHost, scrape } from '../examples/paper-trader/host.js'
import { Scrape } from '../examples/scrape.js'
import { figure, live, locale, openBrowser, openPage } from './browser.js'

/** How the page writes figures, in the language of this process. */
const format = await import(new URL('../../assets/dashboard/format.js', import.meta.url).href) as Record<string, (value: number | null | undefined) => string>
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const atMs = Date.UTC(2022, 0, 3)
const alerts: DashboardAlerts = {
  read: () => ({
    rules: 7,
    alerts: [
      { name: 'BusLag', state: 'pending', sinceMs: atMs - 10_000, labels: 'topic="x"' },
      { name: 'HighDrawdown', state: 'firing', sinceMs: atMs - 600_000, severity: 'critical', labels: 'strategy_id="chase"', summary: 'Drawdown above 10 %' },
      { name: 'SlowFills', state: 'firing', sinceMs: atMs - 700_000, labels: '', silencedBy: 'silenced by ops until 18:00' }
    ],
    notifications: [
      { atMs, receiver: 'desk', about: 'HighDrawdown (1 firing)', sent: true },
      { atMs: atMs - 5000, receiver: 'pager', about: 'SlowFills', sent: false, reason: 'silenced by ops' }
    ]
  })
}

/** A paper trader that has traded on real data and whose market has closed: what it holds stands still. */
async function tradedHost (t: Test): Promise<{ trader: PaperTrader, url: string }> {
  const whole = marketFiles.find(({ path }) => path.endsWith('btc-perp-1m-2022-01.csv.gz'))!
  const excerpt = marketFiles.find(({ path }) => path.endsWith('btc-perp-1m-2022-01.csv'))!
  if (whole.missing !== false) t.comment(`${whole.missing}: the beginning of it, which is in the repository, has to do`)
  const feed = await openFeedFile(existsSync(whole.path) ? whole.path : excerpt.path)
  const trader = await openHost(t, firstTicks(feed, 16_000), { telemetry: { dashboard: { alerts } } })
  const url = await trader.app.listen({ port: 0, host: '127.0.0.1' })
  await trader.replay.run()
  return { trader, url: `${url}/dashboard/` }
}

/** `histogram_quantile` of all series of a histogram in a scrape, by hand. */
function quantile (metrics: Scrape, q: number, name: string): number {
  const counts = new Map<number, number>()
  for (const { labels, value } of metrics.of(`${name}_bucket`)) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le'])
    counts.set(bound, (counts.get(bound) ?? 0) + value)
  }
  const buckets = [...counts].sort(([a], [b]) => a - b)
  const rank = q * buckets.at(-1)![1]
  const at = buckets.findIndex(([, count]) => count >= rank)
  const [bound, count] = buckets[at]!
  if (bound === Infinity) return buckets[at - 1]![0]
  const [lower, before] = at === 0 ? [0, 0] : buckets[at - 1]!
  if (at === 0 && bound <= 0) return bound
  return lower + (bound - lower) * (rank - before) / (count - before)
}

async function violations (page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate('axe.run(document)') as { violations: Array<{ id: string, nodes: Array<{ html: string, failureSummary: string }> }> }
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`))
}

await t.test('against a paper trader on real data', async t => {
  const { trader, url } = await tradedHost(t)
  const browser = await openBrowser(t)

  await t.test('every section shows the numbers that /metrics and the ledger hold', async t => {
    const { page, complaints } = await openPage(browser, url)
    await live(page)
    const metrics = await scrape(trader)
    const portfolio = trader.ledger.portfolio()
    const is = async (key: string, expected: string): Promise<void> => { t.equal(await figure(page, key), expected, `${key} ${expected}`) }
    const { money, signedMoney, wholeMoney, percent, whole, ratio, seconds, bps } = format as Record<string, (value: number | null | undefined) => string>

    t.equal(money!(portfolio.equity), money!(metrics.only('njord_portfolio_equity_usd')))
    await is('portfolio.equity', money!(portfolio.equity))
    await is('portfolio.dailyPnl', signedMoney!(metrics.only('njord_portfolio_daily_pnl_usd')))
    await is('portfolio.realizedPnl', signedMoney!(portfolio.realizedPnl))
    await is('portfolio.unrealizedPnl', signedMoney!(portfolio.unrealizedPnl))
    await is('portfolio.grossExposure', wholeMoney!(metrics.only('njord_portfolio_gross_exposure_usd')))
    await is('portfolio.netExposure', wholeMoney!(portfolio.netExposure))
    await is('portfolio.cash', wholeMoney!(portfolio.cash))
    await is('portfolio.drawdown', percent!(metrics.only('njord_portfolio_drawdown_pct') / 100))
    await is('portfolio.positions', whole!(metrics.sum('njord_active_positions')))

    const rows = await page.locator('.strategies tbody tr').all()
    t.equal(rows.length, trader.ledger.strategies().length)
    for (const row of rows) {
      const strategy = trader.ledger.strategy(await row.locator('.name').innerText())!
      const labels = { strategy_id: strategy.strategyId }
      const pnl = strategy.realizedPnl + strategy.unrealizedPnl
      const cells = await row.locator('td').allInnerTexts()
      t.same(cells, [
        signedMoney!(pnl), signedMoney!(strategy.dailyPnl), '', ratio!(strategy.sharpeRatio), percent!(strategy.winRate), ratio!(strategy.profitFactor),
        percent!(strategy.maxDrawdown), whole!(metrics.sum('njord_orders_total', labels)), whole!(metrics.sum('njord_orders_filled_total', labels)),
        whole!(metrics.sum('njord_orders_rejected_total', labels))
      ], strategy.strategyId)
      t.ok(Math.abs(pnl - metrics.only('njord_strategy_pnl_usd', labels)) < 1e-6)
    }

    await is('risk.allowed', whole!(metrics.only('njord_intents_allowed_total')))
    await is('risk.denied', whole!(metrics.sum('njord_intents_denied_total')))
    t.match(await figure(page, 'risk.killSwitch'), metrics.only('njord_killswitch_active') === 1 ? 'Active' : 'Released')
    const caps = metrics.of('njord_risk_cap_utilization_ratio').map(({ labels, value }) => [labels['cap']!.replaceAll('_', ' '), percent!(value)])
    const meters = page.locator('#risk .meters').first()
    const words = (await meters.locator('.value').allInnerTexts()).map(text => text.split(' · ')[0]!)
    const shownCaps = (await meters.locator('.name').allInnerTexts()).map((name, i) => [name, words[i]])
    t.same(shownCaps, caps)
    const denials = metrics.of('njord_intents_denied_total').filter(({ value }) => value > 0).map(({ value }) => whole!(value)).sort()
    t.same((await page.locator('#risk .meters').last().locator('.value').allInnerTexts()).sort(), denials)

    for (const [key, name] of [
      ['placed', 'njord_orders_total'], ['filled', 'njord_orders_filled_total'], ['fills', 'njord_fills_total'], ['rejected', 'njord_orders_rejected_total'],
      ['cancelled', 'njord_orders_cancelled_total'], ['open', 'njord_open_orders']
    ] as const) await is(`orders.${key}`, whole!(metrics.sum(name)))
    for (const [label, q] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) {
      await is(`orders.fillLatency.${label}`, seconds!(quantile(metrics, q, 'njord_fill_latency_seconds')))
      await is(`orders.ackLatency.${label}`, seconds!(quantile(metrics, q, 'njord_order_ack_latency_seconds')))
      await is(`orders.slippage.${label}`, bps!(quantile(metrics, q, 'njord_execution_slippage_bps')))
    }
    t.equal(await page.locator('.recent tbody tr').count(), 10)
    t.match(await page.locator('#alerts').innerText(), /2 firing, 1 pending, 1 silenced · 7 rules[^]*silenced by ops until 18:00[^]*not sent[^]*SlowFills → pager[^]*silenced by ops/)
    t.equal(await page.getByRole('link', { name: '▲ 1 alert firing' }).isVisible(), true, 'in sight from anywhere; what is silenced is not urgent')
    await page.locator('[data-figure="system.clients"]', { hasText: /^1$/ }).waitFor()
    t.same(complaints, [])
    await page.context().close()
  })

  await t.test('charts are full from the first second, and a cursor reads them all at one instant', async t => {
    const { page } = await openPage(browser, url)
    await live(page)
    await page.locator('.ranges input[value="6h"]').check({ force: true })
    await page.locator('body[data-ready="6h"]').waitFor()
    const points = await page.evaluate(`(async () => {
      document.querySelector('#portfolio .chart .icon').click()
      return document.querySelectorAll('#portfolio .points tbody tr').length
    })()`)
    t.ok(Number(points) > 15, `${Number(points)} points in the table`)
    const plot = page.locator('#portfolio .plot').first()
    const box = (await plot.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + 50)
    const times = await page.locator('.pin:visible .pin-time').allInnerTexts()
    t.ok(times.length >= 8, `${times.length} charts follow`)
    t.equal(new Set(times).size, 1, times[0]!)
    await page.mouse.move(2, 2)
    t.equal(await page.locator('.pin:visible').count(), 0)
    await page.context().close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe-core finds nothing wrong in ${colorScheme} colours, the strategy and the tables opened or not`, async t => {
      const { page } = await openPage(browser, url, { colorScheme, reducedMotion: 'reduce' })
      await live(page)
      t.same(await violations(page), [])
      await page.evaluate("document.querySelectorAll('.chart .icon').forEach(button => button.click())")
      t.same(await violations(page), [])
      await page.locator('.strategies .link').first().click()
      t.same(await violations(page), [])
      await page.context().close()
    })
  }

  await t.test('the theme follows the system until it is switched, and is kept', async t => {
    const { page } = await openPage(browser, url, { colorScheme: 'dark' })
    await live(page)
    const background = async (): Promise<unknown> => await page.evaluate('getComputedStyle(document.body).backgroundColor')
    const dark = await background()
    await page.getByRole('button', { name: 'Switch to light colours' }).click()
    t.not(await background(), dark)
    await page.reload()
    t.not(await background(), dark)
    await page.context().close()
  })

  await t.test('a phone of 360 pixels shows it all without scrolling sideways', async t => {
    const { page, complaints } = await openPage(browser, url, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
    await live(page)
    const overflow = async (): Promise<unknown> => await page.evaluate(`[...document.querySelectorAll('body, main, section, .panel, .chart, .headline')]
      .filter(element => element.scrollWidth > element.clientWidth + 1 || element.getBoundingClientRect().right > innerWidth + 1)
      .map(element => element.tagName + '#' + element.id + '.' + element.className + ' ' + element.scrollWidth + ' of ' + element.clientWidth)`)
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    t.same(await overflow(), [])
    await page.locator('.strategies .link').first().click()
    t.equal(await page.evaluate('document.querySelector("dialog").scrollWidth <= document.querySelector("dialog").clientWidth'), true)
    t.same(complaints, [])
    await page.context().close()
  })

  await t.test('the keyboard alone reaches everything', async t => {
    const { page } = await openPage(browser, url)
    await live(page)
    const reached = new Set<string>()
    const active = async (): Promise<string> => await page.evaluate(`(() => {
      const { tagName, value = '', className, textContent, ariaLabel } = document.activeElement
      return tagName === 'INPUT' ? 'range ' + value : ariaLabel ?? textContent
    })()`)
    for (let i = 0; i < 90; i++) {
      await page.keyboard.press('Tab')
      reached.add(await active())
      if (await page.evaluate('document.activeElement === document.body')) break
    }
    for (const name of [
      'Skip to the figures', 'range 1h', 'Pause', 'Equity: time', 'Equity: show as table', 'PnL ', 'chase', 'ema-trend', 'Memory: time', 'Fill latency: show as table'
    ]) t.ok([...reached].some(text => text.startsWith(name.trim())), name)

    await page.getByRole('slider', { name: 'Equity: time' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    const at = await page.evaluate('document.activeElement.getAttribute("aria-valuetext")')
    t.match(at, /: Equity [\d,.]+/)
    await page.keyboard.press('Home')
    t.equal(await page.locator('.pin:visible').count() >= 8, true)
    await page.keyboard.press('Escape')
    t.equal(await page.locator('.pin:visible').count(), 0)

    await page.getByRole('button', { name: 'chase' }).focus()
    await page.keyboard.press('Enter')
    t.equal(await page.locator('dialog[open] h2').innerText(), 'chase')
    t.match(await figure(page, 'opened.pnl'), format['signedMoney']!(trader.ledger.strategy('chase')!.realizedPnl + trader.ledger.strategy('chase')!.unrealizedPnl))
    await page.keyboard.press('Escape')
    t.equal(await page.locator('dialog[open]').count(), 0)
    t.equal(await active(), 'chase', 'and back to where it was opened')

    await page.getByRole('button', { name: 'Win rate' }).focus()
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.strategies th[aria-sort]').getAttribute('aria-sort'), 'descending')
    const rates = (await page.locator('[data-figure="strategy.winRate"]').allInnerTexts()).map(Number.parseFloat)
    t.same(rates, rates.toSorted((a, b) => b - a))
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.strategies th[aria-sort]').getAttribute('aria-sort'), 'ascending')
    await page.getByRole('button', { name: 'Strategy', exact: true }).click()
    t.same(await page.locator('.strategies .name').allInnerTexts(), ['chase', 'ema-trend', 'mean-reversion'])
    await page.context().close()
  })

  await t.test('numbers and times are those of the reader', async t => {
    const { page } = await openPage(browser, url, { locale: 'de-DE', timezoneId: 'Asia/Tokyo' })
    await live(page)
    t.equal(await figure(page, 'portfolio.equity'), new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(trader.ledger.equity()))
    const time = new Intl.DateTimeFormat('de-DE', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Asia/Tokyo' })
    t.equal(await page.locator('#data-time').innerText(), time.format(trader.app.njord.clock.nowMs()))
    await page.context().close()
  })
  t.comment(`figures were compared in ${locale}`)
})

await t.test('the system section shows what /metrics says of the process, however it moves', async t => {
  const app = fastify()
  t.teardown(async () => { await app.close() })
  await app.register(njordTelemetry, { enabled: true })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await app.njordBus.subscribe('test.words', () => {})
  for (let i = 0; i < 20; i++) app.njordBus.publish('test.words', { i })
  app.njord.emit('journalWritten', { bytes: 12_345 })
  await app.inject('/metrics')
  const browser = await openBrowser(t)
  const { page } = await openPage(browser, `${url}/dashboard/`)
  await live(page)

  const { bytes, percent, seconds, whole } = format as Record<string, (value: number | null | undefined) => string>
  const told = (metrics: Scrape): Record<string, string> => ({
    'loopDelay .value': seconds!(quantile(metrics, 0.99, 'njord_event_loop_delay_seconds')),
    'loopDelay .note': `max ${seconds!(metrics.only('njord_event_loop_lag_seconds'))}, ${percent!(metrics.only('njord_event_loop_utilization_ratio'))} busy`,
    'busLag .value': seconds!(quantile(metrics, 0.99, 'njord_bus_lag_seconds')),
    'busLag .note': `${whole!(metrics.sum('njord_bus_messages_total', { direction: 'sent' }))} messages`,
    'busDropped .value': whole!(metrics.sum('njord_bus_dropped_total')),
    'memory .value': bytes!(metrics.only('process_resident_memory_bytes')),
    'journalWrites .value': whole!(metrics.sum('njord_journal_writes_total')),
    'journalWrites .note': bytes!(metrics.sum('njord_journal_bytes_total')),
    'scrapeMean .value': seconds!(metrics.sum('njord_scrape_duration_seconds_sum') / metrics.sum('njord_scrape_duration_seconds_count')),
    'scrapeMean .note': `${whole!(metrics.sum('njord_scrape_duration_seconds_count'))} scrapes`,
    'series .value': whole!(metrics.only('njord_series_active')),
    'series .note': `${bytes!(metrics.only('njord_series_bytes'))} of 64 MiB`,
    'clients .value': whole!(metrics.sum('njord_dashboard_clients'))
  })
  // A process moves between its page and its scrape: what the page shows is what /metrics said within the last seconds.
  const scrapes: Array<Record<string, string>> = []
  const scrape = setInterval(async () => {
    scrapes.push(told(new Scrape((await app.inject('/metrics')).body)))
    if (scrapes.length > 60) scrapes.shift()
  }, 50)
  t.teardown(() => { clearInterval(scrape) })
  await page.waitForTimeout(2000)
  const unequal = new Map(Object.keys(scrapes[0]!).map(key => [key, '']))
  for (let round = 0; round < 30 && unequal.size > 0; round++) {
    await page.waitForTimeout(500)
    for (const key of [...unequal.keys()]) {
      const [name, part] = key.split(' ') as [string, string]
      const shown = await page.locator(`.tile:has([data-figure="system.${name}"]) ${part}`).innerText()
      const said = new Set(scrapes.map(metrics => metrics[key]))
      if (said.has(shown)) unequal.delete(key)
      else unequal.set(key, `page ${shown}, metrics ${[...said].join(' or ')}`)
    }
  }
  t.same([...unequal], [])
})
