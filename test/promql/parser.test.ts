import t from 'tap'
import type { Expr } from '../../src/promql/ast.js'
import { parse, ParseError, parseSelector } from '../../src/promql/parser.js'
import { print } from '../../src/promql/printer.js'

/** An expression with every operation in parentheses, to see how it groups. */
function grouped (expr: Expr): string {
  switch (expr.kind) {
    case 'binary': return `(${grouped(expr.lhs)} ${expr.op} ${grouped(expr.rhs)})`
    case 'unary': return `(${expr.op}${grouped(expr.expr)})`
    case 'paren': return grouped(expr.expr)
    default: return print(expr)
  }
}

function messageOf (query: string): string {
  try {
    parse(query)
  } catch (error) {
    if (error instanceof ParseError) return error.message
    throw error
  }
  return ''
}

await t.test('groups operators as Prometheus does', async t => {
  for (const [query, expected] of [
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['-a ^ b', '(-(a ^ b))'],
    ['-a * b', '((-a) * b)'],
    ['a ^ -b * c', '((a ^ (-b)) * c)'],
    ['a or b and c unless d', '(a or ((b and c) unless d))'],
    ['a == b + c or d', '((a == (b + c)) or d)'],
    ['a % b atan2 c / d', '(((a % b) atan2 c) / d)'],
    ['a + b offset 5m', '(a + b offset 5m)'],
    ['-a @ 1 ^ b', '(-(a @ 1.000 ^ b))'],
    ['2 + -3', '(2 + -3)'],
    ['--5', '5'],
    ['a offset -5m ^ b', '(a offset -5m ^ b)']
  ] as const) {
    t.equal(grouped(parse(query)), expected, query)
  }
})

await t.test('says where each expression stands', async t => {
  const text = 'sum(rate(x{a="b"}[5m] offset 1m)) + -(y @ end())'
  const spans: string[] = []
  const visit = (expr: Expr): void => {
    spans.push(`${expr.kind} ${text.slice(expr.span.start, expr.span.end)}`)
    if (expr.kind === 'binary') [expr.lhs, expr.rhs].forEach(visit)
    if (expr.kind === 'call') expr.args.forEach(visit)
    if (expr.kind === 'aggregate' || expr.kind === 'unary' || expr.kind === 'paren') visit(expr.expr)
  }
  visit(parse(text))
  t.same(spans, [
    `binary ${text}`,
    'aggregate sum(rate(x{a="b"}[5m] offset 1m))',
    'call rate(x{a="b"}[5m] offset 1m)',
    'matrixSelector x{a="b"}[5m] offset 1m',
    'unary -(y @ end())',
    'paren (y @ end())',
    'vectorSelector y @ end()'
  ])
})

await t.test('reads selectors, ranges and subqueries with their modifiers', async t => {
  t.match(parse('up{job=~"a|b",le!="1"} @ 1.5 offset -90s'), {
    kind: 'vectorSelector',
    name: 'up',
    matchers: [{ name: 'job', op: '=~', value: 'a|b' }, { name: 'le', op: '!=', value: '1' }, { name: '__name__', op: '=', value: 'up' }],
    offsetMs: -90_000,
    at: { timestampMs: 1500 }
  })
  t.match(parse('up[1h30m] @ start()'), { kind: 'matrixSelector', rangeMs: 5_400_000, selector: { at: { preprocessor: 'start' } } })
  t.match(parse('up[300]'), { rangeMs: 300_000 })
  t.match(parse('rate(up[5m])[1h:30s] offset 5m @ -2'), {
    kind: 'subquery', rangeMs: 3_600_000, stepMs: 30_000, offsetMs: 300_000, at: { timestampMs: -2000 }
  })
  t.match(parse('up[1h:]'), { kind: 'subquery', stepMs: 0 })
  t.match(parse('up offset --5m'), { offsetMs: 300_000 })
  t.match(parse('up offset 1m30s'), { offsetMs: 90_000 })
  t.match(parse('up @ start()[5m]'), { kind: 'matrixSelector', selector: { at: { preprocessor: 'start' } } })
  t.match(parse('{"my.metric", "a b"=\'c\'}'), { name: '', matchers: [{ name: '__name__', op: '=', value: 'my.metric' }, { name: 'a b', op: '=', value: 'c' }] })
})

await t.test('takes words of the language for names of metrics and labels', async t => {
  for (const word of ['by', 'without', 'offset', 'and', 'or', 'unless', 'start', 'end', 'sum', 'count_values', 'limitk', 'SUM']) {
    t.match(parse(word), { kind: 'vectorSelector', name: word }, word)
    t.match(parse(`${word} {a="b"} offset 5m`), { name: word }, word)
  }
  t.match(parse('sum by (bool, on, by, group_left, atan2, start, "a.b", a:b,) (x)'), {
    grouping: ['bool', 'on', 'by', 'group_left', 'atan2', 'start', 'a.b', 'a:b']
  })
  t.match(parse('x{by="a",on="b",sum="c"}'), { matchers: [{ name: 'by' }, { name: 'on' }, { name: 'sum' }, {}] })
  t.equal(messageOf('bool'), '1:1: parse error: unexpected <bool>')
  t.equal(messageOf('sum by (without) (x)'), '1:9: parse error: unexpected <without> in grouping opts, expected label')
})

await t.test('reads aggregations with the grouping before or behind', async t => {
  for (const query of ['topk by (a) (3, x)', 'topk (3, x) by (a)', 'TOPK BY (a) (3, x)']) {
    t.match(parse(query), { kind: 'aggregate', op: 'topk', grouping: ['a'], without: false, param: { value: 3 }, expr: { name: 'x' } }, query)
  }
  t.match(parse('sum without () (x)'), { grouping: [], without: true, param: undefined })
})

await t.test('reads how the sides of an operation match', async t => {
  t.match(parse('a == bool on (x) group_left (y) b'), {
    returnBool: true, matching: { card: 'many-to-one', matchingLabels: ['x'], on: true, include: ['y'] }
  })
  t.match(parse('a * ignoring (x) group_right b'), { matching: { card: 'one-to-many', matchingLabels: ['x'], on: false, include: [] } })
  t.match(parse('a and b'), { matching: { card: 'many-to-many', on: false } })
  t.match(parse('a + b'), { matching: { card: 'one-to-one', matchingLabels: [], on: false } })
  t.equal((parse('a + 1') as { matching?: unknown }).matching, undefined)
})

await t.test('skips comments and blanks', async t => {
  t.equal(print(parse(' # of the fills\nsum ( # all\r\n x{ # none\n} )\t')), 'sum(x)')
})

await t.test('words its errors as Prometheus 3.5 does', async t => {
  for (const [query, message] of [
    ['', 'unknown position: parse error: no expression found in input'],
    ['# nothing', '1:1: parse error: no expression found in input'],
    ['sum(', '1:5: parse error: unclosed left parenthesis'],
    ['a)', '1:3: parse error: unexpected right parenthesis \')\''],
    ['a b', '1:3: parse error: unexpected identifier "b"'],
    ['a:b(x)', '1:4: parse error: unexpected "("'],
    ['a "0123456789abc"', '1:3: parse error: unexpected string "\\"012345678"...'],
    ['a 5m', '1:3: parse error: unexpected duration "5m"'],
    ['a + @', '1:5: parse error: unexpected "<Item 57400>" <op:@>'],
    ['a + ,', '1:5: parse error: unexpected ","'],
    ['a +', '1:4: parse error: unexpected end of input'],
    ['sum(a b)', '1:7: parse error: unexpected identifier "b" in aggregation'],
    ['sum(x) + rate(avg)', '1:15: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['sum by x (y)', '1:8: parse error: unexpected identifier "x" in grouping opts, expected "("'],
    ['sum by (x y) (z)', '1:11: parse error: unexpected identifier "y" in grouping opts, expected "," or ")"'],
    ['sum by ("") (z)', '1:9: parse error: invalid label name for grouping: ""'],
    ['a * on (b) group_left )', '1:24: parse error: unexpected right parenthesis \')\''],
    ['(a * on (b) group_left )', '1:24: parse error: unexpected ")" in grouping opts, expected "("'],
    ['sum()', '1:1: parse error: no arguments for aggregate expression provided'],
    ['sum(a, b)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
    ['topk(a)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['limitk(1, a)', '1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions'],
    ['nosuch(a)', '1:1: parse error: unknown function with name "nosuch"'],
    ['info(a)', '1:1: parse error: function "info" is not enabled'],
    ['abs(a,)', '1:6: parse error: trailing commas not allowed in function call args'],
    ['x{', '1:3: parse error: unexpected end of input inside braces'],
    ['x{a', '1:4: parse error: unexpected end of input inside braces'],
    ['x{a}', '1:4: parse error: unexpected "}" in label matching, expected label matching operator'],
    ['x{a=b}', '1:5: parse error: unexpected identifier "b" in label matching, expected string'],
    ['x{a="b" c="d"}', '1:9: parse error: unexpected identifier "c" in label matching, expected "," or "}"'],
    ['x{,}', '1:3: parse error: unexpected "," in label matching, expected identifier or "}"'],
    ['x{a=~"("}', '1:3: parse error: error parsing regexp: missing closing ): `(`'],
    ['x{"\u00e9"=~"*"}', '1:3: parse error: error parsing regexp: missing argument to repetition operator: `*`'],
    ['"\u00e9" + \u00e9', '1:8: parse error: unexpected character: \'\u00e9\''],
    ['x offset', '1:9: parse error: unexpected end of input in offset, expected number or duration'],
    ['x offset 1e12', '1:10: parse error: duration out of range'],
    ['x offset -1e12', '1:10: parse error: duration out of range'],
    ['x offset 5m offset 3m', '1:1: parse error: offset may not be set multiple times'],
    ['(x) offset 5m', '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['1 @ 5', '1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery'],
    ['x @ foo', '1:5: parse error: unexpected identifier "foo" in @, expected timestamp'],
    ['x @ 1 @ end()', '1:1: parse error: @ <timestamp> may not be set multiple times'],
    ['x @ 1e30', '1:1: parse error: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000'],
    ['x @ -inf', '1:1: parse error: timestamp out of bounds for @ modifier: -Inf'],
    ['x[]', '1:3: parse error: unexpected "]" in subquery selector, expected number or duration'],
    ['x[5m', '1:5: parse error: unclosed left bracket'],
    ['x[', '1:3: parse error: unexpected end of input in duration expression'],
    ['x[0]', '1:3: parse error: duration must be greater than 0'],
    ['x[-5m]', '1:3: parse error: duration must be greater than 0'],
    ['x[5m + 3m * 2]', '1:8: parse error: experimental duration expression is not enabled'],
    ['x[(5m)]', '1:4: parse error: experimental duration expression is not enabled'],
    ['x offset -(5m) + 1', '1:12: parse error: experimental duration expression is not enabled'],
    ['x[5m 3m]', '1:6: parse error: unexpected duration "3m" in subquery or range, expected ":" or "]"'],
    ['x[5m:3m 1]', '1:9: parse error: unexpected number "1" in subquery selector, expected "]"'],
    ['x[5m:)]', '1:7: parse error: unexpected right parenthesis \')\''],
    ['(x[5m:)]', '1:7: parse error: unexpected ")" in subquery selector, expected number or duration or "]"'],
    ['x[5m::]', '1:6: parse error: unexpected colon \':\''],
    ['x[:5m]', '1:4: parse error: unexpected colon before duration in duration expression'],
    ['x[5m][5m]', '1:6: parse error: ranges only allowed for vector selectors'],
    ['x[5m][5m] offset 1m', '1:6: parse error: ranges only allowed for vector selectors'],
    ['x offset 1m [5m]', '1:13: parse error: no offset modifiers allowed before range'],
    ['x @ 1 [5m]', '1:7: parse error: no @ modifiers allowed before range'],
    ['1e400', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e400": value out of range'],
    ['5h3y', '1:1: parse error: bad number or duration syntax: "5h3"'],
    ['\n\n  1 +\n )', '4:3: parse error: unexpected right parenthesis \')\''],
    ['x ~ y', '1:3: parse error: unexpected character: \'~\'']
  ] as const) {
    t.equal(messageOf(query), message, query)
  }
})

await t.test('reports every fault that does not end the parse', async t => {
  try {
    parse('foo(bar(x), nosuch(1))')
    t.fail('no error')
  } catch (error) {
    t.match(error, { code: 'NJORD_ERR_PROMQL_PARSE', statusCode: 400 })
    t.same((error as ParseError).issues, [
      { message: 'unknown function with name "bar"', start: 4 },
      { message: 'unknown function with name "nosuch"', start: 12 },
      { message: 'unknown function with name "foo"', start: 0 }
    ])
  }
})

await t.test('stops at a hundred faults', async t => {
  try {
    parse(`abs(${'x{a=~"("},'.repeat(1000)}x)`)
    t.fail('no error')
  } catch (error) {
    t.equal((error as ParseError).issues.length, 100)
  }
})

await t.test('allows experimental functions when they are enabled', async t => {
  t.match(parse('limitk(2, x)', { experimentalFunctions: true }), { op: 'limitk' })
  t.match(parse('sort_by_label(x, "a", "b")', { experimentalFunctions: true }), { func: 'sort_by_label' })
})

await t.test('reads a selector by itself', async t => {
  t.match(parseSelector('up{job="a"}'), [{ name: 'job' }, { name: '__name__', value: 'up' }])
  t.equal(parseSelector('{}').length, 0)
  for (const text of ['', 'up[5m]', 'sum(up)', '1', '{a="b"', '{a=~"("}']) t.throws(() => parseSelector(text), { code: 'NJORD_ERR_PROMQL_PARSE' }, text)
})

await t.test('refuses what is too deep, too high or too long', async t => {
  for (const [query, message] of [
    ['('.repeat(100_000) + '1', /nests deeper than 256 levels/],
    ['-'.repeat(100_000), /nests deeper than 256 levels/],
    ['a[' + '('.repeat(1000), /nests deeper than 256 levels/],
    ['a' + ' or a'.repeat(2000), /higher than 1000 levels/],
    [`sum by (${'a,'.repeat(20_000)}) (x)`, /more than 20000 tokens/],
    [`"${'a'.repeat(2 ** 20)}"`, /^1:1: parse error: query is longer than 131072 characters$/]
  ] as const) {
    t.match(messageOf(query), message)
  }
  t.doesNotThrow(() => parse('('.repeat(255) + '1' + ')'.repeat(255)))
  t.doesNotThrow(() => parse('a' + ' or a'.repeat(999)))
})
