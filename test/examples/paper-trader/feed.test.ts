import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { firstTicks, openFeedFile, syntheticFeed } from '../../../examples/paper-trader/feed/feed.js'

const candleHeader = 'timestamp,open,high,low,close,volume'
const tradeHeader = 'timestamp_ms,id,side,price,amount'

await t.test('walks a candle from its open through both extremes to its close, within its minute', async t => {
  const dir = t.testdir({
    'btc-perp-1m.csv': `${candleHeader}\n2024-01-01 00:00:00.000000,100,110,95,105,40\n2024-01-01 00:01:00.000000,105,106,90,92,8\n`
  })
  const feed = await openFeedFile(join(dir, 'btc-perp-1m.csv'))
  const at = Date.UTC(2024, 0, 1)
  t.equal(feed.name, 'candles of btc-perp-1m.csv')
  t.strictSame(feed.symbols, ['BTC/PERP'])
  t.equal(feed.startMs, at)
  t.strictSame([...feed.ticks()], [
    { symbol: 'BTC/PERP', atMs: at, price: 100, quantity: 10 }, // up: the low comes first
    { symbol: 'BTC/PERP', atMs: at + 15_000, price: 95, quantity: 10 },
    { symbol: 'BTC/PERP', atMs: at + 30_000, price: 110, quantity: 10 },
    { symbol: 'BTC/PERP', atMs: at + 45_000, price: 105, quantity: 10 },
    { symbol: 'BTC/PERP', atMs: at + 60_000, price: 105, quantity: 2 }, // down: the high comes first
    { symbol: 'BTC/PERP', atMs: at + 75_000, price: 106, quantity: 2 },
    { symbol: 'BTC/PERP', atMs: at + 90_000, price: 90, quantity: 2 },
    { symbol: 'BTC/PERP', atMs: at + 105_000, price: 92, quantity: 2 }
  ])
})

await t.test('gives a candle that stands alone no time', async t => {
  const dir = t.testdir({ 'one.csv': `${candleHeader}\n2024-01-01T00:00:00Z,100,110,95,105,0\n` })
  const ticks = [...(await openFeedFile(join(dir, 'one.csv'))).ticks()]
  t.strictSame(new Set(ticks.map(({ atMs }) => atMs)), new Set([Date.UTC(2024, 0, 1)]))
})

await t.test('reads trades, several of one millisecond too, whatever the order of the columns', async t => {
  const dir = t.testdir({
    'ETH-USDT.csv': 'amount,price,side,id,timestamp_ms,venue\r\n2,1666.8,buy,1,1675329600138,x\r\n0.5,1666.7,sell,2,1675329600138,x\r\n\r\n'
  })
  const feed = await openFeedFile(join(dir, 'ETH-USDT.csv'))
  t.equal(feed.name, 'trades of ETH-USDT.csv')
  t.strictSame([...feed.ticks()], [
    { symbol: 'ETH/USDT', atMs: 1675329600138, price: 1666.8, quantity: 2 },
    { symbol: 'ETH/USDT', atMs: 1675329600138, price: 1666.7, quantity: 0.5 }
  ])
})

await t.test('unpacks gzip whatever the name, and takes the symbol it is told', async t => {
  const dir = t.testdir({ trades: gzipSync(`\uFEFF${tradeHeader}\n5,1,buy,2,3\n`) })
  t.strictSame([...(await openFeedFile(join(dir, 'trades'), 'A/B')).ticks()], [{ symbol: 'A/B', atMs: 5, price: 2, quantity: 3 }])
  t.strictSame((await openFeedFile(join(dir, 'trades'))).symbols, ['TRADES'])
})

await t.test('stops at what it cannot use with one line that names the place, what was found and what was expected', async t => {
  const candle = (line: string) => `${candleHeader}\n2024-01-01 00:00:00,100,110,95,105,40\n${line}\n`
  const trade = (line: string) => `${tradeHeader}\n5,1,buy,2,3\n${line}\n`
  const cases: Record<string, [content: string | Buffer, expected: RegExp]> = {
    empty: ['', /empty:1: found the header "", expected one with timestamp,open,high,low,close,volume \(candles\) or timestamp,side,price,amount \(trades\)$/],
    unknown: ['a,b\n1,2\n', /unknown:1: found the header "a,b", expected one with /],
    timeless: ['side,price,amount\nbuy,1,2\n', /timeless:1: found the header "side,price,amount"/],
    bare: [`${tradeHeader}\n`, /bare: found a header and no lines, expected at least one of trades$/],
    short: [trade('6,2,buy,2'), /short:3: found 4 fields, expected 5 \(timestamp_ms,id,side,price,amount\)$/],
    price: [trade('6,2,buy,abc,3'), /price:3: found price "abc", expected a number above 0$/],
    blank: [trade('6,2,buy,,3'), /blank:3: found price "", expected a number above 0$/],
    zero: [trade('6,2,buy,0,3'), /zero:3: found price "0", expected a number above 0$/],
    infinite: [trade('6,2,buy,1e999,3'), /infinite:3: found price "1e999"/],
    negative: [trade('6,2,buy,2,-3'), /negative:3: found amount "-3", expected a number, 0 or more$/],
    side: [trade('6,2,hold,2,3'), /side:3: found side "hold", expected "buy" or "sell"$/],
    time: [trade('yesterday,2,buy,2,3'), /time:3: found timestamp_ms "yesterday", expected milliseconds since 1970 or YYYY-MM-DD HH:MM:SS in UTC$/],
    month: [candle('2024-13-01 00:00:00,100,110,95,105,40'), /month:3: found timestamp "2024-13-01 00:00:00", expected/],
    backwards: [candle('2023-12-31 23:59:00,100,110,95,105,40'),
      /backwards:3: found time 2023-12-31T23:59:00\.000Z, expected one that is not before the line above, 2024-01-01T00:00:00\.000Z$/],
    future: [trade('999999999999999,2,buy,2,3\n7,3,buy,2,3'), /future:4: found time 1970-01-01T00:00:00.007Z, expected one .* \+033658-09-27T01:46:39\.999Z$/],
    high: [candle('2024-01-01 00:01:00,100,104,95,105,40'), /high:3: found high 104, expected the highest of the four prices$/],
    low: [candle('2024-01-01 00:01:00,100,110,101,105,40'), /low:3: found low 101, expected the lowest of the four prices$/],
    corrupt: [gzipSync(trade('6,2,buy,2,3')).subarray(0, 40), /corrupt: its gzip data cannot be unpacked \(unexpected end of file\)$/],
    garbage: [Buffer.concat([gzipSync(trade('')).subarray(0, 10), Buffer.alloc(40, 7)]), /garbage: its gzip data cannot be unpacked \(.+\)$/]
  }
  const dir = t.testdir({ folder: {}, ...Object.fromEntries(Object.entries(cases).map(([name, [content]]) => [name, content])) })
  for (const [name, [, message]] of Object.entries(cases)) {
    await t.rejects(openFeedFile(join(dir, name)), { name: 'FeedError', message }, name)
  }
  await t.rejects(openFeedFile(join(dir, 'missing.csv')), { name: 'FeedError', message: /missing\.csv: cannot be read \(ENOENT\)$/ })
  await t.rejects(openFeedFile(join(dir, 'folder')), { name: 'FeedError', message: /folder: cannot be read \(EISDIR\)$/ })
})

await t.test('invents the same market for the same seed and another one for another', async t => {
  const ticksOf = (seed: number) => [...firstTicks(syntheticFeed(seed, 1000), 3000).ticks()]
  const ticks = ticksOf(7)
  t.equal(ticks.length, 3000)
  t.strictSame(ticks, ticksOf(7))
  t.not(ticks.at(-1)!.price, ticksOf(8).at(-1)!.price)
  t.strictSame(new Set(ticks.map(({ symbol }) => symbol)), new Set(syntheticFeed(7, 0).symbols))
  t.ok(ticks.every(({ price, quantity, atMs }) => price > 0 && quantity > 0 && atMs >= 1000))
  t.ok(ticks.every(({ atMs }, i) => i === 0 || atMs >= ticks[i - 1]!.atMs), 'time goes forward')
  const seconds = (ticks.at(-1)!.atMs - 1000) / 1000
  t.ok(seconds > 100 && seconds < 200, `3,000 ticks take two or three minutes: ${seconds} s`)
})

await t.test('ends a shortened file where the file ends', async t => {
  const dir = t.testdir({ 'a-b.csv': `${tradeHeader}\n5,1,buy,2,3\n` })
  const feed = await openFeedFile(join(dir, 'a-b.csv'))
  t.equal([...firstTicks(feed, 10).ticks()].length, 1)
})
