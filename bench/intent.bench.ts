import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { firstTicks, syntheticFeed } from '../examples/paper-trader/feed/feed.js'
import { buildHost } from '../examples/paper-trader/host.js'
import { topics } from '../examples/paper-trader/messages.js'
import { defaultCaps } from '../examples/paper-trader/risk-engine.js'
import { SystemClock } from '../src/clock/system-clock.js'
import { VirtualClock } from '../src/clock/virtual-clock.js'
import { eventNames, type EventListeners, type EventName } from '../src/contracts/events.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { EventDispatcher } from '../src/packs/dispatcher.js'
import { njordPack } from '../src/packs/njord/pack.js'
import { mountPack } from '../src/packs/pack.js'
import { compare, progress, shuffle, type Bench } from './harness.js'

type Said = readonly [event: EventName, payload: never]

const intents = 500
const rounds = 4
const bodies = (['buy', 'sell'] as const).map(side => JSON.stringify({ symbol: 'BTC/USDT', side, quantity: 0.01 }))

/** Everything that is said for `intents` intents, from the request to the last fill, the marks of the books included. */
async function sayings (): Promise<Said[]> {
  const feed = firstTicks(syntheticFeed(1, 0), 1)
  const clock = new VirtualClock(feed.startMs)
  const { app } = await buildHost({
    feed,
    clock,
    wall: new SystemClock(),
    speed: Infinity,
    seed: 1,
    strategies: {},
    caps: { ...defaultCaps, ordersPerMinute: 1e9, positionSize: 10, grossExposure: 10 },
    telemetry: { enabled: true, http: false, runtime: false }
  })
  await app.ready()
  const { emit, bus, on } = app.njord
  const tick = () => {
    emit('marketTick', { symbol: 'BTC/USDT', price: 42_000, quantity: 1, venue: 'paper' })
    bus.publish(topics.ticks, { symbol: 'BTC/USDT', price: 42_000, quantity: 1, atMs: clock.nowMs() })
  }
  tick()
  const said: Said[] = []
  on(Object.fromEntries(eventNames.filter(event => event !== 'marketTick').map(event => [event, (payload: never) => { said.push([event, payload]) }])) as EventListeners)
  for (let i = 0; i < intents; i++) {
    const { statusCode } = await app.inject({ method: 'POST', url: '/intents', headers: { 'content-type': 'application/json' }, body: bodies[i % 2]! })
    if (statusCode >= 300) throw new Error(`POST /intents answered ${statusCode}`)
    clock.advance(400)
    tick()
  }
  await app.close()
  // Copies: V8 has given up the hidden classes that the first objects were made with, and reads those much more slowly.
  // A host's events are read as soon as they are made, when their classes are the present ones.
  return said.map(([event, payload]) => [event, { ...payload as object } as never])
}

/** Nanoseconds that recording costs for one intent: the same events said to the pack, and to nobody. */
async function recordingNs (): Promise<number> {
  const said = await sayings()
  const dispatcher = (isRecording: boolean): EventDispatcher => {
    const clock = new VirtualClock()
    const instruments = new MetricRegistry({ clock })
    const made = new EventDispatcher({ instruments })
    if (isRecording) made.on(mountPack(njordPack, instruments, { clock }))
    return made
  }
  const replayOf = ({ emit }: EventDispatcher) => (times: number) => {
    for (let i = 0; i < times; i++) for (const [event, payload] of said) emit(event, payload)
  }
  const found = await compare({ on: replayOf(dispatcher(true)), off: replayOf(dispatcher(false)) })
  progress(`  ${(said.length / intents).toFixed(1)} events an intent, ${((found.on - found.off) / intents).toFixed(0)} ns to record them`)
  return (found.on - found.off) / intents
}

/** Microseconds of CPU that the host's process takes for one request under load from this one, by round. */
async function requestCpu (): Promise<Record<'on' | 'off', number[]>> {
  const cpu: Record<'on' | 'off', number[]> = { on: [], off: [] }
  for (let round = 0; round < rounds; round++) {
    for (const variant of shuffle(['on', 'off'] as const)) {
      const host = fork(fileURLToPath(new URL('intent-host.ts', import.meta.url)), [variant], { execArgv: ['--import', 'tsx'] })
      try {
        await once(host, 'message')
        const { port } = await usage(host)
        await load(port, 2) // warms up
        const before = await usage(host)
        const requests = await load(port, 3)
        const after = await usage(host)
        cpu[variant].push((after.cpuMicroseconds - before.cpuMicroseconds) / requests)
      } finally {
        host.kill()
      }
    }
  }
  return cpu
}

async function usage (host: ChildProcess): Promise<{ port: number, cpuMicroseconds: number }> {
  const answer = once(host, 'message') as Promise<[{ port: number, cpuMicroseconds: number }]>
  host.send('usage')
  return (await answer)[0]
}

async function load (port: number, seconds: number): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/intents`,
    connections: 10,
    duration: seconds,
    requests: bodies.map(body => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body }))
  })
  if (result.non2xx > 0) throw new Error(`${result.non2xx} intents were refused`)
  return result.requests.total
}

const spread = (values: readonly number[]): string => `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`

const benches: Bench[] = [{
  // `peer` is the CPU of a request that is not recorded, `ours` the same and the recording: a ratio of 0.99 is 1 %.
  name: 'intent.overhead',
  unit: 'µs/request',
  async run () {
    const cpu = await requestCpu()
    progress(`  CPU a request, µs: off ${spread(cpu.off)}, on ${spread(cpu.on)}`)
    const off = Math.min(...cpu.off)
    const recording = await recordingNs() / 1000
    progress(`  recording takes ${(100 * recording / off).toFixed(2)} % of the cheapest request's CPU`)
    return { ours: off + recording, peer: off }
  }
}]

export default benches
