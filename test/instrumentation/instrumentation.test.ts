import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Log } from '../../src/contracts/log.js'
import { silentLog } from '../../src/contracts/log.js'
import { instrumentation } from '../../src/instrumentation/instrumentation.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

const boom = new Error('boom')

function arrange (log: Log = silentLog) {
  const clock = new VirtualClock()
  const registry = new MetricRegistry({ clock, log })
  const calls = () => Object.fromEntries(Object.entries(samples(registry, 'njord_function_calls_total'))
    .map(([sample, value]) => [[...sample.matchAll(/"([^"]*)"/g)].map(match => match[1]).join(' '), value]))
  const duration = (name: string) => {
    const found = samples(registry, 'njord_processing_duration_seconds')
    return {
      count: found[`njord_processing_duration_seconds_count{function="${name}"}`],
      sum: found[`njord_processing_duration_seconds_sum{function="${name}"}`]
    }
  }
  return { clock, registry, calls, duration, ...instrumentation(registry) }
}

await t.test('counts methods of every kind by their name and how they ended', async t => {
  const { countCalls, calls } = arrange()
  class Engine {
    readonly factor = 3
    @countCalls
    times (n: number): number { return n * this.factor }

    @countCalls({ functionName: 'Engine.fails' })
    fails (): never { throw boom }

    @countCalls()
    async later (n: number): Promise<number> { return n * this.factor }

    @countCalls
    async rejects (): Promise<void> { throw boom }

    @countCalls
    static of (): Engine { return new this() }

    @countCalls
    #hidden (): number { return this.factor }

    reveal (): number { return this.#hidden() }
  }
  const engine = Engine.of()
  t.equal(engine.times(2), 6)
  t.throws(() => engine.fails(), boom)
  t.equal(await engine.later(3), 9)
  await t.rejects(engine.rejects(), boom)
  t.equal(engine.reveal(), 3)
  t.same(calls(), {
    'times success': 1,
    'times error': 0,
    'Engine.fails success': 0,
    'Engine.fails error': 1,
    'later success': 1,
    'later error': 0,
    'rejects success': 0,
    'rejects error': 1,
    'of success': 1,
    'of error': 0,
    '#hidden success': 1,
    '#hidden error': 0
  })
})

await t.test('times a call until its promise settles', async t => {
  const { clock, measureDuration, duration } = arrange()
  const process = measureDuration(async function handle (ms: number, error?: Error): Promise<string> {
    await new Promise<void>(resolve => { clock.after(ms, resolve) })
    if (error !== undefined) throw error
    return 'done'
  })
  const success = process(2000)
  clock.advance(2000)
  t.equal(await success, 'done')
  const failure = process(1000, boom)
  clock.advance(1000)
  await t.rejects(failure, boom)
  t.same(duration('handle'), { count: 2, sum: 3 })
})

await t.test('times a call that returns or throws at once', async t => {
  const { clock, measureDuration, duration } = arrange()
  const work = measureDuration((ms: number): void => {
    clock.advance(ms)
    if (ms > 1000) throw boom
  }, { functionName: 'work' })
  work(500)
  t.throws(() => { work(1500) }, boom)
  t.same(duration('work'), { count: 2, sum: 2 })
})

await t.test('times a generator until it is done, closed or has thrown', async t => {
  const { clock, measureDuration, duration } = arrange()
  const ticks = measureDuration(function * ticks (): Generator<number, string, number> {
    let ms = 1000
    while (ms > 0) {
      clock.advance(ms)
      ms = yield ms
    }
    if (ms < 0) throw boom
    return 'end'
  })
  const toTheEnd = ticks()
  t.same(toTheEnd.next(), { value: 1000, done: false })
  t.equal(duration('ticks').count, 0)
  t.same(toTheEnd.next(2000), { value: 2000, done: false })
  t.same(toTheEnd.next(0), { value: 'end', done: true })
  t.same(duration('ticks'), { count: 1, sum: 3 })

  const closed = ticks()
  closed.next()
  closed.return('early')
  t.same(duration('ticks'), { count: 2, sum: 4 })
  const throwing = ticks()
  throwing.next()
  t.throws(() => throwing.next(-1), boom)
  t.same(duration('ticks'), { count: 3, sum: 5 })
})

await t.test('counts asynchronous generators', async t => {
  const { countCalls, calls } = arrange()
  const feed = countCalls(async function * feed (last: number): AsyncGenerator<number> {
    for (let i = 0; i < last; i++) yield i
    if (last > 2) throw boom
  })
  const seen: number[] = []
  for await (const n of feed(2)) seen.push(n)
  t.same(seen, [0, 1])
  await t.rejects(async () => { for await (const n of feed(3)) seen.push(n) }, boom)
  for await (const n of feed(9)) if (n === 1) break
  t.same(calls(), { 'feed success': 2, 'feed error': 1 })
})

await t.test('a wrapped function keeps its this, name, length, properties and type', async t => {
  const { countCalls, calls } = arrange()
  function place (this: { venue: string }, symbol: string, quantity: number): string { return `${this.venue} ${symbol} ${quantity}` }
  place.retries = 3
  const wrapped: typeof place = countCalls(place)
  t.equal(wrapped.call({ venue: 'paper' }, 'BTC', 2), 'paper BTC 2')
  t.match({ name: wrapped.name, length: wrapped.length, retries: wrapped.retries }, { name: 'place', length: 2, retries: 3 })
  // @ts-expect-error a quantity is a number
  wrapped.call({ venue: 'paper' }, 'BTC', 'two')
  countCalls(() => {})()
  t.match(calls(), { 'place success': 2, 'anonymous success': 1 })
})

await t.test('a rejection that nobody handles is still unhandled', async t => {
  const file = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
  const program = `
    import { instrumentation } from ${file('instrumentation/instrumentation.ts')}
    import { MetricRegistry } from ${file('metrics/registry.ts')}
    const { countCalls } = instrumentation(new MetricRegistry())
    const work = countCalls(async () => { throw new Error('boom') })
    await work().catch(() => { console.log('handled') })
    work()
  `
  const run = promisify(execFile)(process.execPath, [...process.execArgv, '--input-type=module', '--eval', program])
  t.match(await run.catch((error: unknown) => error), { code: 1, stdout: 'handled\n', stderr: /boom/ })
})

await t.test('an object with a then is handed on untouched', async t => {
  const { countCalls, calls } = arrange()
  let started = 0
  const query = { then () { started++ } }
  t.equal(countCalls(function find () { return query })(), query)
  t.equal(started, 0)
  t.match(calls(), { 'find success': 1 })
})

await t.test('metrics may have names and bounds of the host\'s own', async t => {
  const { registry, countCalls, measureDuration } = arrange()
  measureDuration(countCalls(function settle () {}, { metricName: 'settlements_total' }), { metricName: 'settlement_seconds', buckets: [1] })()
  t.match(samples(registry, 'settlements_total'), { 'settlements_total{function="settle",outcome="success"}': 1 })
  t.match(samples(registry, 'settlement_seconds'), { 'settlement_seconds_count{function="settle"}': 1 })
  t.throws(() => countCalls(() => {}, { metricName: 'no name' }), { code: 'NJORD_ERR_INVALID_METRIC' })
})

await t.test('while telemetry is off, a function is itself', async t => {
  const { countCalls, measureDuration } = instrumentation(undefined)
  const work = (): number => 1
  t.equal(countCalls(work), work)
  t.equal(measureDuration(work, { functionName: 'x' }), work)
  const method = Object.getOwnPropertyDescriptor(class { @countCalls @measureDuration() work () { return 1 } }.prototype, 'work')!.value as () => number
  t.equal(method(), 1)
})

await t.test('classes may be defined before there is a registry', async t => {
  const { registry, calls } = arrange()
  const host: { registry?: MetricRegistry } = {}
  const { countCalls } = instrumentation(() => host.registry)
  class Runner { @countCalls run (): void {} }
  const runner = new Runner()
  runner.run()
  host.registry = registry
  runner.run()
  runner.run()
  t.same(calls(), { 'run success': 2, 'run error': 0 })
})

await t.test('a metric that is refused past boot is logged once, and the function does its work', async t => {
  const lines: string[] = []
  const { registry } = arrange({ ...silentLog, warn: (_fields, message) => { lines.push(message) } })
  const { countCalls } = instrumentation(() => registry)
  const work = countCalls(() => 1, { metricName: 'no name' })
  t.equal(work() + work(), 2)
  t.match(lines, [/unwatched/])
  t.equal(lines.length, 1)
})

await t.test('refuses what is no method', async t => {
  const { countCalls } = arrange()
  const decorate = countCalls as unknown as (value: unknown, context: object) => unknown
  t.throws(() => decorate(undefined, { kind: 'field', name: 'price', addInitializer () {} }), { code: 'NJORD_ERR_INVALID_OPTION', message: /price.*field/ })
})
