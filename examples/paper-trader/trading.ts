import type { Bus } from '../../src/contracts/bus.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Emit } from '../../src/contracts/events.js'
import type { Ledger } from '../../src/portfolio/ledger.js'
import { PaperBroker } from './broker.js'
import { seededRandom } from './random.js'
import { RiskEngine, type RiskCaps } from './risk-engine.js'
import { Chase } from './strategies/chase.js'
import { EmaTrend } from './strategies/ema-trend.js'
import { MeanReversion } from './strategies/mean-reversion.js'
import { StrategyRunner } from './strategies/runner.js'
import type { MakeStrategy } from './strategies/strategy.js'

/** The strategies of the house, by `strategy_id`. */
export const houseStrategies: Readonly<Record<string, MakeStrategy>> = {
  'ema-trend': () => new EmaTrend(),
  'mean-reversion': () => new MeanReversion(),
  chase: () => new Chase()
}

export interface TradingOptions {
  readonly bus: Bus
  readonly emit: Emit
  readonly clock: Clock
  readonly ledger: Ledger
  readonly seed: number
  readonly caps?: RiskCaps
  /** @defaultValue {@link houseStrategies} */
  readonly strategies?: Readonly<Record<string, MakeStrategy>>
}

/**
 * Brings the trading parts together on one bus. They hear of a tick in this order: the broker fills what it can, the
 * risk engine looks at the books, the strategies decide.
 */
export function openTrading ({ bus, emit, clock, ledger, seed, caps, strategies = houseStrategies }: TradingOptions) {
  const broker = new PaperBroker({ bus, emit, clock, random: seededRandom(seed, 'broker') })
  const risk = new RiskEngine({ bus, emit, clock, ledger, caps })
  const runner = new StrategyRunner({ bus, emit, clock, ledger, strategies, allotment: 0.04 })
  return { broker, risk, runner }
}
