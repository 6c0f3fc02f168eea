import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { SystemClock } from '../../src/clock/system-clock.js'
import type { Log } from '../../src/contracts/log.js'

const module = new URL('../../src/clock/system-clock.ts', import.meta.url).href

/** Runs `code` with a `clock` in a process of its own; resolves with its exit code, signal and output. */
async function run (code: string): Promise<{ exit: unknown[], output: string }> {
  const program = `import { SystemClock } from '${module}'\nconst clock = new SystemClock()\n${code}`
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 })
  let output = ''
  child.stdout.on('data', chunk => { output += String(chunk) })
  child.stderr.on('data', chunk => { output += String(chunk) })
  return { exit: await once(child, 'exit'), output }
}

t.test('its timers do not keep a process alive', async t => {
  const { exit, output } = await run('clock.every(10, () => {}); clock.after(3_600_000, () => {}); clock.after(1e12, () => {})')
  t.strictSame(exit, [0, null], output)
})

t.test('what callbacks throw or reject with never reaches the host', async t => {
  const { exit, output } = await run(`
    clock.after(1, () => { throw new Error('thrown') })
    clock.after(1, async () => { throw new Error('rejected') })
    let ticks = 0
    const keep = setInterval(() => {}, 1000)
    clock.every(1, () => { if (++ticks === 3) clearInterval(keep); throw new Error('each time') })
    process.on('exit', () => { console.log('ticks', ticks >= 3) })`)
  t.strictSame(exit, [0, null], output)
  t.equal(output.trim(), 'ticks true')
})

/** A log that keeps its lines. */
class Lines implements Log {
  readonly lines: string[] = []
  info (_: object, message: string): void { this.lines.push(message) }
  warn (_: object, message: string): void { this.lines.push(message) }
  error (_: object, message: string): void { this.lines.push(message) }
}

t.test('a callback that fails is logged once until it works again', async t => {
  const log = new Lines()
  const clock = new SystemClock(log)
  let calls = 0
  const keep = setInterval(() => {}, 1000)
  await new Promise<void>(resolve => {
    const timer = clock.every(1, () => {
      calls++
      if (calls === 6) {
        timer.cancel()
        clock.after(1, resolve)
      }
      if (calls !== 3 && calls !== 6) throw new Error(String(calls))
    })
  })
  clearInterval(keep)
  t.equal(calls, 6)
  t.equal(log.lines.length, 2)
})

t.test('a delay longer than Node\'s timers take does not fire at once', async t => {
  const clock = new SystemClock()
  const fired: string[] = []
  const timers = [clock.after(2 ** 31 + 5, () => { fired.push('after') }), clock.every(2 ** 32, () => { fired.push('every') }), clock.after(Infinity, () => { fired.push('never') })]
  const warned: string[] = []
  const warn = (warning: Error): void => { warned.push(warning.name) }
  process.on('warning', warn)
  const keep = setInterval(() => {}, 1000)
  await new Promise<void>(resolve => { clock.after(10, resolve) })
  clearInterval(keep)
  process.off('warning', warn)
  for (const timer of timers) {
    timer.cancel()
    timer.cancel()
  }
  t.strictSame(fired, [])
  t.notOk(warned.includes('TimeoutOverflowWarning'))
})

t.test('a cancelled timer does not run', async t => {
  const clock = new SystemClock()
  clock.after(1, () => { t.fail('cancelled') }).cancel()
  clock.every(1, () => { t.fail('cancelled') }).cancel()
  const keep = setInterval(() => {}, 1000)
  await new Promise<void>(resolve => { clock.after(5, resolve) })
  clearInterval(keep)
})

t.test('tells the time, in milliseconds, nanoseconds and since whenever', async t => {
  const clock = new SystemClock()
  t.ok(Math.abs(clock.nowMs() - Date.now()) < 1000)
  t.ok(Math.abs(Number(clock.nowNs() / 1_000_000n) - Date.now()) < 60_000)
  let [lastNs, last] = [clock.nowNs(), clock.monotonicSeconds()]
  for (let i = 0; i < 1000; i++) {
    const [ns, seconds] = [clock.nowNs(), clock.monotonicSeconds()]
    t.ok(ns >= lastNs && seconds >= last)
    ;[lastNs, last] = [ns, seconds]
  }
})

t.test('refuses what is no time', async t => {
  const clock = new SystemClock()
  for (const interval of [0, -1, NaN]) t.throws(() => clock.every(interval, () => {}), RangeError)
  t.throws(() => clock.after(NaN, () => {}), RangeError)
})
