import { PassThrough } from 'node:stream'
import t from 'tap'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import { StatusLine } from '../../../examples/paper-trader/status.js'

function open (terminal: { isTTY?: boolean, columns?: number }) {
  const clock = new VirtualClock()
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), terminal)
  const line = new StatusLine({ output, clock, text: () => `at ${clock.nowMs()}` })
  return { clock, line, written: () => output.read() as string | null }
}

await t.test('renews one line on a terminal, no wider than it is', async t => {
  const { clock, line, written } = open({ isTTY: true, columns: 6 })
  clock.advance(500)
  t.equal(written(), '\r\x1b[2Kat 25\r\x1b[2Kat 50')
  line.close()
  t.equal(written(), '\r\x1b[2Kat 50\n')
  clock.advance(5000)
  t.equal(written(), null)
})

await t.test('writes a line now and then elsewhere', async t => {
  const { clock, line, written } = open({})
  clock.advance(10_000)
  t.equal(written(), 'at 5000\nat 10000\n')
  line.close()
  t.equal(written(), 'at 10000\n')
})
