import { DrawdownTracker, type Drawdown } from './drawdown-tracker.js'
import { figure, undefinedFor, type Figure } from './figure.js'
import { returnsFromEquity } from './returns.js'
import { isObserved, type Series } from './series.js'

/** The deepest fall of compounded wealth from a peak, 0 or less; the start is a peak, a missing return is 0. */
export function maxDrawdown (returns: Series): Figure {
  const tracker = new DrawdownTracker()
  for (let at = 0; at < returns.length; at++) {
    const found = returns[at]
    tracker.add(isObserved(found) ? found : 0)
  }
  return tracker.max()
}

/** The deepest fall of prices or an equity from a peak; missing values are left out. */
export function maxDrawdownOfPrices (prices: Series): Figure {
  if (prices.length === 1 && isObserved(prices[0])) return figure(0)
  const observed: number[] = []
  for (let at = 0; at < prices.length; at++) {
    const price = prices[at]
    if (isObserved(price)) observed.push(price)
  }
  return maxDrawdown(returnsFromEquity(observed))
}

/** Every drawdown (peak to recovery, or to the end), the deepest first; at most `limit`. */
export function drawdowns (returns: Series, { limit = 10 }: { readonly limit?: number } = {}): Drawdown[] {
  const found: Drawdown[] = []
  let wealth = 1
  let peak = 1
  let start = 0
  let depth = 0
  let trough = 0
  const end = (recovery: number | null) => {
    if (depth < 0) found.push({ depth, start, trough, recovery, isRecovered: recovery !== null })
    // A long history is cut now and then, so that it never holds more than a few times what is asked for.
    if (found.length > 4 * limit + 64) deepest(found, limit)
  }
  for (let at = 0; at < returns.length; at++) {
    const periodReturn = returns[at]
    if (isObserved(periodReturn)) wealth *= 1 + periodReturn
    if (wealth >= peak) {
      end(at + 1)
      peak = wealth
      start = at + 1
      depth = 0
    } else if (wealth / peak - 1 < depth) {
      depth = wealth / peak - 1
      trough = at + 1
    }
  }
  end(null)
  return deepest(found, limit)
}

export interface PnlDrawdownOptions {
  /** Whether 0, before the first trade, is a peak. @defaultValue true */
  readonly startIsPeak?: boolean
  /** The balance before the first trade, to which ratios refer. @defaultValue 0 */
  readonly startingBalance?: number
  /** Whether the deepest is the largest amount or the largest ratio. @defaultValue `'amount'` */
  readonly by?: 'amount' | 'ratio'
}

/** The deepest fall of accumulated PnL. */
export interface PnlDrawdown {
  /** In currency, 0 or less. */
  readonly amount: Figure
  /** Of the balance at the peak, 0 or less; `no capital` where that is 0 or less. */
  readonly ratio: Figure
}

/** The deepest fall of the accumulated PnL of trades in the order they closed. */
export function drawdownOfPnl (pnls: Series, { startIsPeak = true, startingBalance = 0, by = 'amount' }: PnlDrawdownOptions = {}): PnlDrawdown {
  if (pnls.length === 0) return { amount: undefinedFor('no trades'), ratio: undefinedFor('no trades') }
  let total = 0
  let peak = startIsPeak ? 0 : -Infinity
  let worst = { amount: 0, ratio: 0, key: 0 }
  for (let at = 0; at < pnls.length; at++) {
    const pnl = pnls[at]
    if (isObserved(pnl)) total += pnl
    if (total > peak) peak = total
    const amount = total - peak
    const ratio = amount / (startingBalance + peak)
    const key = by === 'amount' ? amount : ratio
    if (key < worst.key) worst = { amount, ratio, key }
  }
  return {
    amount: figure(worst.amount),
    ratio: worst.ratio > 0 || !Number.isFinite(worst.ratio) ? undefinedFor('no capital') : figure(worst.ratio)
  }
}

function deepest (found: Drawdown[], limit: number): Drawdown[] {
  found.sort((a, b) => a.depth - b.depth || a.start - b.start).splice(limit)
  return found
}
