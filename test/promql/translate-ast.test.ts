import t from 'tap'
import { parse } from '../../src/promql/parser.js'
import { translateAst } from '../../src/promql/translate-ast.js'

await t.test('gives the JSON of /api/v1/parse_query', async t => {
  const selector = { name: 'x', matchers: [{ name: '__name__', value: 'x', type: '=' }], offset: 0, timestamp: null, startOrEnd: null }
  t.same(translateAst(parse('topk by (a) (2, rate(x[5m] offset 1m @ end())) > bool on (b) group_left (c) -(x)')), {
    type: 'binaryExpr',
    op: '>',
    lhs: {
      type: 'aggregation',
      op: 'topk',
      expr: {
        type: 'call',
        func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
        args: [{ ...selector, type: 'matrixSelector', range: 300_000, offset: 60_000, startOrEnd: 'end' }]
      },
      param: { type: 'numberLiteral', val: '2' },
      grouping: ['a'],
      without: false
    },
    rhs: { type: 'unaryExpr', op: '-', expr: { type: 'parenExpr', expr: { type: 'vectorSelector', ...selector } } },
    matching: { card: 'many-to-one', labels: ['b'], on: true, include: ['c'] },
    bool: true
  })
  t.same(translateAst(parse('sum(x)[1h:1m] @ 5')), {
    type: 'subquery',
    expr: { type: 'aggregation', op: 'sum', expr: { type: 'vectorSelector', ...selector }, param: null, grouping: [], without: false },
    range: 3_600_000,
    step: 60_000,
    offset: 0,
    timestamp: 5000,
    startOrEnd: null
  })
  t.same(translateAst(parse('1 + -inf')), {
    type: 'binaryExpr', op: '+', lhs: { type: 'numberLiteral', val: '1' }, rhs: { type: 'numberLiteral', val: '-Inf' }, matching: null, bool: false
  })
  t.same(translateAst(parse('"a\\xff"')), { type: 'stringLiteral', val: 'a\ufffd' })
})
