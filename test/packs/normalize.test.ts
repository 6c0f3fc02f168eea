import t from 'tap'
import { apiErrorTypes, normalizeApiError, normalizeRejectionReason, rejectionReasons } from '../../src/packs/normalize.js'

t.test('puts rejection reasons into nine categories, the first that fits', async t => {
  const rows = [
    ['Insufficient margin', 'insufficient_funds'],
    ['balance too low', 'insufficient_funds'],
    ['Daily LIMIT reached', 'limit_exceeded'],
    ['max open orders', 'limit_exceeded'],
    ['trade spacing not met', 'cooldown_active'],
    ['symbol in cooldown', 'cooldown_active'],
    ['total exposure too high', 'exposure_cap'],
    ['sector cap', 'exposure_cap'],
    ['order size below minimum', 'size_constraint'],
    ['notional too small', 'size_constraint'],
    ['circuit open', 'circuit_breaker'],
    ['breaker tripped', 'circuit_breaker'],
    ['bear regime', 'regime_block'],
    ['volatility crash', 'regime_block'],
    ['kill-switch pulled', 'kill_switch_or_stop'],
    ['stop loss hit', 'kill_switch_or_stop'],
    ['because', 'other'],
    ['', 'other'],
    // Precedence: an earlier category wins over a later one.
    ['insufficient balance for max size', 'insufficient_funds'],
    ['exposure limit', 'limit_exceeded'],
    ['cooldown after stop', 'cooldown_active'],
    ['size cap', 'exposure_cap']
  ] as const
  for (const [raw, category] of rows) t.equal(normalizeRejectionReason(raw), category, raw)
})

t.test('puts API errors into seven types, the first that fits', async t => {
  const rows = [
    ['ConnectTimeout', 'timeout'],
    ['HTTP_429', 'rate_limit'],
    ['rate limited', 'rate_limit'],
    ['HTTP_401', 'auth_error'],
    ['403 Forbidden', 'auth_error'],
    ['AuthenticationError', 'auth_error'],
    ['HTTP_404', 'not_found'],
    ['HTTP_500', 'server_error'],
    ['502 Bad Gateway', 'server_error'],
    ['HTTP_503', 'server_error'],
    ['ConnectionError', 'connection_error'],
    ['network unreachable', 'connection_error'],
    ['teapot', 'other'],
    ['connection timeout', 'timeout']
  ] as const
  for (const [raw, type] of rows) t.equal(normalizeApiError(raw), type, raw)
})

t.test('leaves canonical values alone', async t => {
  t.equal(rejectionReasons.length, 9)
  t.equal(apiErrorTypes.length, 7)
  for (const reason of rejectionReasons) t.equal(normalizeRejectionReason(reason), reason)
  for (const type of apiErrorTypes) t.equal(normalizeApiError(type), type)
})

t.test('judges a text by its beginning, and what is no text at all is other', async t => {
  t.equal(normalizeRejectionReason('x'.repeat(10_000_000) + 'limit'), 'other')
  t.equal(normalizeRejectionReason('limit' + 'x'.repeat(10_000_000)), 'limit_exceeded')
  for (const raw of [undefined, null, 7, {}]) t.equal(normalizeRejectionReason(raw as never), 'other')
})
