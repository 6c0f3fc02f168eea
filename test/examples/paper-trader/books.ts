import type { Test } from 'tap'
import type { Scrape } from '../scrape.js'

/** Asserts from a scrape alone that the books of a session balance. */
export function booksBalance (t: Test, scrape: Scrape, startingCash = 100_000): void {
  t.equal(scrape.sum('njord_intents_received_total'), scrape.sum('njord_intents_allowed_total') + scrape.sum('njord_intents_denied_total'),
    'intents = allowed + denied')
  t.equal(scrape.sum('njord_orders_placed_total'), scrape.sum('njord_intents_allowed_total'), 'each intent that was allowed became an order')
  t.equal(scrape.sum('njord_orders_total'), scrape.sum('njord_orders_filled_total') + scrape.sum('njord_orders_rejected_total') +
    scrape.sum('njord_orders_cancelled_total') + scrape.sum('njord_open_orders'), 'orders = filled + rejected + cancelled + open')

  const positions = scrape.of('njord_position_size')
  t.ok(positions.length > 0)
  for (const { labels, value } of positions) {
    const bought = scrape.sum('njord_filled_quantity_total', { ...labels, side: 'buy' })
    const sold = scrape.sum('njord_filled_quantity_total', { ...labels, side: 'sell' })
    // Sums of thousands of doubles: to a billionth of what went through.
    t.ok(Math.abs(value - (bought - sold)) <= 1e-9 * (bought + sold), `${JSON.stringify(labels)}: ${value} = ${bought} bought − ${sold} sold`)
    const mark = scrape.only('njord_mark_price', { symbol: labels['symbol']! })
    const notional = scrape.only('njord_position_notional_usd', labels)
    t.ok(close(Math.abs(notional), Math.abs(value * mark)), `${JSON.stringify(labels)}: ${notional} = ${value} × ${mark}`)
  }
  t.strictSame(new Set(positions.map(({ labels }) => key(labels))), new Set(scrape.of('njord_filled_quantity_total').map(({ labels }) => key(labels))),
    'what was traded has a position, and the reverse')

  const equity = scrape.only('njord_portfolio_equity_usd')
  const atMark = positions.reduce((sum, { labels, value }) => sum + value * scrape.only('njord_mark_price', { symbol: labels['symbol']! }), 0)
  t.ok(close(equity, scrape.only('njord_portfolio_cash_usd') + atMark), `equity ${equity} = cash + positions at mark ${atMark}`)
  t.ok(close(equity, startingCash + scrape.sum('njord_strategy_pnl_usd')), 'equity = starting cash + the PnL of all strategies')
  t.ok(close(scrape.only('njord_portfolio_net_exposure_usd'), atMark), 'net exposure = positions at mark')
}

/** To a cent in a million. */
function close (a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-8 * Math.max(1e6, Math.abs(a), Math.abs(b))
}

function key ({ strategy_id: strategyId, symbol }: Readonly<Record<string, string>>): string {
  return `${strategyId} ${symbol}`
}
