import fc from 'fast-check'
import t from 'tap'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { Side } from '../../src/contracts/events.js'
import { Ledger } from '../../src/portfolio/ledger.js'

const startingCash = 100_000
const seed = 20_220_101

type Step =
  | { readonly kind: 'fill', readonly strategyId: string, readonly symbol: string, readonly side: Side, readonly quantity: number, readonly price: number, readonly fee: number }
  | { readonly kind: 'tick', readonly symbol: string, readonly price: number, readonly afterMs: number }

/** Decimals as venues send them. */
const decimal = (min: number, max: number, digits: number) => fc.integer({ min: min * 10 ** digits, max: max * 10 ** digits }).map(n => n / 10 ** digits)
const symbol = fc.constantFrom('BTC', 'ETH', 'XRP')
const fill = fc.record({
  kind: fc.constant('fill' as const),
  strategyId: fc.constantFrom('a', 'b'),
  symbol,
  side: fc.constantFrom<Side>('buy', 'sell'),
  quantity: decimal(0.001, 10, 3),
  price: decimal(0.5, 500, 2),
  fee: decimal(-1, 2, 4)
})
const tick = fc.record({ kind: fc.constant('tick' as const), symbol, price: decimal(0.5, 500, 2), afterMs: fc.integer({ min: 0, max: 40_000_000 }) })
const session = fc.array(fc.oneof<[typeof fill, typeof tick]>(fill, tick), { maxLength: 120 })

function run (steps: readonly Step[], method: 'average' | 'fifo') {
  const clock = new VirtualClock()
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId: 'p', startingCash, method })
  for (const step of steps) {
    if (step.kind === 'tick') {
      clock.advance(step.afterMs)
      ledger.listeners.marketTick!(step)
    } else ledger.listeners.orderFilled!({ ...step, orderId: 'o', venue: 'v', complete: true })
  }
  return ledger
}

/** Fills that close every position there is, at its mark. */
const closing = (ledger: Ledger): Step[] => ledger.positions().filter(({ quantity }) => quantity !== 0).map(({ quantity, markPrice, ...names }) => ({
  kind: 'fill', ...names, side: quantity > 0 ? 'sell' : 'buy', quantity: Math.abs(quantity), price: markPrice, fee: 0
}))

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-7
const sum = (terms: readonly number[]) => terms.reduce((a, b) => a + b, 0)
const fillsOf = (steps: readonly Step[]) => steps.filter(step => step.kind === 'fill')

/** Runs a property many times; the shrunk case stands in the error when it fails. */
const holds = (property: (steps: readonly Step[], method: 'average' | 'fifo') => boolean) => {
  fc.assert(fc.property(session, fc.constantFrom('average' as const, 'fifo' as const), property), { seed, numRuns: 300 })
}

t.test('equity is cash + the sum of position × mark', async () => {
  holds((steps, method) => {
    const ledger = run(steps, method)
    const fills = fillsOf(steps)
    const cash = startingCash - sum(fills.map(({ side, quantity, price, fee }) => (side === 'buy' ? quantity : -quantity) * price + fee))
    const { equity, netExposure, cash: found } = ledger.portfolio()
    const value = sum(ledger.positions().map(({ quantity, markPrice }) => quantity * markPrice))
    return close(found, cash) && close(equity, cash + value) && close(netExposure, value)
  })
})

t.test('realised + unrealised PnL is equity less starting cash, for the portfolio and over its strategies', async () => {
  holds((steps, method) => {
    const ledger = run(steps, method)
    const { equity, realizedPnl, unrealizedPnl, fees } = ledger.portfolio()
    const strategies = ledger.strategies()
    const positions = ledger.positions()
    return close(realizedPnl + unrealizedPnl, equity - startingCash) &&
      close(sum(strategies.map(strategy => strategy.equity - strategy.capital)), equity - startingCash) &&
      close(sum(positions.map(position => position.realizedPnl)), realizedPnl) &&
      close(sum(positions.map(position => position.unrealizedPnl)), unrealizedPnl) &&
      close(fees, sum(fillsOf(steps).map(({ fee }) => fee)))
  })
})

t.test('a position is the signed sum of its fills, and exactly 0 when that is', async () => {
  holds((steps, method) => {
    const ledger = run(steps, method)
    return ledger.positions().every(({ strategyId, symbol, quantity }) => {
      // In thousandths, so that the sum is exact.
      const thousandths = sum(fillsOf(steps).filter(fill => fill.strategyId === strategyId && fill.symbol === symbol)
        .map(({ side, quantity }) => Math.round(quantity * 1000) * (side === 'buy' ? 1 : -1)))
      return thousandths === 0 ? quantity === 0 : close(quantity, thousandths / 1000)
    })
  })
})

t.test('average cost and FIFO agree on everything but the split of the PnL, and on that too when flat', async () => {
  holds(steps => {
    const [average, fifo] = [run(steps, 'average'), run(steps, 'fifo')]
    const sameEquity = close(average.equity(), fifo.equity()) && close(average.portfolio().maxDrawdown, fifo.portfolio().maxDrawdown)
    const all = [...steps, ...closing(average)]
    const [flatAverage, flatFifo] = [run(all, 'average'), run(all, 'fifo')]
    return sameEquity && flatAverage.positions().every(position => {
      const other = flatFifo.position(position.strategyId, position.symbol)!
      return position.quantity === 0 && other.quantity === 0 && position.unrealizedPnl === 0 && other.unrealizedPnl === 0 &&
        position.realizedPnl === other.realizedPnl
    })
  })
})

t.test('a flat portfolio has no exposure and no unrealised PnL, to the last bit', async () => {
  holds((steps, method) => {
    const { netExposure, grossExposure, unrealizedPnl, equity, cash } = run([...steps, ...closing(run(steps, method))], method).portfolio()
    return netExposure === 0 && grossExposure === 0 && unrealizedPnl === 0 && equity === cash
  })
})

t.test('gross exposure is never less than the net one, and drawdown never more than its maximum', async () => {
  holds((steps, method) => {
    const ledger = run(steps, method)
    const { grossExposure, netExposure, drawdown, maxDrawdown, highWaterMark, equity } = ledger.portfolio()
    return grossExposure >= Math.abs(netExposure) - 1e-7 && drawdown >= 0 && drawdown <= maxDrawdown && highWaterMark >= equity
  })
})
