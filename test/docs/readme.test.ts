import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import ts from 'typescript'
import { telemetryOptions } from '../../src/config/telemetry-options.js'
import { eventNames } from '../../src/contracts/events.js'
import { Document, root } from './documents.js'

const readme = new Document('README.md')
const programs = readme.code('ts')
const [host, riskEngine, ...fragments] = programs as [string, string, ...string[]]

/** What a fragment may take for granted, besides its own imports. */
const surroundings = `
import Fastify from 'fastify'
declare global { var intent: { strategyId: string, symbol: string, side: 'buy', quantity: number }, allowed: boolean, reason: string }
Object.assign(globalThis, {
  intent: { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 }, allowed: false, reason: 'Max position reached'
})
const app = Fastify()
`
const ending = `
app.njord.emit('orderFilled', {
  orderId: '1', strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', venue: 'paper', quantity: 100, price: 1, fee: 0, complete: true
})
process.stdout.write((await app.inject({ url: '/metrics', headers: { accept: 'application/openmetrics-text' } })).body)
await app.close()
`

/** A fragment as a program that prints its scrape. */
function complete (fragment: string): string {
  const registers = fragment.includes('register(njordTelemetry')
    ? ''
    : 'import njordTelemetry from \'njord-telemetry\'\nawait app.register(njordTelemetry, { enabled: true })\n'
  return surroundings + registers + fragment + ending
}

/** Writes programs to files whose `njord-telemetry` is the one in this repository. */
function write (t: Test, texts: readonly string[]): string[] {
  const folder = t.testdir(Object.fromEntries(texts.map((_, i) => [`program-${i}.ts`, ''])))
  const entry = relative(folder, join(root, 'plugins/index.js'))
  return texts.map((text, i) => {
    const file = join(folder, `program-${i}.ts`)
    ts.sys.writeFile(file, text.replaceAll('\'njord-telemetry\'', `'${entry}'`))
    return file
  })
}

function start (t: Test, file: string) {
  const child = spawn(process.execPath, [...process.execArgv, file], { stdio: ['ignore', 'pipe', 'pipe'], cwd: root })
  t.teardown(() => { child.kill('SIGKILL') })
  const printed = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => { printed.output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { printed.errors += text })
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${printed.output}${printed.errors}`)
  })
  ended.catch(() => {})
  return { printed, ended }
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

await t.test('every program in it compiles', async t => {
  const files = write(t, [host, ...[riskEngine, ...fragments].map(complete)])
  const folder = dirname(files[0]!)
  // Declarations of modules that have none are not found by following imports.
  ts.sys.writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [join(root, 'src/**/*.d.ts')], files }))
  // In a process of its own, which is not measured for coverage: that makes a compiler three times as slow.
  const child = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: ['ignore', 'pipe', 'inherit'], cwd: root })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { printed += text })
  const [code] = await once(child, 'close') as [number]
  t.equal(code, 0, printed)
})

await t.test('the host is of fifteen lines at most, and the curl commands under it work', async t => {
  t.ok(host.trim().split('\n').length <= 15)
  const port = await freePort()
  const [file] = write(t, [host.replace('port: 3000', `port: ${port}`)]) as [string]
  const { printed, ended } = start(t, file)
  while (!printed.output.includes('Server listening')) await Promise.race([sleep(20), ended])
  const commands = readme.code('sh').join('').split('\n').filter(line => line.startsWith('curl'))
  const answers = []
  for (const command of commands) {
    const [, url, type, body] = /^curl (http:\/\/\S+)(?: -H 'content-type: ([^']+)' -d '([^']+)')?$/.exec(command)!
    const response = await fetch(url!.replace('localhost:3000', `127.0.0.1:${port}`),
      body === undefined ? {} : { method: 'POST', headers: { 'content-type': type! }, body })
    answers.push(await response.text())
  }
  t.match(JSON.parse(answers[0]!), { portfolioId: 'main', equity: 99_998 })
  t.match(answers[1]!, /^njord_fills_total\{strategy_id="trend",symbol="BTC\/USDT",side="buy"} 1$/m)
  t.match(answers[1]!, /^njord_open_orders\{symbol="BTC\/USDT"} 0$/m)
})

await t.test('five lines are enough for a risk engine', async t => {
  t.equal(riskEngine.split('\n').filter(line => line !== '').length, 5)
  const { printed, ended } = start(t, write(t, [complete(riskEngine)])[0]!)
  await ended
  t.match(printed.output, /^njord_intents_received_total 1\n/m)
  t.match(printed.output, /^njord_intents_denied_total\{reason="limit_exceeded"} 1\n/m)
})

await t.test('events, own metrics and own packs do what it says', async t => {
  const running = write(t, fragments.map(complete)).map(file => start(t, file))
  await Promise.all(running.map(async ({ ended }) => { await ended }))
  const scrapes = running.map(({ printed }) => printed.output).join('')
  for (const line of [
    'njord_killswitch_active 1',
    'njord_mark_price{symbol="BTC/USDT"} 42000',
    'desk_orders_total{symbol="BTC/USDT",side="buy"} 2 # {order_id="4711"} 1',
    'njord_function_calls_total{function="check",outcome="success"} 1',
    'njord_processing_duration_seconds_count{function="check"} 1',
    'desk_big_fills_total{symbol="BTC/USDT"} 1'
  ]) t.ok(scrapes.includes(line), line)
})

await t.test('the scrape configuration is one that Prometheus takes', async t => {
  const yaml = readme.code('yaml')
  t.equal(yaml.length, 1)
  const folder = t.testdir({ 'prometheus.yml': yaml[0]! })
  const child = spawn('promtool', ['check', 'config', join(folder, 'prometheus.yml')], { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.resume()
  const [code] = await once(child, 'close') as [number]
  t.equal(code, 0)
})

await t.test('the npm commands exist', async t => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  const used = Array.from(readme.text.matchAll(/npm (?:run )?(start|test|bench)\b/g), ([, script]) => script!)
  t.same([...new Set(used)].sort(), ['bench', 'start', 'test'])
  for (const script of used) t.ok(scripts[script], script)
  t.ok(readFileSync(join(root, '.ci/run'), 'utf8').includes('\nnpm ci && npm test\n'), 'what is tested is what it says')
  for (const block of readme.codeBlocks) t.ok(['sh', 'ts', 'yaml'].includes(block.language), `a ${block.language} block is run by a test`)
})

await t.test('its table of options has every option, and no other', async t => {
  const names = readme.rowNames.filter(name => !/^(njord|intent|NJORD)/.test(name))
  t.same(names.sort(), optionPaths(telemetryOptions as unknown as Schema).filter(name => !/^log(Level|Serializers)$/.test(name)).sort())
})

await t.test('every event is named', async t => {
  for (const name of eventNames) t.ok(readme.text.includes(`\`${name}\``), name)
})

await t.test('links lead to files that are there', async t => {
  const documents = readdirSync(join(root, 'docs')).map(name => `docs/${name}`).filter(path => path.endsWith('.md'))
  for (const path of ['README.md', 'CHANGELOG.md', 'examples/README.md', ...documents]) {
    for (const link of new Document(path).links) {
      if (!/^https?:/.test(link)) t.ok(existsSync(join(root, path, '..', link.replace(/#.*/, ''))), `${path}: ${link}`)
    }
  }
})

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
}

/** The paths of the leaves of a schema; an object that may be `false` instead is one by itself, too. */
function optionPaths (schema: Schema, at = ''): string[] {
  const object = schema.properties === undefined ? schema.anyOf?.find(({ properties }) => properties !== undefined) : schema
  const within = Object.entries(object?.properties ?? {}).flatMap(([name, property]) => optionPaths(property, at === '' ? name : `${at}.${name}`))
  return object === schema ? within : [at, ...within]
}
