import { RE2JS } from 're2js'
import type { Matcher } from '../contracts/queryable.js'
import { RegexpBudget } from './regexp-budget.js'

/**
 * A matcher for a label. Regular expressions are RE2, match the whole value, and `.` matches newlines, as in Prometheus.
 * Throws an `Error` in Go's words (``error parsing regexp: missing closing ): `(` ``) for one that is malformed or costs more than
 * `budget` has.
 */
export function createMatcher (name: string, op: Matcher['op'], value: string, budget = new RegexpBudget()): Matcher {
  switch (op) {
    case '=': return { name, op, value, literals: [value], matches: candidate => candidate === value }
    case '!=': return { name, op, value, matches: candidate => candidate !== value }
    case '=~': {
      const literals = literalsOf(value)
      return { name, op, value, ...(literals && { literals }), matches: compile(value, literals, budget) }
    }
    case '!~': {
      const matches = compile(value, literalsOf(value), budget)
      return { name, op, value, matches: candidate => !matches(candidate) }
    }
  }
}

const SPECIAL = /[.+*?()[\]{}^$]/
const ESCAPED_SPECIAL = /^[\\.+*?()|[\]{}^$-]$/

/** The values of `a`, `a|b`, `(a|b)` or `a\.b|c`; `undefined` for other expressions. */
function literalsOf (pattern: string): readonly string[] | undefined {
  const group = /^\((?:\?:)?([^]*)\)$/.exec(pattern)
  const alternatives = group === null ? pattern : group[1]!
  if (!alternatives.includes('\\')) return SPECIAL.test(alternatives) ? undefined : alternatives.split('|')
  const literals: string[] = []
  let literal = ''
  for (let at = 0; at < alternatives.length; at++) {
    let char = alternatives[at]!
    if (char === '|') {
      literals.push(literal)
      literal = ''
      continue
    }
    if (SPECIAL.test(char)) return undefined
    if (char === '\\') {
      char = alternatives[++at] ?? ''
      if (!ESCAPED_SPECIAL.test(char)) return undefined
    }
    literal += char
  }
  return [...literals, literal]
}

function compile (pattern: string, literals: readonly string[] | undefined, budget: RegexpBudget): (value: string) => boolean {
  if (literals !== undefined) {
    const only = literals[0]!
    if (literals.length === 1) return value => value === only
    const set = new Set(literals)
    return value => set.has(value)
  }
  const simple = /^(\.[*+])?([^\\.+*?()|[\]{}^$]*)(\.[*+])?$/.exec(pattern)
  return simple === null ? compileRe2(pattern, budget) : around(simple[1], simple[2]!, simple[3])
}

/** `.*`, `.+`, `prefix.*`, `.+suffix`, `.*middle.*` without an engine. */
function around (before: string | undefined, literal: string, after: string | undefined): (value: string) => boolean {
  const ahead = before === '.+' ? 1 : 0
  const behind = after === '.+' ? 1 : 0
  if (literal === '') {
    // `.+.+` wants two characters, which may be two units each.
    if (ahead + behind === 2) return value => value.length > 1 && value.length > String.fromCodePoint(value.codePointAt(0)!).length
    return ahead + behind === 0 ? () => true : value => value !== ''
  }
  const least = literal.length + ahead + behind
  if (before === undefined) return value => value.length >= least && value.startsWith(literal)
  if (after === undefined) return value => value.length >= least && value.endsWith(literal)
  return value => {
    const at = value.indexOf(literal, ahead)
    return at >= 0 && at + literal.length + behind <= value.length
  }
}

function compileRe2 (pattern: string, budget: RegexpBudget): (value: string) => boolean {
  if (!pattern.isWellFormed()) throw new Error(`error parsing regexp: invalid UTF-8: \`${pattern.toWellFormed()}\``)
  if (!budget.spend(pattern)) throw new Error('error parsing regexp: expression too large')
  try {
    const re2 = RE2JS.compile(pattern, RE2JS.DOTALL)
    return value => re2.testExact(value)
  } catch (error) {
    // RE2JS writes its flags into the pattern that it quotes, and leaves out an empty quotation.
    throw new Error((error as Error).message.replace('`(?s)', '`').replace(/ at end of expression$/, '$&: ``'))
  }
}
