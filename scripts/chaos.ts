/**
 * `npm run chaos -- --seed N --minutes M`: five services record known totals and publish them over a real Redis to an
 * aggregator with a journal, while services, aggregator and Redis are killed (`kill -9`; Redis comes back empty) and paused
 * at random. Prints one JSON line `{"seed","faults","recorded","differences"}` and ends with 1 when anything differs.
 *
 * Truth is what a service had recorded at its last completed flush; a service that was killed within a flush may count
 * either way. Both the aggregator's totals and the sums of the journal's windows, of every resolution, must equal it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { resolutions } from '../src/contracts/window.js'
import { JournalReader } from '../src/journal/journal-reader.js'
import { freePort, RedisServer } from '../test/support/redis-server.js'
import { Victim } from './chaos/process.js'
import { random } from './chaos/random.js'

/** What one life of a service said: at the start of its last flush, and at the end of the last one that was completed. */
interface Life {
  begun: number[]
  done: number[]
}

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '2' } } })
const seed = Number(values.seed)
const next = random(seed)
const folder = await mkdtemp(join(tmpdir(), 'njord-chaos-'))
const journal = join(folder, 'journal')
const redis = new RedisServer(await freePort(), folder)
const lives = new Map<string, Life>()
const names = ['risk', 'broker', 'runner-1', 'runner-2', 'runner-3']
const lifeOf: Record<string, number> = {}
const faults: Record<string, number> = {}
let isOver = false
let onAggregator: (line: string) => void = () => {}
const aggregator = new Victim(new URL('./chaos/aggregator.ts', import.meta.url), line => { onAggregator(line) })
const services = new Map(names.map(name => [name, new Victim(new URL('./chaos/service.ts', import.meta.url), line => { heard(name, line) })]))

try {
  await redis.start()
  startAggregator()
  // What was recorded long before there was an aggregator is of no window of its time.
  while (await ask('read', 500) === undefined);
  for (const name of names) startService(name)
  await causeFaults(Number(values.minutes) * 60_000)
  isOver = true
  for (const service of services.values()) service.say('stop')
  const differences = await compare()
  const recorded = [...lives.values()].reduce((sum, { done }) => sum + (done[0] ?? 0), 0)
  process.stdout.write(`${JSON.stringify({ seed, faults: Object.values(faults).reduce((sum, count) => sum + count, 0), recorded, differences: differences.length })}\n`)
  process.stderr.write(`${JSON.stringify(faults)}, ${lives.size} lives\n`)
  for (const difference of differences.slice(0, 20)) process.stderr.write(`${difference}\n`)
  if (differences.length > 0) process.exitCode = 1
} finally {
  await Promise.all([aggregator, ...services.values()].map(async victim => { await victim.kill() }))
  await redis.kill()
  await rm(folder, { recursive: true, force: true })
}

function startAggregator (): void {
  aggregator.start([redis.url, journal])
}

function startService (name: string): void {
  const life = lifeOf[name] = (lifeOf[name] ?? 0) + 1
  services.get(name)!.start([redis.url, name, String(life), join(folder, 'spool'), String(seed * 1000 + names.indexOf(name) * 100 + life)])
}

function heard (name: string, line: string): void {
  const key = `${name} ${lifeOf[name]}`
  const life = lives.get(key) ?? { begun: [], done: [] }
  lives.set(key, life)
  if (line === 'E') life.done = life.begun
  else if (line.startsWith('B ')) life.begun = JSON.parse(line.slice(2)) as number[]
}

async function causeFaults (forMs: number): Promise<void> {
  // Without a life nothing can be lost.
  while (lives.size < names.length) await sleep(50)
  for (const endMs = Date.now() + forMs; Date.now() < endMs;) {
    await sleep(200 + next() * 1000)
    const name = names[Math.floor(next() * names.length)]!
    const service = services.get(name)!
    const kind = next()
    if (kind < 0.35) {
      await fault('kill service', async () => {
        await service.kill()
        await sleep(next() * 500)
        startService(name)
      })
    } else if (kind < 0.5) {
      await fault('kill aggregator', async () => {
        await aggregator.kill()
        await sleep(next() * 500)
        startAggregator()
      })
    } else if (kind < 0.65) {
      await fault('kill redis', async () => {
        await redis.kill()
        // A service may be killed while Redis is away: nobody but its spool knows what it recorded then.
        if (next() < 0.7) await sleep(200 + next() * 800)
        if (next() < 0.7) {
          await service.kill()
          startService(name)
        }
        await sleep(next() * 1000)
        await redis.start()
      })
    } else if (kind < 0.72) {
      // For everybody else, this is the network.
      await fault('pause redis', async () => {
        redis.hang()
        await sleep(200 + next() * 1500)
        redis.resume()
      })
    } else {
      await fault('pause', async () => {
        const victim = next() < 0.4 ? aggregator : service
        victim.signal('SIGSTOP')
        await sleep(200 + next() * 1500)
        victim.signal('SIGCONT')
      })
    }
  }
}

async function fault (kind: string, cause: () => Promise<void>): Promise<void> {
  faults[kind] = (faults[kind] ?? 0) + 1
  await cause()
}

/** Waits until everybody has found everybody again, then says what differs. */
async function compare (): Promise<string[]> {
  let differences: string[] = ['the aggregator did not answer']
  for (const endMs = Date.now() + 45_000; Date.now() < endMs && differences.length > 0;) {
    await sleep(500)
    const shown = await ask('read', 2000)
    if (shown !== undefined) differences = differencesOf(JSON.parse(shown) as Record<string, number[]>, 'the aggregator')
  }
  if (await ask('drain', 20_000) === undefined) return [...differences, 'the aggregator was not drained']
  for (const resolution of resolutions) differences.push(...differencesOf(await sums(resolution), `the ${resolution} windows of the journal`))
  return differences
}

async function ask (what: string, patienceMs: number): Promise<string | undefined> {
  return await new Promise(resolve => {
    const timer = setTimeout(() => { resolve(undefined) }, patienceMs)
    onAggregator = line => {
      clearTimeout(timer)
      resolve(line)
    }
    aggregator.say(what)
  })
}

function differencesOf (found: Record<string, number[]>, where: string): string[] {
  const differences: string[] = []
  let events = 0
  for (const [key, { begun, done }] of lives) {
    const [counter, histogram] = [found[`chaos_events_total ${key}`] ?? [0], found[`chaos_size ${key}`] ?? [0, 0, 0, 0, 0, 0]]
    const whole = JSON.stringify([...counter, ...histogram])
    events += counter[0]!
    const isSame = [done, ...isAlive(key) ? [] : [begun]].some(truth => JSON.stringify(truth.length === 0 ? [0, 0, 0, 0, 0, 0, 0] : truth) === whole)
    if (!isSame) differences.push(`${where}, ${key}: ${whole}, recorded ${JSON.stringify(done)}`)
  }
  const all = found['chaos_all_events_total']?.[0] ?? 0
  if (all !== events) differences.push(`${where}: ${all} events of all services, which are ${events} by service`)
  return differences
}

function isAlive (key: string): boolean {
  return isOver && names.some(name => key === `${name} ${lifeOf[name]}`)
}

/** The sums of a resolution's windows, by metric and labels. */
async function sums (resolution: (typeof resolutions)[number]): Promise<Record<string, number[]>> {
  const reader = new JournalReader({ dir: journal })
  const totals: Record<string, number[]> = {}
  for (const name of ['chaos_events_total', 'chaos_all_events_total', 'chaos_size']) {
    for await (const record of reader.read({ name, from: 0, to: Date.now() + 10 * 86_400_000, resolution })) {
      const key = [name, ...record.labels['service'] === undefined ? [] : [record.labels['service'], record.labels['life']]].join(' ')
      const cells = record.type === 'counter' ? [record.increment] : record.type === 'histogram' ? [record.sum, ...record.buckets] : []
      totals[key] = cells.map((cell, at) => cell + (totals[key]?.[at] ?? 0))
    }
  }
  return totals
}
