/** What a thousand pages cost, and how soon a page is there and how much it takes. */
import { chromium, type Browser } from 'playwright-core'
import { firstTicks, syntheticFeed } from '../examples/paper-trader/feed/feed.js'
import { buildHost } from '../examples/paper-trader/host.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { progress, runChild, type Bench, type Figures } from './harness.js'

interface Load {
  readonly cpuMs: Figures
  readonly holdMs: Figures
  readonly bytesPerClient: number
  readonly updateBytes: number
  readonly latestMs: number
  readonly updates: number
  /** Of one core, at one update a second. */
  readonly cpuShare: number
}

let load: Promise<Load> | undefined

async function measureLoad (): Promise<Load> {
  load ??= runChild<Load>(new URL('./dashboard-host.ts', import.meta.url), ['1000'], { nodeFlags: ['--expose-gc'] })
  const { bytesPerClient, updateBytes, latestMs, updates, cpuShare, cpuMs } = await load
  progress(`  ${cpuMs.ours.toFixed(1)} µs of CPU and ${(bytesPerClient / 1024).toFixed(1)} KiB a page, ${updateBytes} bytes an update, ` +
    `latest ${latestMs} ms late of ${updates}, ${(cpuShare * 100).toFixed(1)} % of a core`)
  return await load
}

async function withPage<T> (use: (browser: Browser, url: string) => Promise<T>): Promise<T> {
  const feed = firstTicks(syntheticFeed(12, Date.UTC(2024, 0, 1)), 40_000)
  const clock = new VirtualClock(feed.startMs)
  const { app, replay } = await buildHost({ feed, clock, wall: new SystemClock(), speed: Infinity, seed: 12 })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  await replay.run()
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    return await use(browser, `${url}/dashboard/`)
  } finally {
    await browser.close()
    await app.close()
  }
}

/** First contentful paint with the CPU throttled four times; the best of five visits. The floor is a page of one line of text. */
async function measurePaint (): Promise<Figures> {
  return await withPage(async (browser, url) => {
    let best = Infinity
    let floor = Infinity
    for (let i = 0; i < 5; i++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } })
      const page = await context.newPage()
      const session = await context.newCDPSession(page)
      await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
      const paint = async (): Promise<number> => await page.evaluate(`new Promise(resolve => {
        new PerformanceObserver(list => { for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime) })
          .observe({ type: 'paint', buffered: true })
      })`) as number
      await page.goto(new URL('/', url).href)
      floor = Math.min(floor, await paint())
      await page.goto(url)
      const painted = await paint()
      await page.locator('body[data-ready]').waitFor()
      const figures = await page.evaluate('performance.now()') as number
      progress(`  painted after ${painted.toFixed(0)} ms, with figures after ${figures.toFixed(0)} ms`)
      best = Math.min(best, painted)
      await context.close()
    }
    return { ours: best, peer: 300, floor }
  })
}

/** What the heap has grown by after the updates of an hour, against what it was after those of a minute: in KiB. */
async function measureHeap (): Promise<Figures> {
  return await withPage(async (browser, url) => {
    const page = await browser.newPage()
    let server: { send (message: string): void } | undefined
    let first: Promise<string>
    await page.routeWebSocket(/stream/, socket => {
      server = socket
      const upstream = socket.connectToServer()
      let isFirst = true
      first = new Promise(resolve => {
        upstream.onMessage(message => {
          if (isFirst) {
            isFirst = false
            socket.send(message)
            resolve(String(message))
          }
        })
      })
    })
    await page.goto(url)
    await page.locator('body[data-ready]').waitFor()
    const { atMs, state, points } = JSON.parse(await first!) as { atMs: number, state: { portfolio: object }, points: Record<string, number> }
    const session = await page.context().newCDPSession(page)
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage')
      return (await session.send('Runtime.getHeapUsage')).usedSize / 1024
    }
    let afterMinute = 0
    for (let second = 1; second <= 3600; second++) {
      const now = atMs + second * 1000
      const moved = Object.fromEntries(Object.entries(points).map(([key, value]) => [key, value * (1 + Math.sin(second / 30) / 100)]))
      server!.send(JSON.stringify({ atMs: now, patch: { atMs: now, portfolio: { ...state.portfolio, equity: 100_000 + second } }, points: moved }))
      if (second % 4 === 0) await page.evaluate('new Promise(requestAnimationFrame)')
      if (second === 60) afterMinute = await heap()
    }
    const afterHour = await heap()
    progress(`  ${afterMinute.toFixed(0)} KiB after a minute, ${afterHour.toFixed(0)} KiB after an hour`)
    return { ours: Math.max(1, afterHour - afterMinute), peer: 1024 }
  })
}

/** How long drawing takes: twenty charts of a thousand points each, on every frame. The peer is a frame's time at 60 a second. */
async function measureFrame (): Promise<Figures> {
  return await withPage(async (browser, url) => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 2600 } })
    await page.goto(url)
    await page.locator('body[data-ready]').waitFor()
    const ours = await page.evaluate(`(async () => {
      const { Chart } = await import('./chart.js')
      const { Lines } = await import('./lines.js')
      const { Cursor } = await import('./cursor.js')
      const data = new Lines()
      const cursor = new Cursor()
      const values = Array.from({ length: 1000 }, (_, i) => 100 + Math.sin(i / 40) * 10 + Math.random())
      data.load({ startMs: 0, stepMs: 1000, columns: { line: values } }, 1e6)
      const charts = Array.from({ length: 20 }, (_, i) => new Chart({
        title: 'Chart ' + i, lines: [{ key: 'line', colour: 'a' }], data, cursor, format: value => value.toFixed(2), fill: 'area'
      }))
      document.querySelector('main').replaceChildren(...charts.map(({ element }) => element))
      const draw = () => { for (const chart of charts) chart.draw(0, 999_000) }
      draw()
      let best = Infinity
      for (let round = 0; round < 30; round++) {
        await new Promise(requestAnimationFrame)
        const from = performance.now()
        cursor.set(round * 10_000)
        draw()
        best = Math.min(best, performance.now() - from)
      }
      return best
    })()`) as number
    return { ours, peer: 1000 / 60 }
  })
}

/** The peers: stringify for each client; the same for the hold; 300 ms; a MiB an hour; a frame. The floor is writing one frame to every socket. */
const benches: Bench[] = [
  { name: 'dashboard.broadcast.cpu', unit: 'ms', run: async () => (await measureLoad()).cpuMs },
  { name: 'dashboard.broadcast.hold', unit: 'ms', run: async () => (await measureLoad()).holdMs },
  { name: 'dashboard.paint', unit: 'ms', run: measurePaint },
  { name: 'dashboard.heap', unit: 'KiB', run: measureHeap },
  { name: 'dashboard.frame', unit: 'ms', run: measureFrame }
]

export default benches
