/**
 * `npm run screenshots [-- --feed FILE --out DIR]`: the pictures of the tear sheet in docs/images, in light and dark, made of the paper
 * trader's month with the system's Chromium.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { openFeedFile } from '../examples/paper-trader/feed/feed.js'
import { buildHost } from '../examples/paper-trader/host.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'

const inRepository = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const whole = inRepository('../../shared/data/market/btc-perp-1m-2022-01.csv.gz')
const { values } = parseArgs({
  options: {
    // The month lies beside the repository; its beginning, which is within, makes a shorter report.
    feed: { type: 'string', default: existsSync(whole) ? whole : inRepository('../test/fixtures/market/btc-perp-1m-2022-01.csv') },
    out: { type: 'string', default: inRepository('../docs/images') }
  }
})

const feed = await openFeedFile(values.feed)
stdout.write(`trading ${feed.name}\n`)
const trader = await buildHost({
  feed,
  clock: new VirtualClock(feed.startMs),
  wall: new SystemClock(),
  speed: Infinity,
  seed: 12,
  telemetry: { http: false, runtime: false, series: false, query: false, dashboard: false, rules: undefined }
})
await trader.replay.run()
const url = await trader.app.listen({ port: 0, host: '127.0.0.1' })
mkdirSync(values.out, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } })
  await page.goto(`${url}/report`)
  const path = join(values.out, `report-${colorScheme}.png`)
  await page.screenshot({ path, fullPage: true })
  stdout.write(`${path}\n`)
}
await browser.close()
await trader.app.close()
