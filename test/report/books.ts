import { VirtualClock } from '../../src/clock/virtual-clock.js'
import type { HistoryOptions } from '../../src/portfolio/book-history.js'
import { Ledger } from '../../src/portfolio/ledger.js'

export const startMs = Date.UTC(2022, 0, 3)

/** A ledger whose market moves by a seeded walk, with strategies that trade at every step: every effect has its part. */
export function tradedLedger ({ days = 20, stepMinutes = 60, strategies = ['trend', 'carry'], history = {} }: {
  readonly days?: number
  readonly stepMinutes?: number
  readonly strategies?: readonly string[]
  readonly history?: HistoryOptions
} = {}) {
  const clock = new VirtualClock(startMs)
  const ledger = new Ledger({ emit: () => {}, clock, portfolioId: 'desk', startingCash: 10_000, history, allocations: { [strategies[0]!]: 6000 } })
  const { orderFilled, marketTick, fundingSettled, interestAccrued } = ledger.listeners as Required<typeof ledger.listeners>
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  const prices = new Map([['BTC', 100], ['ETH', 10]])
  const steps = days * 1440 / stepMinutes
  for (let step = 0; step < steps; step++) {
    for (const [symbol, price] of prices) {
      const next = price * (1 + (random() - 0.495) * 0.02)
      prices.set(symbol, next)
      marketTick({ symbol, price: next })
    }
    strategies.forEach((strategyId, at) => {
      const symbol = at % 2 === 0 ? 'BTC' : 'ETH'
      const price = prices.get(symbol)!
      const side = random() < 0.5 ? 'buy' : 'sell'
      const order = { orderId: String(step), strategyId, symbol, side, venue: 'v', complete: true } as const
      if (random() < 0.4) orderFilled({ ...order, quantity: 5, price: price * (side === 'buy' ? 1.0005 : 0.9995), fee: 0.1, arrivalPrice: price })
      else if (step % 8 === 0 && ledger.position(strategyId, symbol) !== undefined) fundingSettled({ strategyId, symbol, amount: random() - 0.5 })
    })
    if (step % 24 === 0) interestAccrued({ amount: 0.25 })
    clock.advance(stepMinutes * 60_000)
  }
  return { clock, ledger }
}
