import { Type, type TProperties, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { describe } from '../contracts/check.js'
import { NJORD_ERR_INVALID_OPTION } from '../errors.js'

/** Options whose value no message may show: a URL can hold a password. */
const secrets: ReadonlySet<string> = new Set(['token', 'url', 'password'])

/** What a schema's violation says; of those of TypeBox, the part that is read here. */
interface Violation {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** An object of options and no others: an option nobody knows is a misspelt one. */
export const options = <P extends TProperties> (properties: P) => Type.Object(properties, { additionalProperties: false })

/** The options of a plugin: its own, and those of Fastify, which Fastify hands on to every plugin. */
export const pluginOptions = <P extends TProperties> (properties: P) => options({
  ...properties,
  prefix: Type.Optional(Type.String()),
  logLevel: Type.Optional(Type.Unknown()),
  logSerializers: Type.Optional(Type.Unknown())
})

/** A value that JSON Schema cannot describe; `expected` completes "found …, expected …". */
export function live<T> (is: (value: T) => boolean, expected: string) {
  return Type.Refine(Type.Unknown(), value => is(value as T), () => expected)
}

/** A live object by the methods that are called of it. */
export function withMethods (methods: readonly string[], expected: string) {
  return live<Record<string, unknown> | null | undefined>(
    value => methods.every(method => typeof value?.[method] === 'function'), `${expected} with the methods ${methods.join(', ')}`)
}

/**
 * Makes a check of a plugin's options: it throws `NJORD_ERR_INVALID_OPTION` with the path of the first option that is
 * wrong (`exporter.listen.port`), what was found and what was expected. The caller's object is not touched.
 */
export function optionsCheck (schema: TSchema): (options: unknown) => void {
  const validator = Compile(schema)
  return options => {
    if (validator.Check(options)) return
    const { path, problem } = explain(validator.Errors(options), options)
    throw new NJORD_ERR_INVALID_OPTION(path.join('.'), problem)
  }
}

function explain (violations: readonly Violation[], options: unknown): { path: string[], problem: string } {
  const literals = new Set(violations.filter(({ keyword }) => keyword === 'const').map(({ schemaPath }) => schemaPath))
  const telling = violations.filter(({ keyword, schemaPath }) =>
    keyword !== 'anyOf' && keyword !== 'boolean' && !(keyword === 'type' && literals.has(schemaPath)))
  // Of the alternatives of a union, the one that went deepest is the one that was meant.
  const deepest = Math.max(...telling.map(depth))
  const first = telling.find(violation => depth(violation) === deepest)!
  const path = first.instancePath.split('/').slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

  if (first.keyword === 'additionalProperties') {
    return { path: [...path, (first.params as { additionalProperties: string[] }).additionalProperties[0]!], problem: 'there is no such option' }
  }
  if (first.keyword === 'required') {
    const missing = (first.params as { requiredProperties: string[] }).requiredProperties
    return { path: [...path, missing.find(name => !hasOwn(valueAt(path, options), name))!], problem: 'it is missing' }
  }
  const alternatives = telling.filter(({ instancePath }) => instancePath === first.instancePath).map(expectation)
  const found = secrets.has(path.at(-1) ?? '') ? 'what is not shown here' : describe(valueAt(path, options))
  return { path, problem: `found ${found}, expected ${[...new Set(alternatives)].join(' or ')}` }
}

/** How many keys lead to what is wrong; a key too many or missing is one of them. */
function depth ({ keyword, instancePath }: Violation): number {
  return instancePath.split('/').length + (keyword === 'additionalProperties' || keyword === 'required' ? 1 : 0)
}

function valueAt (path: readonly string[], options: unknown): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], options)
}

function hasOwn (value: unknown, name: string): boolean {
  return Object.hasOwn(value as object, name) && (value as Record<string, unknown>)[name] !== undefined
}

function expectation ({ keyword, params, message }: Violation): string {
  switch (keyword) {
    case 'type': {
      const { type } = params as { type: string }
      return type === 'number' ? 'a finite number' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`
    }
    case 'const': return JSON.stringify((params as { allowedValue: unknown }).allowedValue)
    case 'minLength': return 'a text that is not empty'
    case 'exclusiveMinimum': return `more than ${(params as { limit: number }).limit}`
    case 'minimum': return `${(params as { limit: number }).limit} or more`
    case 'maximum': return `${(params as { limit: number }).limit} or less`
    default: return message
  }
}
