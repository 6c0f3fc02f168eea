/** Why an order or an intent was refused, as the value of a label (`reason`). */
export const rejectionReasons = [
  'insufficient_funds', 'limit_exceeded', 'cooldown_active', 'exposure_cap', 'size_constraint', 'circuit_breaker', 'regime_block',
  'kill_switch_or_stop', 'other'
] as const
export type RejectionReason = typeof rejectionReasons[number]

/** What went wrong with an API call, as the value of a label (`error_type`). */
export const apiErrorTypes = ['timeout', 'rate_limit', 'auth_error', 'not_found', 'server_error', 'connection_error', 'other'] as const
export type ApiErrorType = typeof apiErrorTypes[number]

/** A category and the fragments that put a text into it; the first category that has a fragment in the text wins. */
type Table<C extends string> = ReadonlyArray<readonly [category: C, fragments: readonly string[]]>

const rejections: Table<RejectionReason> = [
  ['insufficient_funds', ['insufficient', 'balance']],
  ['limit_exceeded', ['limit', 'max']],
  ['cooldown_active', ['cooldown', 'spacing']],
  ['exposure_cap', ['exposure', 'cap']],
  ['size_constraint', ['size', 'notional']],
  ['circuit_breaker', ['circuit', 'breaker']],
  ['regime_block', ['regime', 'volatility']],
  ['kill_switch_or_stop', ['kill', 'stop']]
]

const apiErrors: Table<ApiErrorType> = [
  ['timeout', ['timeout']],
  ['rate_limit', ['429', 'rate']],
  ['auth_error', ['401', '403', 'auth']],
  ['not_found', ['404']],
  ['server_error', ['500', '502', '503']],
  ['connection_error', ['connection', 'network']]
]

/** A text is judged by its beginning: what comes from outside may be megabytes long. */
const judgedLength = 1000

function normalizer<C extends string> (categories: readonly C[], table: Table<C>): (raw: string) => C | 'other' {
  const canonical: ReadonlySet<string> = new Set(categories)
  return raw => {
    // A caller in JavaScript may pass anything.
    if (typeof raw !== 'string') return 'other'
    if (canonical.has(raw)) return raw as C
    const text = raw.slice(0, judgedLength).toLowerCase()
    return table.find(([, fragments]) => fragments.some(fragment => text.includes(fragment)))?.[0] ?? 'other'
  }
}

/** Free text to one of nine rejection reasons: "Max position reached" is `limit_exceeded`. Idempotent; never throws. */
export const normalizeRejectionReason: (raw: string) => RejectionReason = normalizer(rejectionReasons, rejections)

/** Free text or a status to one of seven API error types: "HTTP_429" is `rate_limit`. Idempotent; never throws. */
export const normalizeApiError: (raw: string) => ApiErrorType = normalizer(apiErrorTypes, apiErrors)
