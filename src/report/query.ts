import { NJORD_ERR_BAD_PARAMETER } from '../errors.js'
import { linkMethods } from '../attribution/linking.js'
import type { AttributionQuery } from './attribution.js'
import { periodMs, periodNames } from './grid.js'

/** A day of minutes, two months of hours: an answer is made in one turn of the event loop, and more would hold it for longer than trading may wait. */
const mostPeriods = 1500

export const reportFormats = ['html', 'json', 'md'] as const
export type ReportFormat = typeof reportFormats[number]

const attributionParameters = ['from', 'to', 'benchmark', 'method', 'period'] as const

/**
 * Reads the parameters of `GET /attribution` (and of a command line, which has the same). Throws `NJORD_ERR_BAD_PARAMETER` that
 * names the parameter, what was found and what was expected.
 */
export function attributionQuery (parameters: URLSearchParams, others: readonly string[] = []): AttributionQuery {
  const known: readonly string[] = [...attributionParameters, ...others]
  for (const name of parameters.keys()) {
    if (!known.includes(name)) throw new NJORD_ERR_BAD_PARAMETER(shorten(name), 'it', `one of ${known.join(', ')}`)
    if (parameters.getAll(name).length > 1) throw new NJORD_ERR_BAD_PARAMETER(name, 'it twice', 'it once')
  }
  const [fromMs, toMs] = [time(parameters, 'from'), time(parameters, 'to')]
  if (fromMs !== undefined && toMs !== undefined && !(fromMs < toMs)) {
    throw new NJORD_ERR_BAD_PARAMETER('to', JSON.stringify(parameters.get('to')), `a time after from, ${new Date(fromMs).toISOString()}`)
  }
  const benchmark = parameters.get('benchmark')
  return {
    fromMs,
    toMs,
    benchmark: benchmark === null ? undefined : benchmark === 'none' ? [] : symbolsOf(benchmark),
    method: oneOf(parameters, 'method', linkMethods),
    period: oneOf(parameters, 'period', periodNames)
  }
}

/** The format that a request asks for; `html` where it says none. */
export function formatOf (parameters: URLSearchParams): ReportFormat {
  return oneOf(parameters, 'format', reportFormats) ?? 'html'
}

/**
 * Holds a query against what is recorded: throws `NJORD_ERR_BAD_PARAMETER` for a benchmark of which no price is known, for a
 * time of which nothing is recorded, and for more periods than a report may have.
 */
export function checkAgainst (query: AttributionQuery, symbols: readonly string[], firstMs: number, lastMs: number): void {
  const unknown = query.benchmark?.find(symbol => !symbols.includes(symbol))
  if (unknown !== undefined) {
    throw new NJORD_ERR_BAD_PARAMETER('benchmark', JSON.stringify(shorten(unknown)), `none, or markets of which prices are recorded: ${symbols.slice(0, 20).join(', ')}`)
  }
  const range = `a time within what is recorded, ${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`
  if (query.fromMs !== undefined && query.fromMs >= lastMs) throw new NJORD_ERR_BAD_PARAMETER('from', new Date(query.fromMs).toISOString(), range)
  if (query.toMs !== undefined && query.toMs <= firstMs) throw new NJORD_ERR_BAD_PARAMETER('to', new Date(query.toMs).toISOString(), range)
  const lengthMs = Math.min(query.toMs ?? lastMs, lastMs) - Math.max(query.fromMs ?? firstMs, firstMs)
  if (query.period !== undefined && lengthMs / periodMs[query.period] > mostPeriods) {
    throw new NJORD_ERR_BAD_PARAMETER('period', JSON.stringify(query.period), `at most ${mostPeriods} periods between from and to: a longer one, or a shorter time`)
  }
}

function symbolsOf (text: string): string[] {
  const symbols = text.split(',').map(symbol => symbol.trim()).filter(symbol => symbol !== '')
  if (symbols.length === 0) throw new NJORD_ERR_BAD_PARAMETER('benchmark', JSON.stringify(shorten(text)), 'none, or markets separated by commas, as in BTC/USDT,ETH/USDT')
  return [...new Set(symbols)]
}

/** ISO, or seconds since the Unix epoch as the API of Prometheus has them. */
function time (parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === null) return undefined
  const at = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : /^\d{4}-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?)?$/.test(text) ? Date.parse(zoned(text)) : NaN
  if (Math.abs(at) <= 8.64e15) return at
  throw new NJORD_ERR_BAD_PARAMETER(name, JSON.stringify(shorten(text)), 'a time as 2022-01-31, 2022-01-31T12:00Z or seconds since the Unix epoch')
}

/** A time without a zone is UTC. */
const zoned = (text: string): string => text.includes('T') && !/(Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text

function oneOf<T extends string> (parameters: URLSearchParams, name: string, values: readonly T[]): T | undefined {
  const text = parameters.get(name)
  if (text === null) return undefined
  const found = values.find(value => value === text)
  if (found === undefined) throw new NJORD_ERR_BAD_PARAMETER(name, JSON.stringify(shorten(text)), `one of ${values.join(', ')}`)
  return found
}

const shorten = (text: string): string => text.length > 40 ? `${text.slice(0, 40)}…` : text
