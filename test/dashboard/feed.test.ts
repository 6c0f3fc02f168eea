import t, { type Test } from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { silentLog } from '../../src/contracts/log.js'
import type { Outlet } from '../../src/dashboard/client.js'
import { DashboardMetrics } from '../../src/dashboard/dashboard-metrics.js'
import { Feed } from '../../src/dashboard/feed.js'
import { HistoryReader } from '../../src/dashboard/history.js'
import type { JsonObject } from '../../src/dashboard/merge-patch.js'
import { MetricReader } from '../../src/dashboard/metric-reader.js'
import { RowNumbers } from '../../src/dashboard/row-numbers.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import type { QueryAnswer } from '../../src/promql/engine.js'

interface Message { atMs: number, state?: JsonObject, patch?: object, points: Record<string, number>, range?: string, history?: { columns: object } }

/** A page as the feed sees it, whose reading can be stopped. */
class Page implements Outlet {
  readonly transport: 'websocket' | 'events'
  readonly messages: Message[] = []
  bufferedBytes = 0
  closed: string | undefined

  constructor (transport: 'websocket' | 'events' = 'events') {
    this.transport = transport
  }

  send (frame: Buffer): void {
    const text = frame.toString()
    this.messages.push(JSON.parse(text.slice(text.indexOf('{'))) as Message)
  }

  close (reason: string): void {
    this.closed = reason
  }
}

const empty: JsonObject = { portfolio: {}, strategies: {}, system: {} }

/** A feed over a figure that each reading raises by one. */
function open (t: Test, { maxClients = 3, history }: { maxClients?: number, history?: HistoryReader } = {}) {
  const wall = new VirtualClock(1_700_000_000_000)
  const registry = new MetricRegistry({ clock: wall })
  let readings = 0
  const model = { read: (): JsonObject => ({ atMs: ++readings, ...empty, portfolio: { equity: readings, name: 'same' } }), fails: false }
  const feed = new Feed({
    model: { read: () => { if (model.fails) throw new Error('no figures'); return model.read() } },
    history,
    wall,
    metrics: new DashboardMetrics(registry),
    log: silentLog,
    maxClients
  })
  t.teardown(() => { feed.close() })
  const metrics = new MetricReader(registry)
  const settle = async (): Promise<void> => { await new Promise(resolve => { setImmediate(resolve) }) }
  const join = async (page: Page, isOver = () => false): Promise<() => void> => {
    const end = feed.open(page, '1h', isOver)
    await settle()
    return end
  }
  const second = async (): Promise<void> => {
    wall.advance(1000)
    await settle()
  }
  return { feed, model, metrics, join, second, wall, readings: () => readings }
}

await t.test('a page gets the whole picture, and each second what changed', async t => {
  const { join, second } = open(t)
  const page = new Page()
  await join(page)
  await second()
  await second()
  t.match(page.messages[0], { atMs: 1, state: { portfolio: { equity: 1, name: 'same' } }, points: { equity: 1 }, range: '1h' })
  t.same(page.messages.slice(1), [
    { atMs: 2, patch: { atMs: 2, portfolio: { equity: 2 } }, points: { equity: 2 } },
    { atMs: 3, patch: { atMs: 3, portfolio: { equity: 3 } }, points: { equity: 3 } }
  ])
})

await t.test('all pages get the same bytes, made once, and one that comes later follows on', async t => {
  const { join, second, readings } = open(t)
  const pages = [new Page(), new Page('websocket')]
  for (const page of pages) await join(page)
  await second()
  const late = new Page()
  await join(late)
  await second()
  t.equal(readings(), 3, 'one reading a second, whoever looks')
  t.same(pages[0]!.messages.at(-1), pages[1]!.messages.at(-1))
  t.match(late.messages, [{ state: { portfolio: { equity: 2 } } }, { patch: { portfolio: { equity: 3 } } }])
})

await t.test('nothing is done while nobody looks', async t => {
  const { join, second, readings, wall, metrics } = open(t)
  await second()
  t.equal(readings(), 0)
  const end = await join(new Page())
  t.equal(metrics.sum('njord_dashboard_clients'), 1)
  end()
  end()
  t.equal(metrics.sum('njord_dashboard_clients'), 0)
  t.equal(wall.nextDueMs(), undefined)
})

await t.test('a slow page is skipped, told everything when it reads again, and dropped when it does not', async t => {
  const { join, second, metrics } = open(t)
  const [page, other] = [new Page(), new Page()]
  await join(page)
  await join(other)
  page.bufferedBytes = 1
  await second()
  await second()
  page.bufferedBytes = 0
  await second()
  t.equal(page.messages.length, 2)
  t.match(page.messages[1], { state: { portfolio: { equity: 4, name: 'same' } } })
  t.equal(other.messages.length, 4)
  page.bufferedBytes = 1
  for (let i = 0; i < 16; i++) await second()
  t.equal(page.closed, 'slow')
  t.equal(metrics.sum('njord_dashboard_skipped_updates_total'), 17)
  t.equal(metrics.sum('njord_dashboard_dropped_clients_total', 'reason', 'slow'), 1)
  const stuck = new Page()
  await join(stuck)
  stuck.bufferedBytes = 5_000_000
  await second()
  t.equal(stuck.closed, 'slow', 'at once where much waits')
  t.equal(other.closed, undefined)
})

await t.test('a page whose session ends is sent away', async t => {
  const { join, second } = open(t)
  const page = new Page()
  let isOver = false
  await join(page, () => isOver)
  await second()
  t.equal(page.closed, undefined)
  isOver = true
  await second()
  t.equal(page.closed, 'expired')
  t.equal(page.messages.length, 2)
})

await t.test('there is an end to how many there may be', async t => {
  const { join, feed } = open(t, { maxClients: 1 })
  const [first, second, third] = [new Page(), new Page(), new Page()]
  await Promise.all([join(first), join(second)])
  await join(third)
  t.same([first.closed, second.closed, third.closed], [undefined, 'full', 'full'])
  t.equal(feed.size, 1)
})

await t.test('figures that cannot be read are not sent, and trading goes on', async t => {
  const { join, second, model } = open(t)
  const page = new Page()
  await join(page)
  model.fails = true
  await second()
  await second()
  t.equal(page.messages.length, 1)
  model.fails = false
  await second()
  t.match(page.messages[1], { patch: { portfolio: { equity: 2 } } })
  const early = open(t)
  early.model.fails = true
  const refused = new Page()
  await early.join(refused)
  t.equal(refused.closed, 'over')
})

await t.test('the end of the host is the end of it', async t => {
  const { join, feed } = open(t)
  const page = new Page()
  await join(page)
  const coming = new Page()
  const joining = join(coming)
  feed.close()
  await joining
  t.same([page.closed, coming.closed, coming.messages.length], ['over', 'over', 0], 'the one whose past is being read as well')
  const late = new Page()
  await join(late)
  t.equal(late.closed, 'over')
})

await t.test('the past is read once for all who come within a second', async t => {
  const clock = new VirtualClock(3_600_000)
  const asked: string[] = []
  const matrix = (result: object[]) => ({ data: { resultType: 'matrix', result } as QueryAnswer['data'] })
  const queries = {
    async range (expr: string, startMs: number, endMs: number, stepMs: number) {
      asked.push(expr)
      t.same([startMs, endMs, stepMs], [0, 3_600_000, 15_000])
      if (expr.includes('strategy_pnl')) return matrix([{ metric: { strategy_id: '__proto__' }, values: [[15, '7.12345678']] }])
      if (expr.includes('equity')) return matrix([{ metric: {}, values: [[0, '1'], [30, 'NaN'], [3600, '3']] }])
      if (expr.includes('drawdown')) throw new Error('too much')
      return matrix([])
    },
    async instant (expr: string): Promise<Pick<QueryAnswer, 'data'>> {
      const value = expr.includes('intents_denied') ? '4' : 'NaN'
      return { data: { resultType: 'vector', result: [{ metric: {}, value: [0, value] }] } }
    }
  }
  const history = new HistoryReader({ queries, clock, rows: new RowNumbers(5), log: silentLog, sinceMs: () => -Infinity })
  const { join, second } = open(t, { history })
  const pages = [new Page(), new Page('websocket')]
  await Promise.all(pages.map(async page => await join(page)))
  const lines = asked.length
  t.equal(new Set(asked).size, lines, 'each line once')
  const { columns } = pages[0]!.messages[0]!.history as { columns: Record<string, Array<number | null>> }
  t.same(Object.keys(columns), ['equity', 'pnl.0'])
  t.equal(columns['equity']!.length, 241)
  t.same([columns['equity']![0], columns['equity']![1], columns['equity']![2], columns['equity']![240]], [1, null, null, 3])
  t.equal(columns['pnl.0']![1], 7.123457)
  await second()
  await second()
  t.match(pages[0]!.messages.at(-1), { points: { denied: 4, equity: 3 } }, 'what is computed over a window comes with the next update')
  await join(new Page())
  t.equal(asked.length, 2 * lines)
})
