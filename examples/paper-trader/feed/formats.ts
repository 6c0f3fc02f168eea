import type { Tick } from '../messages.js'
import { FeedError, type CsvFile, type CsvLine } from './csv-file.js'

/** How a kind of line becomes ticks. */
interface Format {
  readonly name: 'candles' | 'trades'
  /** The columns it needs, besides the time; others may be there and are not read. */
  readonly columns: readonly string[]
  /** Ticks of one line; `spanMs` is the time it covers, until the next one at the earliest. */
  readonly ticksOf: (line: CsvLine, symbol: string, atMs: number, spanMs: number) => Tick[]
}

const formats: readonly Format[] = [
  { name: 'candles', columns: ['open', 'high', 'low', 'close', 'volume'], ticksOf: candleTicks },
  { name: 'trades', columns: ['side', 'price', 'amount'], ticksOf: tradeTicks }
]

const timeColumns = ['timestamp_ms', 'timestamp']

/**
 * Turns a file of candles or trades into the ticks of `symbol`; the header says which of the two it is.
 * Throws a `FeedError` at the first line that does not fit, or whose time lies before that of the line above it.
 */
export function parseTicks (file: CsvFile, symbol: string): { format: Format['name'], ticks: readonly Tick[] } {
  const format = formats.find(({ columns }) => columns.every(column => file.header.includes(column)))
  const timeColumn = timeColumns.find(column => file.header.includes(column))
  if (format === undefined || timeColumn === undefined) {
    throw new FeedError(`${file.path}:1: found the header ${JSON.stringify(file.header.join(',').slice(0, 100))}, expected one with ` +
      formats.map(({ name, columns }) => `timestamp,${columns.join(',')} (${name})`).join(' or '))
  }

  const lines: CsvLine[] = []
  const times: number[] = []
  let spanMs = Infinity
  for (const line of file.lines()) {
    const atMs = line.timeMs(timeColumn)
    const previousMs = times.at(-1) ?? -Infinity
    if (atMs < previousMs) line.fail(`time ${isoTime(atMs)}`, `one that is not before the line above, ${isoTime(previousMs)}`)
    if (atMs > previousMs) spanMs = Math.min(spanMs, atMs - previousMs)
    lines.push(line)
    times.push(atMs)
  }
  if (lines.length === 0) throw new FeedError(`${file.path}: found a header and no lines, expected at least one of ${format.name}`)
  return { format: format.name, ticks: lines.flatMap((line, at) => format.ticksOf(line, symbol, times[at]!, Number.isFinite(spanMs) ? spanMs : 0)) }
}

/** A candle is walked in four steps: open, the extreme on the far side of its direction, the other extreme, close. */
function candleTicks (line: CsvLine, symbol: string, atMs: number, spanMs: number): Tick[] {
  const [open, high, low, close] = [line.number('open'), line.number('high'), line.number('low'), line.number('close')]
  const quantity = line.number('volume', true) / 4
  if (high < Math.max(open, close, low)) line.fail(`high ${high}`, 'the highest of the four prices')
  if (low > Math.min(open, close)) line.fail(`low ${low}`, 'the lowest of the four prices')
  const prices = close >= open ? [open, low, high, close] : [open, high, low, close]
  return prices.map((price, step) => ({ symbol, atMs: atMs + step * spanMs / 4, price, quantity }))
}

function tradeTicks (line: CsvLine, symbol: string, atMs: number): Tick[] {
  const side = line.text('side')
  if (side !== 'buy' && side !== 'sell') line.fail(`side ${JSON.stringify(side.slice(0, 40))}`, '"buy" or "sell"')
  return [{ symbol, atMs, price: line.number('price'), quantity: line.number('amount', true) }]
}

function isoTime (atMs: number): string {
  return new Date(atMs).toISOString()
}
