/** The kinds of error of the Prometheus API, as `errorType` names them, with the status that each is answered with (web/api/v1/api.go). */
export const statusOf = {
  bad_data: 400,
  execution: 422,
  /** The client has gone: nobody reads this answer. */
  canceled: 499,
  internal: 500,
  timeout: 503
} as const

export type ErrorType = keyof typeof statusOf

/** What a request is answered with instead of data. Never leaves the query API: a route makes a body of it. */
export class ApiError extends Error {
  readonly type: ErrorType

  constructor (type: ErrorType, message: string) {
    super(message)
    this.type = type
  }
}

/** A parameter that does not say what it should. */
export function badParameter (name: string, problem: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "${name}": ${problem}`)
}

const typeOf: Readonly<Record<string, ErrorType>> = {
  NJORD_ERR_PROMQL_PARSE: 'bad_data',
  NJORD_ERR_QUERY_BAD_DATA: 'bad_data',
  NJORD_ERR_QUERY_EXECUTION: 'execution',
  NJORD_ERR_QUERY_TOO_MANY_SAMPLES: 'execution',
  NJORD_ERR_QUERY_TIMEOUT: 'timeout',
  NJORD_ERR_QUERY_CANCELED: 'canceled'
}

/** The kind of an error of the engine or the parser; anything that is none of theirs is `internal`. */
export function errorTypeOf (error: unknown): ErrorType {
  return typeOf[(error as { code?: string }).code ?? ''] ?? 'internal'
}
