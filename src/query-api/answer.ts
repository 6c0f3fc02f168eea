import { gatherInTurns, Turns } from '../clock/turns.js'
import { ApiError, errorTypeOf, statusOf, type ErrorType } from './api-error.js'

/** What a request is answered with; `data` is `undefined` where there is nothing to say (status 204). */
export interface Answer {
  readonly data: unknown
  readonly warnings?: readonly string[]
  readonly infos?: readonly string[]
}

/** What a client is told of a list that `limit` cut. */
const TRUNCATED = 'results truncated due to limit'

/** The first `limit` of a list, 0 being no limit, and what there is to say about it. */
export function limited<T> (list: readonly T[], limit: number): { data: readonly T[], warnings: string[] } {
  return limit > 0 && list.length > limit ? { data: list.slice(0, limit), warnings: [TRUNCATED] } : { data: list, warnings: [] }
}

/** How much of a body is made at a time, in UTF-16 units. */
const CHUNK_LENGTH = 65_536

/** The body of an answer in parts, in the order of fields that Prometheus has. Large lists are written in turns with the rest of the process. */
export function bodyOf (answer: Answer): AsyncGenerator<string, void, undefined> {
  return gatherInTurns(new Turns(), textsOf(answer), CHUNK_LENGTH)
}

function * textsOf ({ data, warnings = [], infos = [] }: Answer): Generator<string, void, undefined> {
  const { before, list = [], after, isNested = false } = parts(data)
  yield `{"status":"success","data":${before}`
  for (const [i, item] of list.entries()) {
    const comma = i === 0 ? '' : ','
    if (isNested) {
      yield comma
      yield * pieces(item)
    } else yield comma + JSON.stringify(item)
  }
  yield after
  if (warnings.length > 0) yield `,"warnings":${JSON.stringify(warnings)}`
  if (infos.length > 0) yield `,"infos":${JSON.stringify(infos)}`
  yield '}'
}

/** The one list of an answer that may be long, and what stands around it. */
function parts (data: unknown): { before: string, list?: readonly unknown[], after: string, isNested?: boolean } {
  if (Array.isArray(data)) return { before: '[', list: data, after: ']' }
  for (const name of ['groups', 'alerts']) {
    const { [name]: list, ...others } = data as Record<string, unknown>
    if (Array.isArray(list)) return { before: `{"${name}":[`, list, after: `]${tailOf(others)}}`, isNested: true }
  }
  const { result, ...rest } = data as { resultType?: string, result?: unknown }
  const { resultType, ...others } = rest
  if (!Array.isArray(result) || (resultType !== 'vector' && resultType !== 'matrix')) return { before: JSON.stringify(data), after: '' }
  return { before: `{"resultType":"${resultType}","result":[`, list: result, after: `]${tailOf(others)}}` }
}

/** Fields that follow on others. */
function tailOf (fields: object): string {
  const text = JSON.stringify(fields).slice(1, -1)
  return text === '' ? '' : `,${text}`
}

/** The JSON of a value as `JSON.stringify` makes it, by the elements of its lists. */
function * pieces (value: unknown): Generator<string, void, undefined> {
  if (Array.isArray(value)) {
    yield '['
    for (const [i, item] of value.entries()) {
      if (i > 0) yield ','
      yield * pieces(item)
    }
    yield ']'
  } else if (typeof value === 'object' && value !== null && !('toJSON' in value)) {
    let separator = '{'
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue
      yield `${separator}${JSON.stringify(name)}:`
      yield * pieces(field)
      separator = ','
    }
    yield separator === '{' ? '{}' : '}'
  } else yield JSON.stringify(value)
}

/**
 * Status and body of a request that failed. What Fastify refuses by itself (a body that is too large) is the client's mistake with a status
 * of its own. Anything else that is none of the API's errors is `internal`, and told without its text, which may be anything.
 */
export function failure (error: unknown): { status: number, type: ErrorType, body: string } {
  const { code = '', statusCode = 500, message } = error as { code?: string, statusCode?: number, message: string }
  const isRefused = code.startsWith('FST_ERR_') && statusCode < 500
  const type = error instanceof ApiError ? error.type : isRefused ? 'bad_data' : errorTypeOf(error)
  const text = type === 'internal' ? 'internal error' : message
  return { status: isRefused ? statusCode : statusOf[type], type, body: JSON.stringify({ status: 'error', errorType: type, error: text }) }
}
