import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../../src/cli/run.js'
import { Journal } from '../../src/journal/journal.js'
import { counter, day, readAll, scratch } from '../journal/records.js'
import { startRedis } from '../support/redis-server.js'

const policy = fileURLToPath(new URL('../../config/retention.yaml', import.meta.url))

async function cli (...args: string[]) {
  let [out, progress] = ['', '']
  const outcome = await run(args, { out: text => { out += text }, progress: text => { progress += text } })
  return { out, progress, code: 'code' in outcome ? outcome.code : undefined, close: 'close' in outcome ? outcome.close : async () => {} }
}

t.test('help', async t => {
  for (const args of [['--help'], ['help'], ['aggregator', '--help'], ['cleanup', '-h']]) t.match(await cli(...args), { code: 0, out: /^Usage: njord-telemetry/ })
})

t.test('a wrong command line says what to do, and ends with 2', async t => {
  const dir = await scratch(t)
  for (const [args, message] of [
    [[], /a command is missing/], [['aggregate'], /there is no command "aggregate"/], [['cleanup', '--polcy', 'x'], /polcy/],
    [['cleanup', '--journal', dir], /--policy FILE is missing/], [['cleanup', '--policy', policy], /--journal DIR is missing/],
    [['cleanup', '--policy', policy, '--journal', join(dir, 'none')], /no such directory/],
    [['aggregator'], /--redis URL is missing/], [['aggregator', '--redis', 'redis://x', '--policy', policy], /give --journal DIR/],
    [['aggregator', '--redis', 'redis://x', '--log', 'loud'], /expected one of fatal/],
    [['aggregator', '--redis', 'redis://x', '--fsync', 'often'], /expected one of always/], [['aggregator', '--redis', 'redis://x', '--grace', 'long'], /number of seconds/],
    [['aggregator', '--redis', 'redis://x', '--listen', '9090'], /--listen 9090: expected a host and a port/],
    [['aggregator', '--redis', 'redis://x', '--listen', 'host:99999'], /expected a host/]
  ] as Array<[string[], RegExp]>) t.match(await cli(...args), { code: 2, progress: message })
})

t.test('what fails ends with 1', async t => {
  const dir = await scratch(t)
  await writeFile(join(dir, 'p.yaml'), 'retention: {}')
  t.match(await cli('cleanup', '--policy', join(dir, 'p.yaml'), '--journal', dir), { code: 1, progress: /p\.yaml:1: retention\.raw_metrics: it is missing/ })
  t.match(await cli('aggregator', '--redis', 'http://x', '--log', 'silent'), { code: 1, progress: /redis\.url/ })
  const journal = await Journal.open({ dir })
  t.match(await cli('cleanup', '--policy', policy, '--journal', dir), { code: 1, progress: /has a writer: process \d+/ })
  t.match(await cli('cleanup', '--policy', policy, '--journal', dir, '--dry-run'), { code: 0, out: 'Nothing to do.\n' })
  await journal.close()
})

t.test('cleanup prints what it does, and did', async t => {
  const dir = await scratch(t)
  const journal = await Journal.open({ dir })
  const old = day - 10 * 365 * 86_400_000
  journal.write([counter(old, 1), counter(old + 60_000, 2)])
  await journal.close()
  const dry = await cli('cleanup', '--policy', policy, '--journal', dir, '--dry-run')
  t.match(dry.out, /^what +segment +into +bytes before +bytes after +damaged\nto be compressed +1m\/.*\.ndjson +1m\/.*\.ndjson\.gz +\d+\nto be deleted/)
  t.equal((await readAll(dir)).records.length, 2)
  const done = await cli('cleanup', '--policy', policy, '--journal', dir)
  t.match(done, { code: 0, out: /\n2 done, \d+ bytes freed\.\n$/, progress: /^compressed 1m\/\S+ into 1m\/\S+\ndeleted 1m\/\S+\n$/ })
  t.strictSame(await readdir(join(dir, '1m')), [])
})

t.test('the aggregator serves metrics until it is told to end, and lets go of its journal', async t => {
  const redis = await startRedis(t)
  const dir = await scratch(t)
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, main, 'aggregator', '--redis', redis.url, '--listen', '127.0.0.1:0', '--journal', dir, '--policy', policy,
    '--log', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [chunk] = await once(child.stdout, 'data') as [Buffer]
  const url = /http:\S+/.exec(String(chunk))![0]
  t.match(await (await fetch(url)).text(), /njord_journal_writable 1/)
  t.match(await cli('cleanup', '--policy', policy, '--journal', dir), { code: 1, progress: new RegExp(`process ${child.pid}`) })
  child.kill('SIGTERM')
  t.strictSame(await once(child, 'exit'), [0, null])
  t.match(await cli('cleanup', '--policy', policy, '--journal', dir), { code: 0, out: 'Nothing to do.\n' })

  const app = await cli('aggregator', '--redis', redis.url, '--listen', '127.0.0.1:0', '--log', 'silent', '--grace', '10')
  t.match(app.out, /metrics at http:\/\/127\.0\.0\.1:\d+\/metrics/)
  await app.close()
})
