import type { Test } from 'tap'
import { chromium, type Browser } from 'playwright-core'

/** The system's Chromium, closed at the end of the test. */
export async function openBrowser (t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  t.teardown(async () => { await browser.close() })
  return browser
}
