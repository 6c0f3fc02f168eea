import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { scratch } from '../../journal/records.js'
import { curlUrl, startExample } from '../process.js'
import { Scrape } from '../scrape.js'

// Ten processes are started: on a machine that is busy, each takes its time.
t.setTimeout(600_000)

const runners = 2
const orders = 4

const scrape = async (url: string): Promise<Scrape> => new Scrape(await (await fetch(url)).text())

/** What was traded, and is no more once every runner has placed its orders. */
const isOfTrade = /^(broker_|njord_(intents|orders|fills|filled_quantity|signals)_)/

/** By name and labels, the sum of all processes; `_created` and gauges are nobody's sum. */
function sums (scrapes: readonly Scrape[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { name, labels, value } of scrapes.flatMap(({ samples }) => samples)) {
    if (!isOfTrade.test(name) || !/_(total|count|sum|bucket)$/.test(name)) continue
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`
    found.set(key, (found.get(key) ?? 0) + value)
  }
  return found
}

await t.test('what is merged is the sum of what each process says, and Ctrl-C ends them all', async t => {
  const data = await scratch(t)
  const example = startExample(t, 'distributed/main.ts', ['--port', '0', '--runners', String(runners), '--orders', String(orders), '--data', data])
  const [merged, dashboard] = [await curlUrl(example, 'merged metrics'), await curlUrl(example, 'totals')]
  await example.printed(/# runner-2\n/)
  const [text] = await example.printed(/each its own[^]*# runner-2\n/)
  const parts = [...text.matchAll(/curl (http\S+)/g)].map(([, url]) => url!)
  t.equal(parts.length, 2 + runners)
  for (;;) {
    if ((await scrape(parts[1]!)).sum('broker_orders_total') === runners * orders && (await scrape(merged)).sum('njord_orders_filled_total') === runners * orders) break
    await sleep(100)
  }
  const expected = sums(await Promise.all(parts.map(scrape)))
  // A process publishes once a second.
  let found = new Map<string, number>()
  for (let round = 0; round < 50; round++) {
    found = sums([await scrape(merged)])
    if ([...expected].every(([key, value]) => found.get(key) === value)) break
    await sleep(100)
  }
  // Sums of fractions depend on their order in the last digit.
  const rounded = (map: ReadonlyMap<string, number>) => new Map([...map].map(([key, value]) => [key, Number(value.toPrecision(12))]))
  t.same(rounded(found), rounded(expected))
  t.equal([...found].reduce((sum, [key, value]) => sum + (key.startsWith('broker_orders_total') ? value : 0), 0), runners * orders)
  const table = await (await fetch(dashboard)).text()
  t.match(table, / +risk-engine +broker +runner-1 +runner-2 +merged\n/)
  t.match(table, /njord_orders_filled_total +4 +4 +8\n/)

  example.interrupt('SIGINT')
  example.interrupt('SIGINT')
  t.match(await example.ended(), { code: 0, errors: '' })
  for (const url of [merged, dashboard, ...parts]) await t.rejects(fetch(url), 'nobody listens any more')
  t.strictSame((await readdir(join(data, 'spool'))).filter(file => file.endsWith('.ndjson')).length, 2 + runners)
  t.ok((await readdir(join(data, 'journal', 'aggregator'))).includes('state.ndjson'))
})

await t.test('a command line or a machine that it cannot work with is told of in a line', async t => {
  t.match(await startExample(t, 'distributed/main.ts', ['--help']).ended(), { code: 0, output: /--runners N[^]*REDIS_URL/ })
  for (const [args, message] of [[['--runners', '10'], /^distributed: --runners 10: expected a number from 1 to 9\n$/], [['--nope'], /^distributed: .*--nope/]] as const) {
    t.match(await startExample(t, 'distributed/main.ts', args).ended(), { code: 2, errors: message })
  }
  t.match(await startExample(t, 'distributed/main.ts', [], { PATH: '/nowhere', REDIS_URL: undefined }).ended(),
    { code: 1, errors: /^distributed: redis-server cannot be started: .*Install redis-server, or set REDIS_URL\.\n$/ })
})
