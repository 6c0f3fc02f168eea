const TOKEN = /\\Q(?:[^\\]|\\(?!E))*(?:\\E)?|\\[pP](?:\{[^}]*\}|.)|\\[^]|\[\^?\]?(?:\[:[^\]]*:\]|\\[^]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[^]/g

/** A class of Unicode takes as long as some ten characters. */
const UNICODE_CLASS_COST = 10

/**
 * About how many instructions a regular expression makes, once its counted repetitions are written out: `ab` costs 2, `(ab){100}` 200.
 * The time to compile it goes with that, a few microseconds each. It need not be well-formed.
 */
export function regexpCost (pattern: string): number {
  const outer: number[] = []
  let cost = 0
  let last = 0
  for (const [token, least, most] of pattern.matchAll(TOKEN)) {
    if (token === '(') {
      outer.push(cost)
      cost = 1
      last = 0
      continue
    }
    if (token === ')') {
      last = cost
      cost += outer.pop() ?? 0
      continue
    }
    if (least !== undefined) {
      // What stands before is counted once already.
      const times = Math.max(Number(least), Number(most ?? 0), 1)
      cost += last * (times - 1)
      last *= times
      continue
    }
    last = token.startsWith('\\Q') ? token.length : /\\[pP]/.test(token) ? UNICODE_CLASS_COST : 1
    cost += last
  }
  return outer.reduce((sum, part) => sum + part, cost)
}
