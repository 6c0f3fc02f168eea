/**
 * `npm run docs:screenshots`: the pictures of the dashboard in docs/images, made with the paper trader and the system's Chromium. Some
 * days of a market are played as fast as it goes, the rest at its own pace while the pictures are taken.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { openFeedFile, syntheticFeed, type Feed } from '../examples/paper-trader/feed/feed.js'
import { buildHost } from '../examples/paper-trader/host.js'
import { paperVenue } from '../examples/paper-trader/broker.js'
import { Replay } from '../examples/paper-trader/replay.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'

const { values } = parseArgs({ options: { feed: { type: 'string' }, out: { type: 'string' }, hours: { type: 'string' }, only: { type: 'string' } } })
const folder = values.out ?? fileURLToPath(new URL('../docs/images/', import.meta.url))
const playedMs = Number(values.hours ?? 7) * 3_600_000

interface Shot {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  readonly scale: number
  readonly isWhole: boolean
}

const shots: readonly Shot[] = [
  { name: 'dashboard-light', width: 1440, height: 1000, colorScheme: 'light', scale: 1, isWhole: true },
  { name: 'dashboard-dark', width: 1440, height: 1000, colorScheme: 'dark', scale: 1, isWhole: true },
  { name: 'dashboard-phone', width: 390, height: 1700, colorScheme: 'dark', scale: 1, isWhole: false },
  { name: 'dashboard-strategy', width: 1440, height: 1000, colorScheme: 'dark', scale: 1, isWhole: false }
]

function part (feed: Feed, fromMs: number, toMs: number): Feed {
  return {
    ...feed,
    startMs: fromMs,
    * ticks () {
      for (const tick of feed.ticks()) {
        if (tick.atMs >= toMs) return
        if (tick.atMs >= fromMs) yield tick
      }
    }
  }
}

async function take (browser: Browser, url: string, { name, width, height, colorScheme, scale, isWhole }: Shot): Promise<void> {
  const page = await browser.newPage({
    viewport: { width, height }, colorScheme, deviceScaleFactor: scale, locale: 'en-GB', timezoneId: 'Europe/London', isMobile: name.endsWith('phone')
  })
  page.on('console', message => { process.stderr.write(`${message.type()}: ${message.text()}\n`) })
  await page.goto(`${url}/dashboard/`)
  await page.locator('.ranges input[value="3h"]').check({ force: true })
  await page.locator('body[data-ready="3h"]').waitFor()
  await page.waitForTimeout(3500)
  if (name.endsWith('strategy')) {
    await page.locator('.strategies .link').first().click()
    await page.waitForTimeout(600)
  }
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: isWhole })
  await page.close()
}

mkdirSync(folder, { recursive: true })
const feed = values.feed === undefined ? syntheticFeed(12, Date.UTC(2024, 0, 1, 8)) : await openFeedFile(values.feed)
const { startMs } = feed
const clock = new VirtualClock(startMs)
const wall = new SystemClock()
const { app, replay } = await buildHost({
  feed: part(feed, startMs, startMs + playedMs), clock, wall, speed: Infinity, seed: 12, telemetry: { series: { intervalMs: 30_000 }, runtime: true }
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })
await replay.run()
const { bus, emit } = app.njord
const rest = new Replay({ feed: part(feed, startMs + playedMs, Infinity), bus, emit, clock, wall, speed: 1, venue: paperVenue.venue })
const running = rest.run()
for (let i = 0; i < 5; i++) await fetch(`${url}/metrics`)

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const shot of shots) if (values.only === undefined || shot.name.endsWith(values.only)) await take(browser, url, shot)
await browser.close()
rest.stop()
await running
await app.close()
