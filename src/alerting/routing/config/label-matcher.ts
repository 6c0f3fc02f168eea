import { RE2JS } from 're2js'
import { goQuote } from '../../../promql/go-text.js'

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** How many answers a regular expression remembers. */
const REMEMBERED = 1000

/** What an unquoted name or value may not hold. */
export const isReserved = (char: string): boolean => /[\p{White_Space}{}!=~,\\"'`]/u.test(char)

/** A condition on one label of an alert; a label that is not there is `''`. Regular expressions are RE2 and match the whole value. */
export class LabelMatcher {
  readonly name: string
  readonly operator: MatchOperator
  readonly value: string
  readonly #expression: RE2JS | undefined
  readonly #answers = new Map<string, boolean>()

  /** Throws an `Error` in Go's words for a malformed regular expression. */
  constructor (name: string, operator: MatchOperator, value: string) {
    this.name = name
    this.operator = operator
    this.value = value
    if (operator === '=~' || operator === '!~') this.#expression = RE2JS.compile(`^(?:${value})$`)
  }

  matches (value: string): boolean {
    switch (this.operator) {
      case '=': return value === this.value
      case '!=': return value !== this.value
      case '=~': return this.#answer(value)
      case '!~': return !this.#answer(value)
    }
  }

  #answer (value: string): boolean {
    const known = this.#answers.get(value)
    if (known !== undefined) return known
    const answer = this.#expression!.testExact(value)
    if (this.#answers.size < REMEMBERED) this.#answers.set(value, answer)
    return answer
  }

  /** As Alertmanager prints it; part of the keys of groups. */
  toString (): string {
    if ([...this.name].some(isReserved)) return `${goQuote(this.name)}${this.operator}${goQuote(this.value)}`
    const escaped = this.value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    return `${this.name}${this.operator}"${escaped}"`
  }
}

/** All matchers hold for labels by name. */
export function matchesAll (matchers: readonly LabelMatcher[], valueOf: (name: string) => string): boolean {
  for (const matcher of matchers) if (!matcher.matches(valueOf(matcher.name))) return false
  return true
}

/** Alertmanager's order: name, value, operator. */
export function sortMatchers (matchers: readonly LabelMatcher[]): LabelMatcher[] {
  const operators = ['=', '!=', '=~', '!~']
  return [...matchers].sort((a, b) =>
    compare(a.name, b.name) || compare(a.value, b.value) || operators.indexOf(a.operator) - operators.indexOf(b.operator))
}

const compare = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
