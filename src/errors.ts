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
