import { RE2JS } from 're2js'
import type { Matcher } from '../contracts/queryable.js'
import { regexpCost } from './regexp-cost.js'

/** The most that one regular expression may cost (see `regexpCost`): some 5,000 characters without repetition. */
const MAX_REGEXP_COST = 5000

/**
 * A matcher for a label. Regular expressions are RE2, match the whole value, and `.` matches newlines, as in Prometheus.
 * Throws an `Error` in Go's words (``error parsing regexp: missing closing ): `(` ``) for one that is malformed.
 */
export function createMatcher (name: string, op: Matcher['op'], value: string): Matcher {
  switch (op) {
    case '=': return { name, op, value, literals: [value], matches: candidate => candidate === value }
    case '!=': return { name, op, value, matches: candidate => candidate !== value }
    case '=~': {
      const literals = literalsOf(value)
      return { name, op, value, ...(literals && { literals }), matches: compile(value, literals) }
    }
    case '!~': {
      const matches = compile(value, literalsOf(value))
      return { name, op, value, matches: candidate => !matches(candidate) }
    }
  }
}

const NO_SPECIALS = /^[^\\.+*?()|[\]{}^$]*$/
const LITERALS = /^(?:[^\\.+*?()[\]{}^$]|\\[\\.+*?()|[\]{}^$-])*$/

/** The values of `a`, `a|b` or `a\.b|c`; `undefined` for other expressions. */
function literalsOf (pattern: string): readonly string[] | undefined {
  if (NO_SPECIALS.test(pattern)) return [pattern]
  if (!LITERALS.test(pattern)) return undefined
  const literals = ['']
  for (const [part] of pattern.matchAll(/\\[^]|[^\\|]+|\|/g)) {
    if (part === '|') literals.push('')
    else literals[literals.length - 1] += part.startsWith('\\') ? part.slice(1) : part
  }
  return literals
}

function compile (pattern: string, literals: readonly string[] | undefined): (value: string) => boolean {
  if (literals !== undefined) {
    const only = literals[0]!
    if (literals.length === 1) return value => value === only
    const set = new Set(literals)
    return value => set.has(value)
  }
  const simple = /^(\.[*+])?([^\\.+*?()|[\]{}^$]*)(\.[*+])?$/.exec(pattern)
  return simple === null ? compileRe2(pattern) : around(simple[1], simple[2]!, simple[3])
}

/** `.*`, `.+`, `prefix.*`, `.+suffix`, `.*middle.*` without an engine. */
function around (before: string | undefined, literal: string, after: string | undefined): (value: string) => boolean {
  const ahead = before === '.+' ? 1 : 0
  const behind = after === '.+' ? 1 : 0
  if (literal === '') {
    // `.+.+` wants two characters, which may be two units each: leave it to the engine.
    if (ahead + behind === 2) return compileRe2('.+.+')
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

function compileRe2 (pattern: string): (value: string) => boolean {
  if (regexpCost(pattern) > MAX_REGEXP_COST) throw new Error('error parsing regexp: expression too large')
  const re2 = RE2JS.compile(pattern, RE2JS.DOTALL)
  return value => re2.testExact(value)
}
