import { NJORD_ERR_QUERY_EXECUTION } from '../../errors.js'

/** Ends the evaluation with an error in Prometheus's words: the API's error type `execution`, status 422. */
export function fail (message: string): never {
  throw new NJORD_ERR_QUERY_EXECUTION(message.toWellFormed())
}
