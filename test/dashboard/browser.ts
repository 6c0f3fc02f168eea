import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'

/** The language in which this process writes numbers, for the browser to do the same. */
export const locale = new Intl.NumberFormat().resolvedOptions().locale

export async function openBrowser (t: Test): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  t.teardown(async () => { await browser.close() })
  return browser
}

/** A page that complains of nothing: whatever it writes to the console, throws, or reports to the policy is in `complaints`. */
export async function openPage (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<{ page: Page, complaints: string[] }> {
  const context = await browser.newContext({ locale, viewport: { width: 1440, height: 1000 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => { if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`) })
  page.on('pageerror', error => { complaints.push(String(error)) })
  await page.addInitScript("document.addEventListener('securitypolicyviolation', event => { console.error('policy', event.violatedDirective, event.blockedURI) })")
  await page.goto(url)
  return { page, complaints }
}

/** The text of an element by its `data-figure`. */
export async function figure (page: Page, key: string): Promise<string> {
  return await page.locator(`[data-figure="${key}"]`).first().innerText()
}

/** Waits until a page is live. */
export async function live (page: Page): Promise<void> {
  await page.locator('body[data-ready] #connection[data-state="live"]').waitFor()
}

/** A proxy that cuts `/desk` off and refuses upgrades, as some do. */
export async function stubbornProxy (t: Test, port: number): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url!.replace(/^\/desk/, '')
    const onward = httpRequest({ port, host: '127.0.0.1', method: request.method, path, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => { response.destroy() })
    response.on('close', () => { onward.destroy() })
    request.pipe(onward)
  })
  server.on('upgrade', (_, socket) => { socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n') })
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => { server.once('listening', resolve) })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/desk`
}
