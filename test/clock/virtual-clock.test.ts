import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Timer } from '../../src/contracts/clock.js'

t.test('stands still until it is told to go on', async t => {
  const clock = new VirtualClock(1_700_000_000_000.25)
  t.equal(clock.nowMs(), 1_700_000_000_000.25)
  t.equal(clock.nowNs(), 1_700_000_000_000_250_000n)
  t.equal(clock.monotonicSeconds(), 0)
  clock.advance(1500)
  t.equal(clock.nowMs(), 1_700_000_001_500.25)
  t.equal(clock.monotonicSeconds(), 1.5)
  clock.advanceTo(5)
  t.equal(clock.nowMs(), 1_700_000_001_500.25, 'a time in the past changes nothing')
})

t.test('a fraction that rounds up carries into the millisecond', async t => {
  t.equal(new VirtualClock(1.9999999).nowNs(), 2_000_000n)
  t.equal(new VirtualClock(-0.5).nowNs(), -500_000n)
  t.equal(new VirtualClock(8_640_000_000_000_000).nowNs(), 8_640_000_000_000_000_000_000n)
})

t.test('timers run in the order of their instants, ties in the order in which they were set', async t => {
  const clock = new VirtualClock(100)
  const ran: string[] = []
  const at = (name: string) => () => { ran.push(`${name}@${clock.nowMs()}`) }
  clock.after(20, at('c'))
  clock.after(10, at('a'))
  clock.after(10, at('b'))
  clock.after(-5, at('now'))
  t.equal(clock.nextDueMs(), 100)
  clock.advance(9)
  t.strictSame(ran.splice(0), ['now@100'])
  clock.advance(11)
  t.strictSame(ran, ['a@110', 'b@110', 'c@120'])
  t.equal(clock.nextDueMs(), undefined)
})

t.test('timers set on the way run on the way', async t => {
  const clock = new VirtualClock()
  const ran: number[] = []
  clock.after(10, () => {
    ran.push(clock.nowMs())
    clock.after(0, () => { ran.push(clock.nowMs()) })
    clock.after(5, () => { ran.push(clock.nowMs()) })
    clock.after(50, () => { ran.push(clock.nowMs()) })
  })
  clock.advance(20)
  t.strictSame(ran, [10, 10, 15])
  t.equal(clock.nextDueMs(), 60)
})

t.test('an interval runs until it is cancelled, from inside its own callback too', async t => {
  const clock = new VirtualClock()
  const ran: number[] = []
  const timer = clock.every(3, () => {
    ran.push(clock.nowMs())
    if (ran.length === 3) timer.cancel()
  })
  clock.advance(100)
  t.strictSame(ran, [3, 6, 9])
  timer.cancel()
  t.equal(clock.nextDueMs(), undefined)
})

t.test('a callback may cancel another that is due at the same instant', async t => {
  const clock = new VirtualClock()
  const ran: string[] = []
  const timers: Timer[] = []
  timers.push(clock.after(1, () => { ran.push('first'); timers[1]!.cancel(); timers[0]!.cancel() }))
  timers.push(clock.after(1, () => { ran.push('second') }))
  clock.advance(5)
  t.strictSame(ran, ['first'])
})

t.test('what a callback throws comes out, and the rest goes on from there', async t => {
  const clock = new VirtualClock()
  const ran: number[] = []
  clock.every(10, () => { ran.push(clock.nowMs()); if (ran.length === 1) throw new Error('boom') })
  t.throws(() => { clock.advance(30) }, { message: 'boom' })
  t.equal(clock.nowMs(), 10)
  clock.advance(20)
  t.strictSame(ran, [10, 20, 30])
})

t.test('a callback may move the clock on itself', async t => {
  const clock = new VirtualClock()
  const ran: string[] = []
  clock.after(1, () => { ran.push('a'); clock.advance(10) })
  clock.after(5, () => { ran.push(`b@${clock.nowMs()}`) })
  clock.advance(2)
  t.strictSame(ran, ['a', 'b@5'])
  t.equal(clock.nowMs(), 11)
})

t.test('refuses what is no time', async t => {
  const clock = new VirtualClock()
  for (const interval of [0, -1, NaN]) t.throws(() => clock.every(interval, () => {}), RangeError)
  t.throws(() => clock.after(NaN, () => {}), RangeError)
  for (const time of [NaN, Infinity, -Infinity]) t.throws(() => { clock.advanceTo(time) }, RangeError)
  t.equal(clock.nowMs(), 0)
  clock.after(Infinity, () => { t.fail('never') })
  clock.advance(1e15)
})

/** The same by the simplest means: a list that is sorted whenever it is read. */
class SortedModel {
  now = 0
  #order = 0
  #timers: Array<{ due: number, order: number, id: number, interval: number }> = []

  set (id: number, delay: number, interval: number): void {
    this.#timers.push({ due: this.now + delay, order: this.#order++, id, interval })
  }

  cancel (id: number): void {
    this.#timers = this.#timers.filter(timer => timer.id !== id)
  }

  advance (ms: number, run: (id: number) => void): void {
    const end = this.now + ms
    for (;;) {
      this.#timers.sort((a, b) => a.due - b.due || a.order - b.order)
      const next = this.#timers[0]
      if (next === undefined || next.due > end) break
      this.now = next.due
      if (next.interval === 0) this.#timers.shift()
      else Object.assign(next, { due: next.due + next.interval, order: this.#order++ })
      run(next.id)
    }
    this.now = end
  }
}

t.test('does what a sorted list does, whatever is set, cancelled and awaited', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ set: fc.nat(300) }) },
    { weight: 1, arbitrary: fc.record({ every: fc.integer({ min: 20, max: 200 }) }) },
    { weight: 3, arbitrary: fc.record({ cancel: fc.nat(200), inCallback: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ advance: fc.nat(100) }) }
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 200, size: 'max' }), steps => {
    const clock = new VirtualClock()
    const model = new SortedModel()
    const timers: Timer[] = []
    const ran: string[] = []
    const expected: string[] = []
    // What callbacks do, by the timer that does it: both sides do the same.
    const doings = new Map<number, () => void>()
    const modelDoings = new Map<number, () => void>()
    let ids = 0
    const set = (delay: number, interval: number): void => {
      const id = ids++
      const run = (): void => { ran.push(`${id}@${clock.nowMs()}`); doings.get(id)?.() }
      timers[id] = interval === 0 ? clock.after(delay, run) : clock.every(interval, run)
      model.set(id, delay, interval)
    }
    for (const item of steps) {
      if ('every' in item) set(item.every, item.every)
      else if ('advance' in item) {
        clock.advance(item.advance)
        model.advance(item.advance, id => { expected.push(`${id}@${model.now}`); modelDoings.get(id)?.() })
      } else if ('set' in item) {
        set(item.set, 0)
      } else if (ids > 0) {
        const victim = item.cancel % ids
        if (item.inCallback) {
          const doer = ids
          set(item.cancel % 7, 0)
          doings.set(doer, () => { timers[victim]!.cancel() })
          modelDoings.set(doer, () => { model.cancel(victim) })
        } else {
          timers[victim]!.cancel()
          model.cancel(victim)
        }
      }
      if (ran.join() !== expected.join() || clock.nowMs() !== model.now) throw new Error(`ran ${ran.join(' ')}, expected ${expected.join(' ')}`)
    }
  }), { seed: 4, numRuns: 300 })
})
