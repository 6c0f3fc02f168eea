import t from 'tap'
import { parse } from '../../src/promql/parser.js'
import { prettyPrint } from '../../src/promql/pretty-printer.js'
import { print } from '../../src/promql/printer.js'

await t.test('prints expressions as Prometheus does', async t => {
  for (const [query, expected] of [
    ['SUM BY(a,"b c",d:e)(x)', 'sum by (a, "b c", d:e) (x)'],
    ['sum(x) without ()', 'sum without () (x)'],
    ['sum by () (x)', 'sum(x)'],
    ['quantile(.5,x)', 'quantile(0.5, x)'],
    ['a==bool on(x)group_left b', 'a == bool on (x) group_left () b'],
    ['a*ignoring(x,y)group_right(z)b', 'a * ignoring (x, y) group_right (z) b'],
    ['a+ignoring()b', 'a + b'],
    ['a and on()b', 'a and on () b'],
    ['x{b="2",a!~"\\n"}', 'x{a!~"\\n",b="2"}'],
    ['{"x.y",\'a b\'="c"}', '{"a b"="c",__name__="x.y"}'],
    ['x[1h30m]offset -1w@end()', 'x[1h30m] @ end() offset -1w'],
    ['x[90m:300s]@1.5', 'x[1h30m:5m] @ 1.500'],
    ['x[5m:]', 'x[5m:]'],
    ['-(x)', '-(x)'],
    ['1e3+0x1F+5m-inf', '1000 + 31 + 5m - +Inf'],
    ['-90m', '-1h30m'],
    // By way of nanoseconds: 1.001 * 1e9 is 1000999999.9999999.
    ['1s1ms', '1s'],
    ['-1e-7*1e22', '-0.0000001 * 10000000000000000000000'],
    ['label_replace(x,"a",\'$1\',`b`,"é\\x00")', 'label_replace(x, "a", "$1", "b", "é\\x00")'],
    ['time()', 'time()']
  ] as const) {
    t.equal(print(parse(query)), expected, query)
  }
})

await t.test('breaks what is longer than 100 bytes', async t => {
  const long = `sum by (venue) (rate(${'x'.repeat(90)}[5m]))`
  t.equal(prettyPrint(parse('sum(x)')), 'sum(x)')
  t.equal(prettyPrint(parse(long)), `sum by (venue) (\n  rate(${'x'.repeat(90)}[5m])\n)`)
  t.equal(prettyPrint(parse(`topk(3, (-${long})) > bool 5`)), [
    '  topk(',
    '    3,',
    '    (',
    '      -sum by (venue) (',
    `        rate(${'x'.repeat(90)}[5m])`,
    '      )',
    '    )',
    '  )',
    '> bool',
    '  5'
  ].join('\n'))
  t.equal(prettyPrint(parse(`max_over_time(${long}[1h:])`)), [
    'max_over_time(',
    '  sum by (venue) (',
    `    rate(${'x'.repeat(90)}[5m])`,
    '  )[1h:]',
    ')'
  ].join('\n'))
  t.equal(prettyPrint(parse(`vector(1) + ${'y'.repeat(100)} or max_over_time(x[1h:])`)), [
    '    vector(1)', '  +', `    ${'y'.repeat(100)}`, 'or', '  max_over_time(x[1h:])'
  ].join('\n'))
})

await t.test('counts bytes, not characters', async t => {
  t.equal(prettyPrint(parse(`x{a="${'é'.repeat(50)}"} + 1`)).split('\n').length, 3)
  t.equal(prettyPrint(parse(`x{a="${'e'.repeat(50)}"} + 1`)).split('\n').length, 1)
})

await t.test('prints the highest trees there may be', async t => {
  const query = `a${' or b'.repeat(999)}`
  t.equal(print(parse(query)), query)
  t.equal(prettyPrint(parse(query)).split(/\s+/).filter(word => word === 'or').length, 999)
})
