import { describe } from '../contracts/check.js'
import type { Clock } from '../contracts/clock.js'
import type { Emit } from '../contracts/events.js'
import { resolutions } from '../contracts/window.js'
import { NJORD_ERR_INVALID_OPTION } from '../errors.js'
import type { HistoryOptions } from './book-history.js'

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
  /** The periods of a year, by which daily figures are annualised: 252 where there are no weekends. @defaultValue 365 */
  readonly daysPerYear?: number
  /** What is kept of the past, for attribution and reports. */
  readonly history?: HistoryOptions
}

export interface ResolvedLedgerOptions extends Required<Omit<LedgerOptions, 'allocations'>> {
  readonly allocations: ReadonlyMap<string, number>
}

/** Fills in the defaults; throws `NJORD_ERR_INVALID_OPTION` that names the option. */
export function resolveLedgerOptions (options: LedgerOptions): ResolvedLedgerOptions {
  const { emit, clock, portfolioId, startingCash, method = 'average', markIntervalMs = 1000, daysPerYear = 365, history = {} } = options
  const allocations = new Map(Object.entries(options.allocations ?? {}))
  if (typeof portfolioId !== 'string' || portfolioId === '') refuse('portfolioId', portfolioId, 'a name')
  if (!isAmount(startingCash)) refuse('startingCash', startingCash, 'an amount above 0')
  if (method !== 'average' && method !== 'fifo') refuse('method', method, '"average" or "fifo"')
  if (!(markIntervalMs >= 0)) refuse('markIntervalMs', markIntervalMs, 'milliseconds, 0 or more')
  if (!isAmount(daysPerYear)) refuse('daysPerYear', daysPerYear, 'a number above 0')
  const { resolution = '1m', maxBytes = 1024 * 1024, maxTrades = 1 } = history
  if (!resolutions.includes(resolution)) refuse('history.resolution', resolution, `one of ${resolutions.join(', ')}`)
  if (!(maxBytes >= 65_536)) refuse('history.maxBytes', maxBytes, '65536 bytes or more')
  if (!(Number.isInteger(maxTrades) && maxTrades > 0)) refuse('history.maxTrades', maxTrades, 'a whole number above 0')
  for (const [strategyId, capital] of allocations) {
    if (!isAmount(capital)) refuse(`allocations.${strategyId}`, capital, 'an amount above 0')
  }
  return { emit, clock, portfolioId, startingCash, method, markIntervalMs, daysPerYear, history, allocations }
}

/** A finite number above 0. */
export function isAmount (value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < Infinity
}

function refuse (option: string, found: unknown, expected: string): never {
  throw new NJORD_ERR_INVALID_OPTION(`ledger.${option}`, `found ${describe(found)}, expected ${expected}`)
}
