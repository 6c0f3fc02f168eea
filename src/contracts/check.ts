import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { NJORD_ERR_INVALID_JSON, NJORD_ERR_INVALID_PAYLOAD } from '../errors.js'
import { parseJson } from './json.js'

/** Returns `value` as `schema` describes it, deeply frozen, or throws `NJORD_ERR_INVALID_PAYLOAD` that names the key. */
export type Check<S extends TSchema> = (value: unknown) => Readonly<Static<S>>

/** Compiles a check for values of one contract; `what` names it in errors, as in `MetricSnapshot.labels`. */
export function compileCheck<S extends TSchema> (what: string, schema: S): Check<S> {
  const validator = Compile(schema)
  return value => {
    if (validator.Check(value)) return deepFreeze(value) as Readonly<Static<S>>
    const first = validator.Errors(value)[0]
    const path = (first?.instancePath ?? '').split('/').slice(1)
    if (first?.keyword === 'required') path.push(String(first.params.requiredProperties[0]))
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)
    throw new NJORD_ERR_INVALID_PAYLOAD(`${[what, ...path].join('.')}: found ${describe(found)}, ${first?.message ?? 'which does not fit'}`)
  }
}

/** Reads a contract from its JSON text. Throws `NJORD_ERR_INVALID_JSON` or `NJORD_ERR_INVALID_PAYLOAD`. */
export function checkJson<S extends TSchema> (what: string, check: Check<S>, text: string): Readonly<Static<S>> {
  let value
  try {
    value = parseJson(text)
  } catch (error) {
    throw new NJORD_ERR_INVALID_JSON(what, (error as Error).message, { cause: error })
  }
  return check(value)
}

/** A short word for a value in an error message: bounded, and never the whole of a large input. */
export function describe (value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function deepFreeze<T> (value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const item of Object.values(value)) deepFreeze(item)
  }
  return value
}
