import { register } from 'node:module'
import t from 'tap'
import { RedisBus } from '../../src/bus/redis-bus.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'

// Resolution of the package "redis" fails as it does where it is not installed.
register(`data:text/javascript,${encodeURIComponent(`
  export async function resolve (specifier, context, nextResolve) {
    return await nextResolve(specifier === 'redis' ? 'redis-that-is-not-installed' : specifier, context)
  }
`)}`)

await t.test('without the package "redis" a Redis bus says what to install', async t => {
  await t.rejects(RedisBus.open({ url: 'redis://127.0.0.1:1', clock: new VirtualClock() }), {
    code: 'NJORD_ERR_REDIS_MISSING',
    message: /npm install redis/,
    cause: { message: /Cannot find package/ }
  })
})
