/** In characters to be compiled, of 5 to 10 microseconds each: a query's regular expressions take 50 ms at the most. */
const BUDGET = 4000

/** What is longer is not even looked at: classes and escapes cost less than their characters, but not so much less. */
const MAX_LENGTH = 4 * BUDGET

/** What an operator or a group takes, in plain characters. */
const OPERATOR_COST = 4
const UNICODE_CLASS_COST = 10

/** RE2 refuses to repeat more often. */
const MAX_REPEAT = 1000

const TOKEN = /\\Q(?:[^\\]|\\(?!E))*(?:\\E)?|\\[pP](?:\{[^}]*\}?|.)|\\[^]|\[\^?\]?(?:\[:\^?[a-z]*:\]|\\[^]|[^\]\\])*\]?|\{(\d+)(?:,(\d*))?\}|[^]/g

/** What the regular expressions of one query may cost to compile, altogether. */
export class RegexpBudget {
  #left = BUDGET

  /** Whether there is enough left for a regular expression, which then is spent. */
  spend (pattern: string): boolean {
    this.#left -= pattern.length > MAX_LENGTH ? Infinity : regexpCost(pattern)
    return this.#left >= 0
  }
}

/**
 * What a regular expression costs to compile, in plain characters, once its counted repetitions are written out: `ab` costs 2,
 * `(ab){100}` 600. It need not be well-formed.
 */
export function regexpCost (pattern: string): number {
  const outer: number[] = []
  let cost = 0
  let last = 0
  for (const [token, least, most] of pattern.matchAll(TOKEN)) {
    if (token === '(') {
      outer.push(cost)
      cost = OPERATOR_COST
      last = 0
    } else if (token === ')') {
      last = cost
      cost += outer.pop() ?? 0
    } else if (least !== undefined) {
      const times = Math.max(Number(least), Number(most ?? 0), 1)
      if (times > MAX_REPEAT) continue
      // What stands before is counted once already.
      cost += last * (times - 1)
      last *= times
    } else {
      last = atomCost(token)
      cost += last
    }
  }
  return outer.reduce((sum, part) => sum + part, cost)
}

function atomCost (token: string): number {
  if (token.length === 1) return '.*+?|^$'.includes(token) ? OPERATOR_COST : 1
  if (token.startsWith('\\Q')) return token.length
  if (/^\\[pP]/.test(token)) return UNICODE_CLASS_COST
  // A class that is not closed takes RE2JS the square of its length.
  return token.startsWith('[') ? 1 + token.length ** 2 / 10_000 : 1
}
