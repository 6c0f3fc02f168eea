import t from 'tap'
import { createMatcher } from '../../src/promql/matcher.js'
import { RegexpBudget, regexpCost } from '../../src/promql/regexp-budget.js'

await t.test('matches the whole value', async t => {
  for (const [op, pattern, yes, no] of [
    ['=', 'a.b', ['a.b'], ['a.b ', 'axb', '']],
    ['!=', 'a', ['', 'b'], ['a']],
    ['=~', '', [''], ['a']],
    ['=~', 'a|b', ['a', 'b'], ['', 'ab', 'a|b']],
    ['=~', '(a|b)', ['a', 'b'], ['(a|b)', '']],
    ['=~', '(?:a|)', ['a', ''], ['b']],
    ['=~', 'a\\.b|c\\|d\\-', ['a.b', 'c|d-'], ['axb', 'c']],
    ['=~', '\\d+', ['12'], ['d', '1a']],
    ['=~', 'a\\.b*', ['a.', 'a.bb'], ['a.b*']],
    ['=~', '.*', ['', 'a\nb'], []],
    ['=~', '.+', ['a\nb'], ['']],
    ['=~', '.+.+', ['ab', '\n\n'], ['', 'a', '😀']],
    ['=~', '.+.*', ['a'], ['']],
    ['=~', 'ab.*', ['ab', 'ab\n'], ['xab', 'a']],
    ['=~', 'ab.+', ['abc'], ['ab', 'xabc']],
    ['=~', '.*ab', ['ab', '\nab'], ['abx']],
    ['=~', '.+ab', ['xab'], ['ab', 'xabx']],
    ['=~', '.*ab.*', ['ab', 'xaby'], ['a']],
    ['=~', '.+ab.+', ['xaby', 'abab.'], ['ab', 'xab', 'abx']],
    ['=~', 'a.c', ['abc', 'a\nc'], ['ac', 'xabc', 'abcx']],
    ['=~', '(?i)AB', ['ab', 'AB'], ['abc']],
    ['=~', 'a|b.*', ['a', 'bcd'], ['ab']],
    ['!~', 'a|b', ['', 'c'], ['a']],
    ['!~', 'a.*c', ['b'], ['abc']]
  ] as const) {
    const matcher = createMatcher('x', op, pattern)
    for (const value of yes) t.ok(matcher.matches(value), `${op}${pattern} matches ${JSON.stringify(value)}`)
    for (const value of no) t.notOk(matcher.matches(value), `${op}${pattern} does not match ${JSON.stringify(value)}`)
  }
})

await t.test('tells an index the values it can match', async t => {
  t.same(createMatcher('x', '=', 'a|b').literals, ['a|b'])
  t.same(createMatcher('x', '=~', 'a|b\\.c').literals, ['a', 'b.c'])
  for (const pattern of ['a.*', 'a|(b)', 'a\\db', 'a+', 'a\\.b|c+']) t.equal(createMatcher('x', '=~', pattern).literals, undefined, pattern)
  t.equal(createMatcher('x', '!~', 'a').literals, undefined)
})

await t.test('refuses malformed expressions in the words of Go', async t => {
  for (const [pattern, why] of [
    ['(', 'missing closing ): `(`'],
    ['(?s)(', 'missing closing ): `(?s)(`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['x\\', 'trailing backslash at end of expression: ``'],
    ['(\udcff', 'invalid UTF-8: `(\ufffd`'],
    ['a{1001}', 'invalid repeat count: `{1001}`']
  ] as const) {
    t.throws(() => createMatcher('x', '=~', pattern), { message: `error parsing regexp: ${why}` }, pattern)
  }
})

await t.test('refuses expressions that would take long to compile', async t => {
  for (const pattern of ['(a{1000}){6}', '.*|'.repeat(5000), 'x.'.repeat(100_000), '[[:a'.repeat(4000), '\\pL'.repeat(1000)]) {
    t.throws(() => createMatcher('x', '=~', pattern), { message: 'error parsing regexp: expression too large' }, pattern.slice(0, 20))
  }
  t.ok(createMatcher('x', '=~', Array.from({ length: 10_000 }, (_, i) => `host-${i}`).join('|')).matches('host-9999'), 'words are free')
  const budget = new RegexpBudget()
  t.same([1, 2, 3, 4, 5, 6].map(() => budget.spend('(ab){100,150}')), [true, true, true, true, false, false], 'one budget for all of a query')
})

await t.test('reckons the cost of an expression in plain characters', async t => {
  for (const [pattern, cost] of [
    ['ab', 2], ['a*', 5], ['(ab)', 6], ['(ab){100}', 600], ['a{2,5}', 5], ['a{1001}', 1], ['\\d[abc]', 2.0025], ['[[:alpha:]]{2}', 2.0242],
    ['\\p{Greek}\\pL', 20], ['\\Qa.b\\E', 7], ['((a', 9], ['a)', 1]
  ] as const) {
    t.equal(Math.round(regexpCost(pattern) * 1e4) / 1e4, cost, pattern)
  }
})
