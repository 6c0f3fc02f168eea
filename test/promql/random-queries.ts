import { FUNCTIONS } from '../../src/promql/functions-signatures.js'
import type { Random } from './differential/random.js'

const NAMES = [
  'foo', 'bar_total', 'a:b:c', ':x', 'up', 'sum', 'by', 'without', 'offset', 'start', 'END', 'unless', 'or', 'Min', 'count_values', 'limitk', '_', 'infx', 'x2'
]
const LABELS = ['job', 'le', 'a', 'on', 'by', 'bool', 'sum', '__name__', '"quoted.name"', "'x'", '`b`', 'atan2', 'group_left', 'x:y', 'offset']
const NUMBERS = [
  '0', '1', '42', '1.5', '.5', '5.', '1e3', '1E-7', '1e22', '0x1F', '0X_aB', '017', '08', '1_000', '1_0.5_0', 'inf', 'NaN', 'Inf', '5m', '1h30m', '1y2w3d4h5m6s7ms',
  '300ms', '90d', '1e400', '9223372036854775807', '9223372036854775808', '18446744073709551616', '0xffffffffffffffffff', '1e', '1__0', '1_', '0x', '0b1',
  '5h3y', '5hs', '12abc', '1.2.3', '.1.2', '1e5e', '300y', '1m1m', '1.5m', '1000000000000000000000y', '123456789.123456789', '0.000001', '0.0000001', '1e1_0', '0_7', '00', '1.001s'
]
const DURATIONS = ['5m', '1h', '30s', '1d', '90d', '2w', '1y', '1h30m', '300', '0.5', '1e2', '1ms', '100ms', '1.0005', '0', '0s', '300y', '9223372037', '1e12', '0x10', '1_0']
const STRINGS = [
  '"a"', "'b'", '`c`', '"a.*"', '"a|b"', '""', '".+"', '"\\n\\t\\"q\\""', "'\\''", '`raw\\n`', '"ü → 😀"', '"\\u00fc\\U0001F600\\x41\\101"', '"\\xff\\xc3\\xa9"', '"$1-$2"',
  '"("', '"*"', '"[a"', '"a{1001}"', '"\\\\d+"', '"\\q"', '"\\400"', '"\\ud800"', '"\\x4"', '"\u00a0\u200b\u0301"', '"a\\\\.b|c"', '"(?i)x"', '"x"', '"\\u"', '"\\U00110000"', '".*x.+"', '"\ufffd"'
]
const BINARY = ['+', '-', '*', '/', '%', '^', 'atan2', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'unless', 'AND', 'Atan2']
const AGGREGATIONS = ['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar', 'SUM']
const PARAMETER_AGGREGATIONS = ['topk', 'bottomk', 'quantile', 'count_values', 'limitk', 'limit_ratio']
const MATCH_OPS = ['=', '!=', '=~', '!~']
const BLANKS = ['', '', '', '', ' ', ' ', '\n', '\t', '  ', ' # note\n', '\r\n']
const NOISE = [...'()[]{},:;=!~<>+-*/%^@#"\'`\\.|_ \n0159axe$&?üé😀\u0001\u00a0', 'by', 'on', 'offset', 'bool', 'sum', '5m', '1', 'foo', '==', '=~', 'group_left', 'start()', '""', '{}', '[5m]', '[', '[5m:', '(', ')']

type Kind = 'vector' | 'matrix' | 'scalar' | 'string'

/** Random text that is PromQL, nearly PromQL, or was. */
export class RandomQueries {
  readonly #random: Random

  constructor (random: Random) {
    this.#random = random
  }

  /** A query, most of them well-formed; a few have wrong types or odd literals. */
  query (): string {
    const { text } = { text: this.#expression(this.#random.pick(['vector', 'vector', 'vector', 'scalar', 'matrix', 'string']), this.#random.between(1, 5)) }
    return this.#blank() + text + this.#blank()
  }

  /** The same with one to three faults: characters or words deleted, inserted, doubled, moved, or the end cut off. */
  mutated (query: string): string {
    const random = this.#random
    let text = query
    for (let count = random.between(1, 3); count > 0; count--) {
      const at = random.below(text.length + 1)
      const length = random.weighted([[4, 1], [2, random.below(6)], [1, random.below(20)]])
      text = random.weighted([
        [3, text.slice(0, at) + text.slice(at + length)],
        [3, text.slice(0, at) + random.pick(NOISE) + text.slice(at)],
        [1, text.slice(0, at) + text.slice(at, at + length) + text.slice(at)],
        [1, text.slice(0, at)],
        [1, text.slice(0, at) + random.pick(NOISE) + text.slice(at + length)]
      ])
    }
    return text.toWellFormed()
  }

  #expression (wanted: Kind, depth: number): string {
    const random = this.#random
    const kind = random.chance(0.03) ? random.pick<Kind>(['vector', 'matrix', 'scalar', 'string']) : wanted
    if (random.chance(0.06) && kind !== 'matrix') return this.#join('(', this.#expression(kind, depth - 1), ')')
    switch (kind) {
      case 'string': return this.#string()
      case 'matrix': return this.#matrix(depth)
      case 'scalar': return this.#scalar(depth)
      case 'vector': return this.#vector(depth)
    }
  }

  #scalar (depth: number): string {
    const random = this.#random
    if (depth <= 0 || random.chance(0.5)) return random.chance(0.2) ? random.pick(NUMBERS) : String(random.below(1000) / 10)
    return random.weighted([
      [3, () => this.#binary('scalar', 'scalar', depth)],
      [2, () => this.#join(random.pick(['-', '+']), this.#expression('scalar', depth - 1))],
      [2, () => this.#call('scalar', depth)]
    ])()
  }

  #vector (depth: number): string {
    const random = this.#random
    if (depth <= 0) return this.#suffixed(this.#selector())
    return random.weighted([
      [2, () => this.#suffixed(this.#selector())],
      [3, () => this.#binary('vector', 'vector', depth)],
      [1, () => this.#binary('vector', 'scalar', depth)],
      [1, () => this.#binary('scalar', 'vector', depth)],
      [1, () => this.#join(random.pick(['-', '+']), this.#expression('vector', depth - 1))],
      [3, () => this.#aggregation(depth)],
      [4, () => this.#call('vector', depth)]
    ])()
  }

  #matrix (depth: number): string {
    const random = this.#random
    if (depth <= 1 || random.chance(0.6)) return this.#suffixed(this.#join(this.#selector(), '[', this.#duration(), ']'))
    const step = random.chance(0.5) ? this.#duration() : ''
    return this.#suffixed(this.#join(this.#expression('vector', depth - 1), '[', this.#duration(), ':', step, ']'))
  }

  #selector (): string {
    const random = this.#random
    const name = random.chance(0.5) ? `m${random.below(30)}` : random.pick(NAMES)
    if (random.chance(0.4)) return name
    const matchers = Array.from({ length: random.weighted([[1, 0], [4, 1], [3, 2], [1, 3]]) }, () => this.#matcher())
    const end = random.chance(0.05) ? [','] : []
    return this.#join(random.chance(0.8) ? name : '', '{', ...separated(matchers), ...end, '}')
  }

  #matcher (): string {
    const random = this.#random
    if (random.chance(0.05)) return this.#string()
    return this.#join(random.pick(LABELS), random.pick(MATCH_OPS), this.#string())
  }

  #suffixed (expression: string): string {
    const random = this.#random
    let text = expression
    while (random.chance(0.2)) {
      text = random.chance(0.5)
        ? this.#words(text, 'offset', this.#join(random.pick(['', '', '-', '+', '--']), this.#duration()))
        : this.#words(text, '@', random.pick(['1609746000', '1.5', '-3', '+4', '5m', 'start()', 'end ( )', 'inf', '1e30', '0', '1.0005', random.pick(NUMBERS)]))
    }
    return text
  }

  #duration (): string {
    const random = this.#random
    const text = random.chance(0.8) ? `${random.between(1, 90)}${random.pick(['s', 'm', 'h', 'd', ''])}` : random.pick(DURATIONS)
    if (random.chance(0.97)) return text
    return random.pick([`(${text})`, `${text} + 1`, `-${text}`, `2 * (${text} - 3m)`, `${text} / 0`, `2 ^ 3 ^ ${text}`, `- -${text}`, `1 + 2 * ${text}`])
  }

  #string (): string {
    const random = this.#random
    return random.chance(0.6) ? `"${random.pick(['a', 'b', 'x.y', 'foo', 'a|b', 'dst', '$1'])}"` : random.pick(STRINGS)
  }

  #binary (left: Kind, right: Kind, depth: number): string {
    const random = this.#random
    const op = random.pick(BINARY)
    const isComparison = /[=<>]/.test(op)
    const words = [this.#expression(left, depth - 1), op]
    if (random.chance(isComparison ? (left === right && left === 'scalar' ? 0.9 : 0.3) : 0.02)) words.push('bool')
    if (random.chance(left === right && left === 'vector' ? 0.3 : 0.03)) {
      words.push(this.#join(random.pick(['on', 'ignoring']), this.#labels()))
      if (random.chance(/^[a-z]/i.test(op) ? 0.1 : 0.4)) words.push(this.#join(random.pick(['group_left', 'group_right']), random.chance(0.6) ? this.#labels() : ''))
    }
    words.push(this.#expression(right, depth - 1))
    return this.#words(...words)
  }

  #labels (): string {
    const random = this.#random
    const labels = Array.from({ length: random.weighted([[1, 0], [4, 1], [2, 2]]) }, () => random.pick(LABELS))
    return this.#join('(', ...separated(labels), ...(labels.length > 0 && random.chance(0.05) ? [','] : []), ')')
  }

  #aggregation (depth: number): string {
    const random = this.#random
    const hasParameter = random.chance(0.3)
    const op = random.pick(hasParameter ? PARAMETER_AGGREGATIONS : AGGREGATIONS)
    const args = [this.#expression('vector', depth - 1)]
    if (hasParameter) args.unshift(this.#expression(op === 'count_values' ? 'string' : 'scalar', depth - 2))
    if (random.chance(0.02)) args.push(this.#expression('vector', 0))
    const body = this.#join('(', ...separated(args), ')')
    const modifier = this.#join(random.pick(['by', 'without', 'BY']), this.#labels())
    return random.weighted([[2, () => this.#join(op, body)], [1, () => this.#words(op, modifier, body)], [1, () => this.#words(op, body, modifier)]])()
  }

  #call (result: Kind, depth: number): string {
    const random = this.#random
    const { name, argTypes, variadic } = random.pick([...FUNCTIONS.values()].filter(({ returnType }) => returnType === result))
    const types = [...argTypes]
    if (variadic !== 0 && random.chance(0.4)) types.pop()
    if (variadic < 0 && random.chance(0.4)) types.push(types.at(-1) ?? 'string')
    if (random.chance(0.03)) types.push('vector')
    if (random.chance(0.02)) types.pop()
    const args = types.map(type => this.#expression(type, depth - 1))
    return this.#join(random.chance(0.01) ? 'nosuch' : name, '(', ...separated(args), ...(random.chance(0.01) ? [','] : []), ')')
  }

  /** Parts one behind the other, blanks between some. */
  #join (...parts: string[]): string {
    return parts.reduce((text, part) => text + this.#blank() + part)
  }

  /** Parts with at least a blank between. */
  #words (...parts: string[]): string {
    return parts.reduce((text, part) => `${text} ${this.#blank()}${part}`)
  }

  #blank (): string {
    return this.#random.chance(0.15) ? this.#random.pick(BLANKS) : ''
  }
}

function separated (items: readonly string[]): string[] {
  return items.flatMap((item, index) => index === 0 ? [item] : [', ', item])
}
