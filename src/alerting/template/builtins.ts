import { sprintf } from './printf.js'
import { basicOf, GoMap, GoObject, isList, isTrue, print, SafeHtml, typeOf, type GoValue, type TemplateFunction } from './values.js'

/** The functions that Go's text/template itself has; `and` and `or` are the executor's. */
export const builtins: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', { arity: [1, Infinity], call: () => null }],
  ['or', { arity: [1, Infinity], call: () => null }],
  ['not', { arity: [1, 1], call: value => !isTrue(value!) }],
  ['len', { arity: [1, 1], call: value => length(value!) }],
  ['index', { arity: [1, Infinity], call: (value, ...keys) => keys.reduce(item, value!) }],
  ['slice', { arity: [1, 4], call: (value, from, to) => slice(value!, from, to) }],
  ['print', { arity: [0, Infinity], call: (...args) => sprint(args) }],
  ['println', { arity: [0, Infinity], call: (...args) => `${args.map(argument).join(' ')}\n` }],
  ['printf', {
    arity: [1, Infinity],
    call: (format, ...args) => {
      if (typeof format !== 'string') throw new Error(`wrong type for value; expected string; got ${typeOf(format!)}`)
      return sprintf(format, args)
    }
  }],
  ['call', { arity: [1, Infinity], call: value => { throw new Error(value === null ? 'call of nil' : `non-function ${argument(value!)} of type ${typeOf(value!)}`) } }],
  ['html', { arity: [1, Infinity], call: (...args) => escapeHtml(sprint(args)) }],
  ['js', { arity: [1, Infinity], call: (...args) => escapeJs(sprint(args)) }],
  ['urlquery', { arity: [1, Infinity], call: (...args) => queryEscape(sprint(args)) }],
  ['eq', { arity: [1, Infinity], call: (first, ...others) => equalsAny(first!, others) }],
  ['ne', { arity: [2, 2], call: (a, b) => !equals(a!, b!) }],
  ['lt', { arity: [2, 2], call: (a, b) => isLess(a!, b!) }],
  ['le', { arity: [2, 2], call: (a, b) => isLess(a!, b!) || equals(a!, b!) }],
  ['gt', { arity: [2, 2], call: (a, b) => !(isLess(a!, b!) || equals(a!, b!)) }],
  ['ge', { arity: [2, 2], call: (a, b) => !isLess(a!, b!) }]
])

/** Go's `url.QueryEscape`. */
export function queryEscape (text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+')
}

function argument (value: GoValue): string {
  return value === null ? '<nil>' : print(value)
}

/** Go's `fmt.Sprint`: a space between two operands of which neither is a string. */
function sprint (args: readonly GoValue[]): string {
  return args.map((value, i) => {
    const spaced = i > 0 && typeof value !== 'string' && typeof args[i - 1] !== 'string'
    return (spaced ? ' ' : '') + argument(value)
  }).join('')
}

function length (value: GoValue): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value))
  if (isList(value)) return BigInt(value.length)
  if (value instanceof GoMap) return BigInt(value.entries.size)
  throw new Error(value === null ? 'len of nil pointer' : `len of type ${typeOf(value)}`)
}

function item (value: GoValue, key: GoValue): GoValue {
  if (value instanceof GoMap) {
    if (typeof key !== 'string') throw new Error(`value has type ${typeOf(key)}; should be string`)
    return value.entries.get(key) ?? value.zero
  }
  if (value === null) throw new Error('index of untyped nil')
  const list: readonly GoValue[] | undefined = isList(value) ? value : typeof value === 'string' ? [...Buffer.from(value)].map(BigInt) : undefined
  if (list === undefined) throw new Error(`can't index item of type ${typeOf(value)}`)
  if (typeof key !== 'bigint') throw new Error(`cannot index slice/array with type ${typeOf(key)}`)
  if (key < 0n || key >= BigInt(list.length)) throw new Error(`index out of range: ${key}`)
  return list[Number(key)]!
}

function slice (value: GoValue, from: GoValue | undefined, to: GoValue | undefined): GoValue {
  if (typeof value !== 'string' && !isList(value)) throw new Error(`can't slice item of type ${typeOf(value)}`)
  const bytes = typeof value === 'string' ? Buffer.from(value) : undefined
  const size = bytes?.length ?? value.length
  const bound = (index: GoValue | undefined, otherwise: number): number => {
    if (index === undefined) return otherwise
    if (typeof index !== 'bigint') throw new Error(`cannot index slice/array with type ${typeOf(index)}`)
    if (index < 0n || index > BigInt(size)) throw new Error(`index out of range: ${index}`)
    return Number(index)
  }
  const start = bound(from, 0)
  const end = bound(to, size)
  if (start > end) throw new Error(`invalid slice index: ${start} > ${end}`)
  return bytes === undefined ? (value as readonly GoValue[]).slice(start, end) : bytes.subarray(start, end).toString()
}

function equalsAny (first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new Error('missing argument for comparison')
  return others.some(other => equals(first, other))
}

function equals (first: GoValue, second: GoValue): boolean {
  const [a, b] = [basicOf(first), basicOf(second)]
  if (isList(a) || isList(b) || a instanceof GoMap || b instanceof GoMap) throw new Error(`non-comparable type ${print(isList(a) || a instanceof GoMap ? a : b)}: ${typeOf(isList(a) || a instanceof GoMap ? a : b)}`)
  if (a === null || b === null) return a === b
  if (typeOf(a) !== typeOf(b)) throw new Error(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`)
  if (a instanceof GoObject) return String(a) === String(b)
  return a instanceof SafeHtml && b instanceof SafeHtml ? a.text === b.text : a === b
}

function isLess (first: GoValue, second: GoValue): boolean {
  const [a, b] = [basicOf(first), basicOf(second)]
  for (const value of [a, b]) {
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') throw new Error('invalid type for comparison')
  }
  if (typeof a !== typeof b) throw new Error(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`)
  return a! < b!
}

function escapeHtml (text: string): string {
  const entities: Readonly<Record<string, string>> = { '\0': '\uFFFD', '"': '&#34;', '\'': '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }

  return text.replace(/[\0"'&<>]/g, char => entities[char]!)
}

function escapeJs (text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is escaped
  return text.replace(/[\\'"<>&=\u0000-\u001f]/g, char => {
    if (char === '\\' || char === '\'' || char === '"') return `\\${char}`
    return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  })
}
