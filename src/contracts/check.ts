import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { NJORD_ERR_INVALID_JSON, NJORD_ERR_INVALID_PAYLOAD } from '../errors.js'
import { parseJson } from './json.js'

/** Returns `value` as `schema` describes it, deeply frozen, or throws `NJORD_ERR_INVALID_PAYLOAD` that names the key. */
export type Check<S extends TSchema> = (value: unknown) => Readonly<Static<S>>

/** Compiles a check for values of one contract; `what` names it in errors, as in `MetricSnapshot.labels`. */
export function compileCheck<S extends TSchema> (what: string, schema: S): Check<S> {
  const validator = Compile(schema)
  return value => {
    if (validator.Check(value)) return deepFreeze(value) as Readonly<Static<S>>
    throw new NJORD_ERR_INVALID_PAYLOAD(explain(what, validator.Errors(value), value))
  }
}

/** The first violation, as a person would say it: `MetricSnapshot.value: found "x", must be number`. */
function explain (what: string, violations: ReturnType<Validator['Errors']>, value: unknown): string {
  const first = violations[0]!
  const path = first.instancePath.split('/').slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (first.keyword === 'required') {
    const owner = valueAt(path, value) as Record<string, unknown>
    path.push(first.params.requiredProperties.find(name => !Object.hasOwn(owner, name))!)
  }
  const alternatives = violations.flatMap(violation => violation.instancePath === first.instancePath ? expectation(violation) : [])
  const names = path.map(part => part.length > 40 ? `${part.slice(0, 40)}…` : part)
  return `${[what, ...names].join('.')}: found ${describe(valueAt(path, value))}, ${[...new Set(alternatives)].join(' or ').replaceAll(' or must be ', ' or ')}`
}

function expectation (violation: ReturnType<Validator['Errors']>[number]): string[] {
  switch (violation.keyword) {
    case 'anyOf': return []
    case 'boolean': return ['there is no such key']
    case 'const': return [`must be ${JSON.stringify(violation.params.allowedValue)}`]
    case 'required': return ['must be there']
    default: return [violation.message]
  }
}

function valueAt (path: readonly string[], value: unknown): unknown {
  return path.reduce<unknown>((at, key) => Object.hasOwn(at as object, key) ? (at as Record<string, unknown>)[key] : undefined, value)
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

/** An object that came in frozen may hold others that are not: all are visited. What cannot be frozen (bytes) stays as it is. */
function deepFreeze<T> (value: T): T {
  const seen = new Set<unknown>([value])
  for (const item of seen) {
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) continue
    Object.freeze(item)
    for (const inner of Object.values(item)) seen.add(inner)
  }
  return value
}
