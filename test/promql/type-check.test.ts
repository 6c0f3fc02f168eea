import t from 'tap'
import { parse, ParseError } from '../../src/promql/parser.js'

function faultsOf (query: string, experimentalFunctions = false): string[] {
  try {
    parse(query, { experimentalFunctions })
  } catch (error) {
    if (error instanceof ParseError) return error.issues.map(({ start, message }) => `${start} ${message}`)
    throw error
  }
  return []
}

const OPERANDS = 'binary expression must contain only scalar and instant vector types'

await t.test('refuses what does not go together, in the words and the order of Prometheus', async t => {
  for (const [query, ...faults] of [
    ['1 == 2', '2 comparisons between scalars must use BOOL modifier'],
    ['(1)\n == 2', '5 comparisons between scalars must use BOOL modifier'],
    ['a + bool b', '2 bool modifier can only be used on comparison operators'],
    ['sum(a) by (x) + bool c', '14 bool modifier can only be used on comparison operators'],
    // Prometheus 3.5 takes the parenthesis of on(…), start() and end() for the end of the next call.
    ['a + on(x) vector(1) + bool c', '10 bool modifier can only be used on comparison operators'],
    ['a + on(x) (b) + bool c', '14 bool modifier can only be used on comparison operators'],
    ['abs(a @ end()) + bool c', '13 bool modifier can only be used on comparison operators'],
    ['sum(a @ end()) by (x) + bool c', '15 bool modifier can only be used on comparison operators'],
    ['"a" + x[5m]', `0 ${OPERANDS}`, `6 ${OPERANDS}`],
    ['1 + on (a) x', '0 vector matching only allowed between instant vectors'],
    ['1 and x', '0 set operator "and" not allowed in binary scalar expression'],
    ['a or on (x) group_left b', '0 no grouping allowed for "or" operation', '0 set operations must always be many-to-many'],
    ['a * on (x, y) group_left (y) b', '2 label "y" must not occur in ON and GROUP clause at once'],
    ['sum(1)', '4 expected type instant vector in aggregation expression, got scalar'],
    ['topk("a", x)', '5 expected type scalar in aggregation parameter, got string'],
    ['count_values(1, x[5m])', '16 expected type instant vector in aggregation expression, got range vector', '13 expected type string in aggregation parameter, got scalar'],
    ['rate(x)', '5 expected type range vector in call to function "rate", got instant vector'],
    ['abs()', '0 expected 1 argument(s) in call to "abs", got 0'],
    ['abs(x, 1)', '0 expected 1 argument(s) in call to "abs", got 2'],
    ['label_join(x, "a")', '0 expected at least 3 argument(s) in call to "label_join", got 2'],
    ['label_join(x, "a", "b", "c", 1)', '29 expected type string in call to function "label_join", got scalar'],
    ['round(x, 1, 2)', '0 expected at most 2 argument(s) in call to "round", got 3'],
    ['hour(1, x)', '0 expected at most 1 argument(s) in call to "hour", got 2', '5 expected type instant vector in call to function "hour", got scalar'],
    ['-x[5m]', '0 unary expression only allowed on expressions of type scalar or instant vector, got "range vector"'],
    ['1[5m:]', '0 subquery is only allowed on instant vector, got scalar instead'],
    ['{}', '0 vector selector must contain at least one non-empty matcher'],
    ['{a=~".*",b!="c",d=""}[5m]', '0 vector selector must contain at least one non-empty matcher'],
    ['x{__name__="y","z"}', '0 metric name must not be set twice: "x" or "y"', '0 metric name must not be set twice: "x" or "z"']
  ] as const) {
    t.same(faultsOf(query), faults, query)
  }
})

await t.test('lets through what goes together', async t => {
  for (const query of [
    '1 == bool 2', 'a == 2', 'a + on () 1', 'hour()', 'round(x)', 'round(x, 0.5)', 'label_join(x, "a", "b")', 'label_replace(x, "a", "b", "c", "d")',
    'scalar(x) + 1', '-scalar(x)', '{a!=""}', '{a=~".+"}', 'vector(1) and x', 'time() * 2', 'histogram_quantile(0.9, x)', 'rate(x[5m:])', '"text"', 'x[5m]'
  ]) {
    t.same(faultsOf(query), [], query)
  }
})
