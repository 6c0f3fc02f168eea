import t from 'tap'
import { helpText, parseOptions } from '../../../examples/paper-trader/options.js'

await t.test('without options trades a synthetic market in real time on 127.0.0.1:3000', async t => {
  t.strictSame(parseOptions([]), {
    host: '127.0.0.1',
    port: 3000,
    feed: undefined,
    symbol: undefined,
    speed: 1,
    seed: 12,
    ticks: Infinity,
    exitAtEnd: false,
    help: false,
    rules: undefined,
    routes: undefined,
    data: undefined
  })
})

await t.test('takes every option that the help names', async t => {
  const args = '--feed x.csv --symbol A/B --speed max --ticks 50 --seed 7 --exit-at-end --host ::1 --port 0 --rules a --rules b* --routes c --data d --help'.split(' ')
  t.strictSame(parseOptions(args), {
    host: '::1',
    port: 0,
    feed: 'x.csv',
    symbol: 'A/B',
    speed: Infinity,
    seed: 7,
    ticks: 50,
    exitAtEnd: true,
    help: true,
    rules: ['a', 'b*'],
    routes: 'c',
    data: 'd'
  })
  for (const arg of args.filter(arg => arg.startsWith('--'))) t.match(helpText, arg)
})

await t.test('replays files sixty times as fast as they were, to their end', async t => {
  t.match(parseOptions(['--feed', 'x.csv']), { speed: 60, ticks: Infinity })
  t.match(parseOptions(['--feed', 'x.csv', '--speed', '0.5', '--exit-at-end']), { speed: 0.5, ticks: Infinity })
})

await t.test('gives the synthetic market an end when it must have one', async t => {
  t.equal(parseOptions(['--speed', 'max']).ticks, 100_000)
  t.equal(parseOptions(['--exit-at-end']).ticks, 100_000)
  t.equal(parseOptions(['--speed', '10']).ticks, Infinity)
})

await t.test('names the option that makes no sense, in one line', async t => {
  const cases: [args: string[], message: string | RegExp][] = [
    [['--prot', '3000'], "Unknown option '--prot'"],
    [['3000'], "Unexpected argument '3000'"],
    [['--port'], /'--port <value>' argument missing/],
    [['--exit-at-end=yes'], /--exit-at-end/],
    [['--port', '70000'], '--port: found "70000", expected a whole number from 0 to 65535'],
    [['--port', 'http'], '--port: found "http", expected a whole number from 0 to 65535'],
    [['--port='], '--port: found "", expected a whole number from 0 to 65535'],
    [['--seed', '1.5'], '--seed: found "1.5", expected a whole number from 0 to 4294967295'],
    [['--ticks', '0'], '--ticks: found "0", expected a whole number from 1 to 9007199254740991'],
    [['--speed', '0'], '--speed: found "0", expected a number above 0 or "max"'],
    [['--speed', 'fast'], '--speed: found "fast", expected a number above 0 or "max"'],
    [['--speed='], '--speed: found "", expected a number above 0 or "max"'],
    [['--speed', 'Infinity'], '--speed: found "Infinity", expected a number above 0 or "max"'],
    [['--feed='], '--feed: found nothing, expected a value'],
    [['--host='], '--host: found nothing, expected a value'],
    [['--rules', 'a', '--rules='], '--rules: found nothing, expected a value'],
    [['--routes='], '--routes: found nothing, expected a value'],
    [['--data='], '--data: found nothing, expected a value']
  ]
  for (const [args, message] of cases) {
    t.throws(() => parseOptions(args), { name: 'UsageError', message }, args.join(' '))
    try { parseOptions(args) } catch (error) { t.notMatch((error as Error).message, /\n/) }
  }
})
