import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { booksBalance } from './books.js'
import { Scrape } from './scrape.js'

const main = fileURLToPath(new URL('../../../examples/paper-trader/main.ts', import.meta.url))

/** The paper trader in a process of its own. */
function start (t: Test, ...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => { child.kill('SIGKILL') })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  const closed = once(child, 'close')

  return {
    interrupt: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves with the first match in what has been printed so far, or once it is printed. */
    async printed (pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output)
        if (match !== null) return match
        if (child.exitCode !== null) throw new Error(`it ended without ${pattern}: ${output}${errors}`)
        await Promise.race([once(child.stdout, 'data'), closed])
      }
    },
    async ended () {
      const [code] = await closed as [number | null]
      return { code, output, errors }
    }
  }
}

/** What the command that follows `name` in the greeting asks for. */
async function urlOf (session: ReturnType<typeof start>, name: string): Promise<string> {
  return (await session.printed(new RegExp(`${name} +curl (http://[\\d.]+:\\d+/\\S+)`)))[1]!
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  await t.test(`trades live, takes a trade over HTTP, and sums up on ${signal}`, async t => {
    const session = start(t, '--port', '0')
    const [metricsUrl, tradeUrl] = [await urlOf(session, 'metrics'), await urlOf(session, 'trade')]
    const [, body] = await session.printed(/trade .* -d '(.*)'/)
    let status = 0
    // Right after the start there may be no price yet: then the answer is a denial.
    while (status !== 202) {
      const response = await fetch(tradeUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body! })
      await response.json()
      status = response.status
    }
    const metrics = new Scrape(await (await fetch(metricsUrl)).text())
    t.equal(metrics.sum('njord_orders_total', { strategy_id: 'manual' }), 1)
    t.ok(metrics.sum('njord_market_ticks_total') > 0)
    session.interrupt(signal)
    const { code, output, errors } = await session.ended()
    t.equal(code, 0)
    t.equal(errors, '')
    t.match(output, /^portfolio +\d/m)
    t.match(output, /^intents {2}\d+ allowed, \d+ denied/m)
  })
}

await t.test('replays a file to its end and exits', async t => {
  const dir = t.testdir({ 'a-b.csv': 'timestamp_ms,id,side,price,amount\n0,1,buy,10,1\n60000,2,sell,11,1\n' })
  const { code, output, errors } = await start(t, '--port', '0', '--feed', join(dir, 'a-b.csv'), '--speed', 'max', '--exit-at-end').ended()
  t.equal(code, 0)
  t.equal(errors, '')
  t.match(output, 'Trading on paper: trades of a-b.csv (A/B)')
  t.match(output, '2 ticks of trades of a-b.csv: 60.0 s of market time in 0.')
})

await t.test('answers and keeps its metrics after the end of the feed until it is interrupted', async t => {
  const session = start(t, '--port', '0', '--speed', 'max', '--ticks', '5000')
  const [, url] = await session.printed(/The market is closed\. (http:\S+) stays/)
  booksBalance(t, new Scrape(await (await fetch(url!)).text()))
  session.interrupt('SIGINT')
  const { code, output } = await session.ended()
  t.equal(code, 0)
  t.equal(output.match(/^portfolio/gm)!.length, 1, 'it sums up once')
})

await t.test('a busy port is one line and exit code 1', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const { code, output, errors } = await start(t, '--port', String(port)).ended()
  t.equal(code, 1)
  t.equal(output, '')
  t.equal(errors, `paper-trader: Cannot listen on 127.0.0.1:${port}: the port is in use; --port N takes another one, 0 any that is free\n`)
})

await t.test('a feed that cannot be used is one line and exit code 1, before anything listens', async t => {
  const dir = t.testdir({ 'a-b.csv': 'timestamp_ms,id,side,price,amount\n0,1,buy,10,1\n1,2,buy,ten,1\n' })
  const path = join(dir, 'a-b.csv')
  const { code, output, errors } = await start(t, '--port', '0', '--feed', path).ended()
  t.equal(code, 1)
  t.equal(output, '')
  t.equal(errors, `paper-trader: ${path}:3: found price "ten", expected a number above 0\n`)
})

await t.test('a wrong option is one line and exit code 2', async t => {
  const { code, output, errors } = await start(t, '--port', 'http').ended()
  t.equal(code, 2)
  t.equal(output, '')
  t.equal(errors, 'paper-trader: --port: found "http", expected a whole number from 0 to 65535\n')
})

await t.test('--help explains itself', async t => {
  const { code, output } = await start(t, '--help').ended()
  t.equal(code, 0)
  t.match(output, 'Usage: npm start -- [options]')
})
