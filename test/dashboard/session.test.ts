import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { LoginLimit } from '../../src/dashboard/login-limit.js'
import { Sessions } from '../../src/dashboard/session.js'

await t.test('a session lasts as long as it says, across restarts, and not with another token', async t => {
  const clock = new VirtualClock(1_000_000)
  const sessions = new Sessions({ token: 'secret', clock, sessionMs: 60_000 })
  const cookie = sessions.begin()
  t.match(sessions.find(cookie), { expiresAtMs: 1_060_000 })
  t.ok(new Sessions({ token: 'secret', clock }).find(cookie), 'the host was started again')
  t.notOk(new Sessions({ token: 'other', clock }).find(cookie))
  clock.advance(59_999)
  t.ok(sessions.find(cookie))
  clock.advance(1)
  t.notOk(sessions.find(cookie))
})

await t.test('nothing about a session can be changed', async t => {
  const sessions = new Sessions({ token: 'secret', clock: new VirtualClock(0), sessionMs: 60_000 })
  const cookie = sessions.begin()
  const [id, expiry, signature] = cookie.split('.') as [string, string, string]
  for (const forged of [
    '', 'a.b.c', `${id}.${expiry}`, `${id}.${Number(expiry) + 1}.${signature}`, `x${id}.${expiry}.${signature}`, `${cookie}.x`,
    `${id}.${expiry}.${signature.slice(1)}`, `${id}.${expiry}.`, 'x'.repeat(100_000)
  ]) t.notOk(sessions.find(forged), forged.slice(0, 80))
})

await t.test('a session that was logged out is over, and the list of them is bounded', async t => {
  const clock = new VirtualClock(0)
  const sessions = new Sessions({ token: 'secret', clock, sessionMs: 1000 })
  const cookie = sessions.begin()
  sessions.end(sessions.find(cookie)!)
  t.notOk(sessions.find(cookie))
  t.ok(sessions.find(sessions.begin()), 'others go on')
  clock.advance(2000)
  for (let i = 0; i < 20_000; i++) sessions.end({ id: `${i}`, expiresAtMs: 10_000 })
  t.equal(sessions.size, 10_000)
})

await t.test('tokens are compared as a whole', async t => {
  const sessions = new Sessions({ token: 'secret', clock: new VirtualClock(0) })
  t.ok(sessions.isToken('secret'))
  for (const wrong of ['', 'secre', 'secrets', 'Secret']) t.notOk(sessions.isToken(wrong))
})

await t.test('an address may guess five times, and then once in twelve seconds', async t => {
  const clock = new VirtualClock(0)
  const limit = new LoginLimit(clock)
  for (let i = 0; i < 5; i++) {
    t.equal(limit.waitSeconds('a'), 0)
    limit.failed('a')
  }
  t.equal(limit.waitSeconds('a'), 12)
  t.equal(limit.waitSeconds('b'), 0)
  clock.advance(12_000)
  t.equal(limit.waitSeconds('a'), 0)
  limit.failed('a')
  t.equal(limit.waitSeconds('a'), 12)
  limit.succeeded('a')
  t.equal(limit.waitSeconds('a'), 0)
})

await t.test('many addresses together are held back as well, and their table is bounded', async t => {
  const clock = new VirtualClock(0)
  const limit = new LoginLimit(clock)
  for (let i = 0; i < 10_000; i++) limit.failed(`10.0.${i >> 8}.${i & 255}`)
  t.equal(limit.size, 1000)
  t.equal(limit.waitSeconds('192.168.0.1'), 1)
  clock.advance(1000)
  t.equal(limit.waitSeconds('192.168.0.1'), 0)
})
