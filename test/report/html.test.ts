import { createRequire } from 'node:module'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import type { Browser } from 'playwright-core'
import { reportHtml } from '../../src/report/html.js'
import { reportMarkdown } from '../../src/report/markdown.js'
import { performanceReport, type PerformanceReport } from '../../src/report/performance-report.js'
import { valueAt } from '../../src/report/tables.js'
import { openBrowser } from '../support/chromium.js'
import { startMs, tradedLedger } from './books.js'

const hostile = '<img src=x onerror=alert(1)>"\'&|`**x**\u0000'
const { ledger } = tradedLedger({ strategies: ['trend', hostile, ...Array.from({ length: 9 }, (_, at) => `strategy-with-a-long-name-${at}`)] })
const record = ledger.record()
const make = (query = {}, changes = {}): PerformanceReport => performanceReport({ ...record, ...changes }, query, {}, startMs + 1e9)!

/** Opens the page from disk, as somebody who was sent it does, and tells of everything that went wrong or out. */
async function open (t: Test, browser: Browser, report: PerformanceReport, colorScheme: 'light' | 'dark' = 'light', width = 1200) {
  const path = join(t.testdir({}), 'report.html')
  await writeFile(path, reportHtml(report))
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  const troubles: string[] = []
  page.on('console', message => { troubles.push(message.text()) })
  page.on('pageerror', error => { troubles.push(String(error)) })
  page.on('request', request => { if (request.url() !== pathToFileURL(path).href) troubles.push(`request: ${request.url()}`) })
  page.on('dialog', dialog => {
    troubles.push('dialog')
    dialog.dismiss().catch(() => {})
  })
  await page.goto(pathToFileURL(path).href)
  return { page, troubles }
}

t.test('in a browser', async t => {
  const browser = await openBrowser(t)
  const report = make()

  await t.test('every number of the page is that of the JSON, to the last bit; nothing goes wrong, and nothing goes out', async t => {
    const { page, troubles } = await open(t, browser, report)
    const json = JSON.parse(JSON.stringify(report)) as PerformanceReport
    const shown = await page.$$eval('data[data-path]', found => found.map(each => [each.getAttribute('data-path')!, each.getAttribute('value')!, each.textContent] as const))
    t.ok(shown.length > 300, `${shown.length} numbers`)
    const wrong = shown.filter(([path, value]) => valueAt(json, path).value !== Number(value))
    t.strictSame(wrong, [])
    const undefinedOnes = await page.$$eval('span.none[data-path]', found => found.map(each => [each.getAttribute('data-path')!, each.getAttribute('title')!] as const))
    for (const [path, reason] of undefinedOnes) t.strictSame(valueAt(json, path), { value: null, reason })
    t.match(await page.title(), 'Performance of desk, 2022-01-03 to 2022-01-23')
    t.strictSame(troubles, [])
  })

  await t.test('names from outside stay text', async t => {
    const { page, troubles } = await open(t, browser, report)
    t.equal(await page.locator('img').count(), 0)
    t.equal(await page.locator('script').count(), 0)
    t.ok(await page.getByText('<img src=x onerror=alert(1)>').count() > 3)
    t.strictSame(troubles, [])
    const markdown = reportMarkdown(report)
    t.notMatch(markdown, /[^\\]<img/)
    t.ok(markdown.includes('\\<img src=x onerror=alert\\(1\\)\\>"\'\\&\\|\\`\\*\\*x\\*\\*'))
  })

  await t.test('light and dark are the reader\'s, and everybody can read both', async t => {
    const require = createRequire(import.meta.url)
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, troubles } = await open(t, browser, report, colorScheme)
      const [red] = String(await page.evaluate('getComputedStyle(document.body).backgroundColor')).match(/\d+/)!.map(Number)
      t.ok(colorScheme === 'light' ? red! > 200 : red! < 60, `${colorScheme}: ${red}`)
      // The page may run no script of its own: what looks at it is brought in past its policy.
      await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') }).catch(() => {})
      const context = await browser.newContext({ colorScheme, bypassCSP: true })
      const looked = await context.newPage()
      await looked.goto(page.url())
      await looked.addScriptTag({ path: require.resolve('axe-core/axe.min.js') })
      const violations = await looked.evaluate('axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200)]))')
      t.strictSame(violations, [], colorScheme)
      t.match(troubles, [/Content Security Policy/], 'the policy keeps scripts out')
      await context.close()
    }
  })

  await t.test('nothing is wider than the page, on paper or on a telephone', async t => {
    for (const width of [390, 1200]) {
      const { page } = await open(t, browser, report, 'light', width)
      t.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
    }
    const { page } = await open(t, browser, report, 'dark')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    t.equal(String(await page.evaluate('getComputedStyle(document.body).backgroundColor')), 'rgb(255, 255, 255)', 'paper is light')
  })

  await t.test('minutes taken for a year: no table of figures is wider than a window, and the reader is warned before the first of them', async t => {
    const { ledger } = tradedLedger({ days: 1 / 144, stepMinutes: 0.25, strategies: ['mean-reversion', 'ema-trend', 'market-maker'] })
    const minutes = performanceReport(ledger.record(), {}, {}, startMs)!
    const { page, troubles } = await open(t, browser, minutes, 'light', 1000)
    t.match(await page.locator('main').innerText(), '1,000,000')
    t.strictSame(await page.$$eval('section', sections => sections.filter(each => each.querySelector('h2')?.textContent === 'Risk and return')
      .flatMap(each => [...each.querySelectorAll('.scroll')]).map(each => Math.max(0, each.scrollWidth - each.clientWidth))), [0, 0, 0])
    const topOf = async (text: string) => (await page.getByText(text).first().boundingBox())!.y
    t.ok(await topOf('too few for ratios to be relied on') < await topOf('Sharpe ratio'))
    t.match(await page.locator('main').innerText(), /Largest drawdown, as recorded/)
    const markdown = reportMarkdown(minutes)
    t.ok(markdown.indexOf('too few for ratios') < markdown.indexOf('|'))
    t.match(markdown, /largest by ends of a minute[^]*The books follow every tick/)
    // On a telephone the heads of the rows stay where they are.
    await page.setViewportSize({ width: 390, height: 800 })
    const table = page.getByRole('region', { name: 'Returns and ratios' })
    const head = table.locator('tbody th').first()
    const left = (await head.boundingBox())!.x
    await table.evaluate(element => { element.scrollLeft = 500 })
    t.equal((await head.boundingBox())!.x, left)
    t.strictSame(troubles, [])
  })

  await t.test('labels of charts do not touch one another', async t => {
    const { page } = await open(t, browser, report)
    const overlaps = await page.$$eval('svg.chart', charts => charts.flatMap(chart => {
      const boxes = [...chart.querySelectorAll('text:not([transform])')].map(text => ({ text: text.textContent, box: text.getBoundingClientRect() }))
      return boxes.flatMap(({ text, box }, at) => boxes.slice(at + 1)
        .filter(({ box: other }) => box.left < other.right - 1 && other.left < box.right - 1 && box.top < other.bottom - 3 && other.top < box.bottom - 3)
        .map(other => `${text} and ${other.text}`))
    }))
    t.strictSame(overlaps, [])
  })

  for (const [what, query, changes] of [
    ['minutes', { toMs: startMs + 3 * 3_600_000 }, {}],
    ['hours', { toMs: startMs + 40 * 3_600_000 }, {}],
    ['no benchmark', { benchmark: [] }, {}],
    ['no strategies and no trades', {}, { strategies: [], trades: [], markets: [] }],
    ['an equity that is gone', {}, { portfolio: record.portfolio.map((column, at) => at === 0 ? column.map(value => value - 11_000) : column) }],
    ['an equity that never moves', {}, { portfolio: record.portfolio.map((column, at) => at === 0 ? column.fill(5) : column) }]
  ] as const) {
    await t.test(`a report of ${what} is a report as well`, async t => {
      const { page, troubles } = await open(t, browser, make(query, changes))
      t.strictSame(troubles, [])
      t.notMatch(await page.locator('body').innerText(), /NaN|Infinity|undefined|\[object/)
      t.notMatch(await page.innerHTML('body'), /NaN|Infinity/)
      t.notMatch(reportMarkdown(make(query, changes)), /NaN|Infinity|undefined|\[object/)
    })
  }
})

t.test('Markdown has the numbers of the HTML', async t => {
  const report = make()
  const markdown = reportMarkdown(report)
  const cells = new Set(markdown.split('\n').filter(line => line.startsWith('|')).flatMap(line => line.split('|').map(cell => cell.trim())))
  const shown = [...reportHtml(report).matchAll(/<td><data [^>]*>([^<]*)<\/data><\/td>/g)].map(([, text]) => text!.replace('&lt;', '<'))
  t.ok(shown.length > 300)
  t.strictSame(shown.filter(text => !cells.has(text)), [])
})

t.test('the calendar is of months, days or hours, the curve of as many points as can be seen', async t => {
  t.equal(make().calendar.kind, 'days')
  t.equal(make({ toMs: startMs + 20 * 3_600_000 }).calendar.kind, 'hours')
  const { calendar, rolling, curve, attribution } = performanceReport(tradedLedger({ days: 150, stepMinutes: 360 }).ledger.record(), {}, {}, 0)!
  t.strictSame([calendar.kind, calendar.rows.map(({ label }) => label), calendar.rows[0]!.cells.filter(cell => cell !== null).length], ['months', ['2022'], 6])
  t.ok(Math.abs(calendar.rows.flatMap(({ cells }) => cells).reduce((wealth, cell) => wealth * (1 + (cell?.return ?? 0)), 1) - 1 - attribution.totalReturn!) < 1e-9, 'months compound to the whole')
  t.match(rolling, { period: 'day', window: 30 })
  t.ok(rolling.times.length > 100 && rolling.sharpe.length === rolling.times.length)
  t.ok(curve.times.length <= 481)
  t.equal(curve.equity.at(-1), attribution.endEquity)
})
