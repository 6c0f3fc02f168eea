import { describe } from '../contracts/check.js'
import type { Clock } from '../contracts/clock.js'
import type { Emit } from '../contracts/events.js'
import { NJORD_ERR_INVALID_OPTION } from '../errors.js'

export interface LedgerOptions {
  /** Where the marks and the strategies' metrics go: usually the dispatcher on which `listeners` is mounted. */
  readonly emit: Emit
  readonly clock: Clock
  readonly portfolioId: string
  /** Cash at the start, in the account's currency; more than 0. */
  readonly startingCash: number
  /** How the cost of what is closed is found. @defaultValue `'average'` */
  readonly method?: 'average' | 'fifo'
  /** Capital by strategy, the base of its returns and drawdown. @defaultValue the whole starting cash for each */
  readonly allocations?: Readonly<Record<string, number>>
  /** The least time between two publications of market moves; fills are published at once. @defaultValue 1000 */
  readonly markIntervalMs?: number
}

export interface ResolvedLedgerOptions extends Required<Omit<LedgerOptions, 'allocations'>> {
  readonly allocations: ReadonlyMap<string, number>
}

/** Fills in the defaults; throws `NJORD_ERR_INVALID_OPTION` that names the option. */
export function resolveLedgerOptions (options: LedgerOptions): ResolvedLedgerOptions {
  const { emit, clock, portfolioId, startingCash, method = 'average', markIntervalMs = 1000 } = options
  const allocations = new Map(Object.entries(options.allocations ?? {}))
  if (typeof portfolioId !== 'string' || portfolioId === '') refuse('portfolioId', portfolioId, 'a name')
  if (!isAmount(startingCash)) refuse('startingCash', startingCash, 'an amount above 0')
  if (method !== 'average' && method !== 'fifo') refuse('method', method, '"average" or "fifo"')
  if (!(markIntervalMs >= 0)) refuse('markIntervalMs', markIntervalMs, 'milliseconds, 0 or more')
  for (const [strategyId, capital] of allocations) {
    if (!isAmount(capital)) refuse(`allocations.${strategyId}`, capital, 'an amount above 0')
  }
  return { emit, clock, portfolioId, startingCash, method, markIntervalMs, allocations }
}

/** A finite number above 0. */
export function isAmount (value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < Infinity
}

function refuse (option: string, found: unknown, expected: string): never {
  throw new NJORD_ERR_INVALID_OPTION(`ledger.${option}`, `found ${describe(found)}, expected ${expected}`)
}
