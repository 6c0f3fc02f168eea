import t from 'tap'
import type { TradingEvents } from '../../src/contracts/events.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { EventDispatcher } from '../../src/packs/dispatcher.js'
import { scrape } from './samples.js'

const tick: TradingEvents['marketTick'] = { symbol: 'BTC', price: 100 }

function recordingLog () {
  const lines: string[] = []
  const line = (level: string) => (fields: object, message: string) => { lines.push(`${level} ${(fields as { event: string }).event}: ${message}`) }
  return { lines, info: line('info'), warn: line('warn'), error: line('error') }
}

t.test('hands an event to its listeners in the order in which they were added', async t => {
  const heard: string[] = []
  const host = new EventDispatcher()
  host.on({ marketTick: ({ symbol }) => { heard.push(`first ${symbol}`) } })
  host.on({ marketTick: ({ symbol }) => { heard.push(`second ${symbol}`) }, killSwitch: () => { heard.push('kill') } })
  host.emit('marketTick', tick)
  host.emit('killSwitch', { active: true })
  t.strictSame(heard, ['first BTC', 'second BTC', 'kill'])
})

t.test('keeps the this of a listener', async t => {
  const books = { ticks: 0, marketTick () { this.ticks++ } }
  const dispatcher = new EventDispatcher()
  dispatcher.on(books)
  dispatcher.emit('marketTick', tick)
  t.equal(books.ticks, 1)
})

t.test('an unknown event is nobody\'s', async t => {
  const dispatcher = new EventDispatcher()
  for (const name of ['nothing', '__proto__', 'constructor', 'toString', undefined]) {
    t.doesNotThrow(() => { dispatcher.emit(name as never, undefined as never) })
  }
})

t.test('stops at once for the next event when removed, as often as it is asked', async t => {
  const heard: string[] = []
  const dispatcher = new EventDispatcher()
  const off = dispatcher.on({ marketTick: () => { heard.push('a') } })
  dispatcher.on({ marketTick: () => { heard.push('b') } })
  off()
  off()
  dispatcher.emit('marketTick', tick)
  t.strictSame(heard, ['b'])
})

t.test('listeners may come and go while an event is under way', async t => {
  const heard: string[] = []
  const dispatcher = new EventDispatcher()
  const off = dispatcher.on({
    marketTick: () => {
      heard.push('once')
      off()
      dispatcher.on({ marketTick: () => { heard.push('late') } })
    }
  })
  dispatcher.on({ marketTick: () => { heard.push('always') } })
  dispatcher.emit('marketTick', tick)
  t.strictSame(heard, ['once', 'always'])
  dispatcher.emit('marketTick', tick)
  t.strictSame(heard, ['once', 'always', 'always', 'late'])
})

t.test('a listener may emit events itself', async t => {
  const heard: string[] = []
  const dispatcher = new EventDispatcher()
  dispatcher.on({
    marketTick: () => { dispatcher.emit('killSwitch', { active: true }) },
    killSwitch: () => { heard.push('kill') }
  })
  dispatcher.on({ marketTick: () => { heard.push('tick') } })
  dispatcher.emit('marketTick', tick)
  t.strictSame(heard, ['kill', 'tick'])
})

t.test('a listener that throws harms neither the host nor other listeners; it is counted', async t => {
  const instruments = new MetricRegistry()
  const dispatcher = new EventDispatcher({ instruments })
  let heard = 0
  dispatcher.on({ marketTick: () => { throw new Error('broken') } })
  dispatcher.on({ marketTick: () => { throw null } }) // eslint-disable-line no-throw-literal
  dispatcher.on({ marketTick: () => { heard++ } })
  t.doesNotThrow(() => {
    dispatcher.emit('marketTick', tick)
    dispatcher.emit('marketTick', tick)
  })
  t.equal(heard, 2)
  const samples = await scrape(instruments)
  t.equal(samples['njord_event_listener_errors_total{event="marketTick"}'], 4)
  t.equal(samples['njord_event_listener_errors_total{event="orderFilled"}'], 0, 'every event has its series from the start')
})

t.test('a listener whose promise rejects is counted too', async t => {
  const instruments = new MetricRegistry()
  const log = recordingLog()
  const dispatcher = new EventDispatcher({ instruments, log })
  dispatcher.on({ marketTick: async () => { throw new Error('broken, later') } })
  dispatcher.on({ marketTick: (() => 'no promise') as () => void })
  dispatcher.emit('marketTick', tick)
  await new Promise(resolve => setImmediate(resolve))
  t.equal((await scrape(instruments))['njord_event_listener_errors_total{event="marketTick"}'], 1)
  t.equal(log.lines.length, 1)
})

t.test('logs once when a listener begins to throw, and once when it has worked for a thousand calls', async t => {
  const log = recordingLog()
  const dispatcher = new EventDispatcher({ log })
  let isBroken = false
  dispatcher.on({ marketTick: () => { if (isBroken) throw new Error('broken') } })
  const emit = (times: number) => { for (let i = 0; i < times; i++) dispatcher.emit('marketTick', tick) }
  emit(10)
  t.strictSame(log.lines, [])
  for (let i = 0; i < 100; i++) {
    isBroken = i % 2 === 0
    emit(1)
  }
  t.strictSame(log.lines.splice(0), ['error marketTick: a listener of a trading event throws; trading goes on'])
  isBroken = false
  emit(2000)
  t.strictSame(log.lines.splice(0), ['info marketTick: a listener of a trading event works again'])
  isBroken = true
  emit(2)
  t.equal(log.lines.length, 1)
})
