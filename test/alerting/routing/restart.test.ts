import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { Exposition } from '../../../src/exposition/exposition.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { RouterUnderTest, startSink } from './support.js'

test('killed with -9, it loses no alert and tells nobody twice', { timeout: 90_000 }, async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-restart-'))
  const sink = await startSink(t)
  const child = fileURLToPath(new URL('restart-child.ts', import.meta.url))
  const start = (...args: string[]) => spawn(process.execPath, [...process.execArgv, child, dir, sink.url, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const told = (): string[] => sink.requests.map(({ body }) => {
    const { alerts } = body as { alerts: Array<{ status: string, labels: { alertname: string } }> }
    return alerts.map(({ status, labels }) => `${labels.alertname} ${status}`).join(', ')
  }).sort()

  const first = start('first')
  let startsAt = ''
  first.stdout.on('data', chunk => { startsAt += String(chunk) })
  const [, signal] = await once(first, 'exit') as [number | null, string]
  t.equal(signal, 'SIGKILL')
  t.same(told(), ['Ends firing', 'Stays firing', 'Vanishes firing'])

  const second = start('again', startsAt.trim())
  t.teardown(async () => {
    if (second.kill('SIGKILL')) await once(second, 'exit')
    await rm(dir, { recursive: true, force: true })
  })
  for (const end = Date.now() + 60_000; sink.requests.length < 6 && Date.now() < end;) await delay(20)
  await delay(700) // two more turns of the groups
  t.same(told(), ['Ends firing', 'Ends resolved', 'Late firing', 'Stays firing', 'Vanishes firing', 'Vanishes resolved'])
})

test('the state is written anew when it has grown, and a damaged line costs itself', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-state-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const config = 'route: {receiver: a, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}\nreceivers: [{name: a}]'
  const clock = new VirtualClock(Date.UTC(2026, 0, 5))
  const path = join(dir, 'routing.ndjson')
  const first = new RouterUnderTest(config, { dir, clock })
  await first.router.start()
  const filler = 'x'.repeat(20_000)
  const [startsAtMs, endsAtMs] = [clock.nowMs() - 1, clock.nowMs() + 3_600_000]
  for (let i = 0; i < 300; i++) {
    first.router.post([{ labels: ['alertname', 'A'], annotations: ['filler', `${filler}${i}`], startsAtMs, endsAtMs, generatorUrl: '' }])
  }
  first.fire({ alertname: 'B' })
  await first.go(5)
  first.resolve({ alertname: 'B' })
  await first.go(5)
  await new Promise(resolve => { setTimeout(resolve, 200) })
  await first.router.close()
  t.equal(first.take().length, 3)
  t.ok((await readFile(path, 'utf8')).length < 5_000_000, 'of six megabytes that were written')
  const sound = (await readFile(path, 'utf8')).trimEnd().split('\n')
  const alert = sound.map(line => JSON.parse(line) as { alert?: object }).find(record => record.alert !== undefined)!.alert
  const damaged = [
    null, 5, 'x', [], {}, { alert: {} }, { silence: null }, { noAlert: 5 }, { entry: { key: 'k' } }, { alert, ended: 'no' },
    { alert: { ...alert, labels: ['odd'] }, ended: false }, { alert: { ...alert, endsAtMs: 1e300 }, ended: false }, { alert, ended: false, silence: null },
    { silence: { id: 'x', matchers: [{}], startsAtMs: 0, endsAtMs: 1, updatedAtMs: 0, createdBy: '', comment: '' } }
  ]
  await appendFile(path, `${damaged.map(record => JSON.stringify(record)).join('\n')}\n{"torn`)
  const warned: unknown[] = []
  const instruments = new MetricRegistry({ clock })
  const log = { info () {}, warn: (fields: object, message: string) => { warned.push({ ...fields, message }) }, error () {} }
  const second = new RouterUnderTest(config, { dir, clock, instruments, log })
  await second.router.start()
  await second.go(20)
  t.same(second.take(), [])
  const lines = Array.from({ length: 10 }, (_, i) => sound.length + 1 + i)
  t.strictSame(warned, [{ path, count: 15, lines, message: 'damaged lines in the state of routing are left out' }])
  t.match(String((await new Exposition(instruments).scrape()).body), /^njord_alerting_state_damaged_lines_total 15$/m)
  t.equal([...second.router.alerts()].length, 2)
  await second.go(3600)
  t.same(second.take(), ['a: all alerts resolved [] [A:]'])
  await second.router.close()
})

test('a folder that cannot be used refuses at the start, and a disk that fails later costs only the state', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-state-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const config = 'route: {receiver: a, group_wait: 0s, group_interval: 1s}\nreceivers: [{name: a}]'
  const errors: string[] = []
  const log = { info () {}, warn () {}, error: (_: object, message: string) => { errors.push(message) } }
  await appendFile(join(dir, 'file'), '')
  await t.rejects(new RouterUnderTest(config, { dir: join(dir, 'file') }).router.start(), { code: 'EEXIST' })
  const gone = new RouterUnderTest(config, { dir: join(dir, 'gone'), log })
  const starting = gone.router.start()
  await starting
  await rm(join(dir, 'gone'), { recursive: true })
  const filler = 'x'.repeat(20_000)
  for (let i = 0; i < 300; i++) gone.router.post([{ labels: ['alertname', 'A'], annotations: ['filler', `${filler}${i}`], startsAtMs: i, endsAtMs: gone.clock.nowMs() + 1000, generatorUrl: '' }])
  await gone.go(1)
  await new Promise(resolve => { setTimeout(resolve, 100) })
  t.same(gone.take(), ['a: first notification [A:] []', 'a: all alerts resolved [] [A:]'])
  t.match(errors, [/the state of routing cannot be written/])
  await gone.router.close()
})

test('a state that could not be written is written when it can be, with all that was missed', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-state-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const config = 'route: {receiver: a, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}\nreceivers: [{name: a}]'
  const clock = new VirtualClock(Date.UTC(2026, 0, 5))
  const lines: string[] = []
  const note = (_: object, message: string) => { lines.push(message) }
  await mkdir(join(dir, 'routing.ndjson.new'))
  const first = new RouterUnderTest(config, { dir, clock, log: { info: note, warn: note, error: note } })
  await first.router.start()
  first.fire({ alertname: 'A' })
  await first.go(25)
  t.equal(first.take().length, 1)
  t.match(lines, [/^the state of routing cannot be written/], 'said once')
  await rm(join(dir, 'routing.ndjson.new'), { recursive: true })
  await first.go(11)
  for (const end = Date.now() + 10_000; lines.length < 2 && Date.now() < end;) await delay(5)
  t.equal(lines[1], 'the state of routing is written again')
  first.fire({ alertname: 'B' })
  // Killed: nothing is closed.
  const second = new RouterUnderTest(config, { dir, clock })
  await second.router.start()
  await second.go(0)
  t.same([...second.router.alerts()].map(({ labels }) => labels.join()).sort(), ['alertname,A', 'alertname,B'])
  t.same(second.take(), ['a: new alerts added [A: B:] []'], 'nobody hears of A for the first time')
  await second.router.close()
  await first.router.close()
})
