import createError from '@fastify/error'

/**
 * Every error of the package, in one table. The code is the contract; a test holds this table and `docs/errors.md`
 * together. Each message names the place, what was found and what was expected.
 */
export const NJORD_ERR_INVALID_OPTION = createError('NJORD_ERR_INVALID_OPTION', 'Option %s: %s', 500, TypeError)
export const NJORD_ERR_INVALID_PAYLOAD = createError('NJORD_ERR_INVALID_PAYLOAD', '%s', 400, TypeError)
export const NJORD_ERR_INVALID_JSON = createError('NJORD_ERR_INVALID_JSON', '%s is not JSON: %s', 400, SyntaxError)
export const NJORD_ERR_INVALID_METRIC = createError('NJORD_ERR_INVALID_METRIC', 'Metric "%s": %s', 500, TypeError)
export const NJORD_ERR_METRIC_CLASH = createError('NJORD_ERR_METRIC_CLASH', '"%s" is declared twice: %s; and %s', 500)
export const NJORD_ERR_REDIS_MISSING = createError('NJORD_ERR_REDIS_MISSING', 'The Redis bus needs the package "redis" (version 6): npm install redis@6', 500)
export const NJORD_ERR_ALREADY_REGISTERED = createError(
  'NJORD_ERR_ALREADY_REGISTERED', 'The plugin "%s" is already registered on this instance or one of its parents: register it once', 500)
export const NJORD_ERR_LISTEN = createError('NJORD_ERR_LISTEN', 'The metrics listener could not listen on %s: %s', 500)
export const NJORD_ERR_ROUTE_TAKEN = createError(
  'NJORD_ERR_ROUTE_TAKEN', 'The route GET %s is there already: give the exporter another path, or register it once', 500)
export const NJORD_ERR_UNEQUAL_SERIES = createError(
  'NJORD_ERR_UNEQUAL_SERIES', 'Series: %s have %s and %s rows: give equal lengths, or join them by date first', 500, TypeError)
export const NJORD_ERR_PROMQL_PARSE = createError('NJORD_ERR_PROMQL_PARSE', '%s', 400, SyntaxError)
export const NJORD_ERR_QUERY_BAD_DATA = createError('NJORD_ERR_QUERY_BAD_DATA', '%s', 400)
export const NJORD_ERR_QUERY_EXECUTION = createError('NJORD_ERR_QUERY_EXECUTION', '%s', 422)
export const NJORD_ERR_QUERY_TOO_MANY_SAMPLES = createError(
  'NJORD_ERR_QUERY_TOO_MANY_SAMPLES', 'query processing would load too many samples into memory in query execution', 422)
export const NJORD_ERR_QUERY_TIMEOUT = createError('NJORD_ERR_QUERY_TIMEOUT', 'query timed out in expression evaluation', 503)
export const NJORD_ERR_QUERY_CANCELED = createError('NJORD_ERR_QUERY_CANCELED', 'query was canceled in expression evaluation', 499)
export const NJORD_ERR_JOURNAL_LOCKED = createError(
  'NJORD_ERR_JOURNAL_LOCKED', 'The journal %s has a writer: %s. Stop it first, or use another directory', 500)
export const NJORD_ERR_RETENTION_POLICY = createError('NJORD_ERR_RETENTION_POLICY', '%s', 500, TypeError)
export const NJORD_ERR_NO_HISTORY = createError('NJORD_ERR_NO_HISTORY', 'There is nothing to query: %s', 500)
export const NJORD_ERR_ROUTING_FILE = createError('NJORD_ERR_ROUTING_FILE', '%s', 500, TypeError)
export const NJORD_ERR_RULES = createError('NJORD_ERR_RULES', '%s', 500, TypeError)
export const NJORD_ERR_BAD_PARAMETER = createError('NJORD_ERR_BAD_PARAMETER', 'Parameter %s: found %s, expected %s', 400)
