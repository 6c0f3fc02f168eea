import t, { type Test } from 'tap'
import type { Page } from 'playwright-core'
import { firstTicks, openFeedFile } from '../../examples/paper-trader/feed/feed.js'
import type { PaperTrader } from '../../examples/paper-trader/host.js'
import { marketFiles } from '../examples/paper-trader/market-data.js'
import { openHost, scrape } from '../examples/paper-trader/host.js'
import { startExample } from '../examples/process.js'
import { figure, live, openBrowser, openPage, stubbornProxy } from './browser.js'

const excerpt = marketFiles.find(({ path }) => path.endsWith('btc-perp-1m-2022-01.csv'))!

/** A host whose market has not opened: what happens, the test says. */
async function quietHost (t: Test): Promise<{ trader: PaperTrader, port: number, url: string }> {
  const trader = await openHost(t, firstTicks(await openFeedFile(excerpt.path), 10))
  const url = await trader.app.listen({ port: 0, host: '127.0.0.1' })
  return { trader, port: Number(new URL(url).port), url: `${url}/dashboard/` }
}

function fill ({ app }: PaperTrader, strategyId: string, symbol: string, price = 100): void {
  app.njord.emit('orderPlaced', { strategyId, symbol, side: 'buy', venue: 'v', orderId: 'o', quantity: 1, price })
  app.njord.emit('orderFilled', { strategyId, symbol, side: 'buy', venue: 'v', orderId: 'o', quantity: 1, price, fee: 0, complete: true })
}

async function clients (trader: PaperTrader): Promise<number> {
  return (await scrape(trader)).sum('njord_dashboard_clients')
}

async function until (is: () => Promise<boolean>): Promise<void> {
  while (!await is()) await new Promise(resolve => { setTimeout(resolve, 50) })
}

/** Says when an element's text next changes, in milliseconds since the Unix epoch. */
async function changed (page: Page, key: string): Promise<number> {
  return await page.evaluate(`new Promise(resolve => {
    new MutationObserver(() => { resolve(Date.now()) }).observe(document.querySelector('[data-figure="${key}"]'), { characterData: true, childList: true, subtree: true })
  })`)
}

await t.test('a page follows the host', async t => {
  const { trader, url, port } = await quietHost(t)
  const browser = await openBrowser(t)

  await t.test('what happens is on the page within 1.2 seconds', async t => {
    const { page } = await openPage(browser, url)
    await live(page)
    const latestMs = async (): Promise<number> => {
      let latest = 0
      for (let i = 0; i < 4; i++) {
        const seen = changed(page, 'orders.placed')
        await new Promise(resolve => { setTimeout(resolve, 230 * i) })
        const saidMs = Date.now()
        fill(trader, 'trend', 'BTC/PERP')
        latest = Math.max(latest, await seen - saidMs)
      }
      return latest
    }
    // A machine with other work may keep both waiting: not thrice in a row.
    let lateMs = Infinity
    for (let round = 0; round < 3 && lateMs >= 1200; round++) lateMs = await latestMs()
    t.ok(lateMs < 1200, `${lateMs} ms`)
    t.match(await page.locator('.recent tbody tr').first().innerText(), /filled[^]*trend[^]*buy[^]*BTC\/PERP/)
    await page.context().close()
  })

  await t.test('paused it stands still, resumed it is up to date', async t => {
    const { page } = await openPage(browser, url)
    await live(page)
    await page.getByRole('button', { name: 'Pause' }).click()
    const before = await figure(page, 'orders.placed')
    t.match(await page.locator('#connection').innerText(), /Paused at/)
    // Another page tells when there was something to be shown.
    const { page: witness } = await openPage(browser, url)
    await live(witness)
    const after = new RegExp(`^${Number(before) + 1}$`)
    fill(trader, 'trend', 'BTC/PERP')
    await witness.locator('[data-figure="orders.placed"]', { hasText: after }).waitFor()
    await page.waitForTimeout(500)
    t.equal(await figure(page, 'orders.placed'), before)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.locator('[data-figure="orders.placed"]', { hasText: after }).waitFor()
    await witness.context().close()
    t.match(await page.locator('#connection').innerText(), /Live/)
    await page.context().close()
  })

  await t.test('a tab that is not looked at asks for nothing, and catches up when it is', async t => {
    const { page } = await openPage(browser, url)
    await live(page)
    const look = async (hidden: boolean): Promise<unknown> => await page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
    t.equal(await clients(trader), 1)
    await look(true)
    await until(async () => await clients(trader) === 0)
    t.equal(await page.locator('#connection').getAttribute('data-state'), 'away')
    const before = Number(await figure(page, 'orders.placed'))
    fill(trader, 'trend', 'BTC/PERP')
    await look(false)
    await page.locator('[data-figure="orders.placed"]', { hasText: new RegExp(`^${before + 1}$`) }).waitFor()
    t.equal(await page.locator('#connection').getAttribute('data-state'), 'live')
    await page.context().close()
  })

  await t.test('through a proxy that refuses upgrades and cuts its prefix off it is live all the same', async t => {
    const proxy = await stubbornProxy(t, port)
    const { page } = await openPage(browser, `${proxy}/dashboard`)
    t.match(page.url(), /\/desk\/dashboard\/$/)
    await live(page)
    const seen = changed(page, 'orders.placed')
    fill(trader, 'trend', 'BTC/PERP')
    await seen
    t.equal((await scrape(trader)).only('njord_dashboard_clients', { transport: 'events' }), 1)
    await page.context().close()
  })

  await t.test('names from outside stay text, whatever they are', async t => {
    const { page, complaints } = await openPage(browser, url, { viewport: { width: 360, height: 740 } })
    await live(page)
    const names = [
      '<img src=x onerror=alert(1)>', '__proto__', 'constructor', '"><script>alert(1)</script>', '\u202egnihtyna\u202c', 'x'.repeat(10_240), '\u0000\u0007', 'שלום', '{{2}}'
    ]
    for (const name of names) fill(trader, name, name)
    trader.app.njord.emit('riskCap', { cap: '<b>cap</b>', used: 1, limit: 2 })
    trader.app.njord.emit('killSwitch', { active: true, reason: '<i>because</i>' })
    await page.locator('.strategies .name', { hasText: '<img src=x' }).first().waitFor()
    const shown = await page.locator('.strategies .name').allTextContents()
    for (const name of names) t.ok(shown.includes(name.length > 120 ? `${name.slice(0, 119)}…` : name), name.slice(0, 40))
    t.match(await page.locator('#risk').innerText(), /<i>because<\/i>[^]*<b>cap<\/b>/)
    t.equal(await page.getByRole('link', { name: '■ Kill switch active' }).isVisible(), true)
    t.equal(await page.locator('main :is(img, script, i, b)').count(), 0)
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360)
    await page.locator('.strategies .link', { hasText: '__proto__' }).click()
    t.equal(await page.locator('dialog h2').innerText(), '__proto__')
    await page.keyboard.press('Escape')
    t.same(complaints, [])
    await page.context().close()
  })
})

await t.test('the host is killed and comes back: what is old is shown to be, and then live again', async t => {
  const args = ['--feed', excerpt.path, '--speed', '60', '--port']
  const address = /dashboard +(http:\/\/\S+)/
  const first = startExample(t, 'paper-trader/main.ts', [...args, '0'])
  const url = (await first.printed(address))[1]!
  const browser = await openBrowser(t)
  const { page } = await openPage(browser, url)
  await live(page)
  await page.evaluate('window.same = true')
  first.interrupt('SIGKILL')
  await page.locator('#connection[data-state="reconnecting"]').waitFor()
  t.match(await page.locator('#connection-text').innerText(), /^Reconnecting, stale since \d/)
  t.equal(await page.locator('body[data-old]').count(), 1)
  const grey = await page.evaluate("getComputedStyle(document.querySelector('[data-figure=\"portfolio.equity\"]')).filter")
  t.equal(grey, 'grayscale(1)')

  const second = startExample(t, 'paper-trader/main.ts', [...args, new URL(url).port])
  await second.printed(address)
  await live(page)
  t.equal(await page.locator('body[data-old]').count(), 0)
  t.equal(await page.evaluate('window.same'), true, 'without a reload')

  // A host that is there but says nothing is no better.
  second.interrupt('SIGSTOP')
  await page.locator('#connection[data-state="stale"]').waitFor()
  t.match(await page.locator('#connection-text').innerText(), /stale since/i)
  second.interrupt('SIGCONT')
  await live(page)
  t.equal(await page.locator('body[data-old]').count(), 0)
})

await t.test('logging in, and out', async t => {
  const trader = await openHost(t, firstTicks(await openFeedFile(excerpt.path), 10), { telemetry: { dashboard: { token: 'open-sesame' } } })
  const url = await trader.app.listen({ port: 0, host: '127.0.0.1' })
  const browser = await openBrowser(t)
  const { page } = await openPage(browser, `${url}/dashboard`)
  await page.getByLabel('Access token').fill('wrong')
  await page.keyboard.press('Enter')
  t.equal(await page.getByRole('alert').innerText(), 'That token is wrong.')
  await page.getByLabel('Access token').fill('open-sesame')
  await page.getByRole('button', { name: 'Log in' }).click()
  await live(page)
  t.equal(await page.evaluate('document.cookie'), '', 'no script sees the cookie')
  const other = await page.context().newPage()
  await other.goto(`${url}/dashboard/`)
  await live(other)
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('Access token').waitFor()
  t.equal((await page.context().cookies()).length, 0)
  await other.reload()
  await other.getByLabel('Access token').waitFor()
})
