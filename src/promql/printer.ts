import type { Matcher } from '../contracts/queryable.js'
import type { AggregateExpr, BinaryExpr, Expr, MatrixSelector, NumberLiteral, SubqueryExpr, VectorSelector } from './ast.js'
import { formatDuration } from './duration.js'
import { formatPlain } from './go-number.js'
import { goQuote } from './go-text.js'

/** An expression on one line, in the form of Prometheus's `String()`: `sum by (job) (rate(x[5m]))`. */
export function print (expr: Expr): string {
  switch (expr.kind) {
    case 'number': return printNumber(expr)
    case 'string': return goQuote(expr.value)
    case 'paren': return `(${print(expr.expr)})`
    case 'unary': return `${expr.op}${print(expr.expr)}`
    case 'vectorSelector': return printSelector(expr) + printModifiers(expr)
    case 'matrixSelector': return printMatrix(expr)
    case 'subquery': return print(expr.expr) + printSubquerySuffix(expr)
    case 'call': return `${expr.func}(${expr.args.map(print).join(', ')})`
    case 'aggregate': return `${printAggregation(expr)}(${expr.param === undefined ? '' : `${print(expr.param)}, `}${print(expr.expr)})`
    case 'binary': return `${print(expr.lhs)} ${printOperator(expr)} ${print(expr.rhs)}`
  }
}

/** `sum`, `sum by (job) `, `sum without () `. */
export function printAggregation ({ op, without, grouping }: AggregateExpr): string {
  if (!without && grouping.length === 0) return op
  const labels = grouping.map(label => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(label) ? label : goQuote(label))
  return `${op} ${without ? 'without' : 'by'} (${labels.join(', ')}) `
}

/** `* bool on (a) group_left (b)`. Label names are not quoted here, in Prometheus 3.5 neither. */
export function printOperator ({ op, returnBool, matching }: BinaryExpr): string {
  let text = returnBool ? `${op} bool` : op
  if (matching === undefined || (matching.matchingLabels.length === 0 && !matching.on)) return text
  text += ` ${matching.on ? 'on' : 'ignoring'} (${matching.matchingLabels.join(', ')})`
  const { card } = matching
  if (card === 'many-to-one' || card === 'one-to-many') {
    text += ` group_${card === 'many-to-one' ? 'left' : 'right'} (${matching.include.join(', ')})`
  }
  return text
}

/** `[1h:5m] @ start() offset 1m`. */
export function printSubquerySuffix (expr: SubqueryExpr): string {
  return `[${formatDuration(expr.rangeMs)}:${expr.stepMs === 0 ? '' : formatDuration(expr.stepMs)}]${printModifiers(expr)}`
}

function printMatrix ({ selector, rangeMs }: MatrixSelector): string {
  return `${printSelector(selector)}[${formatDuration(rangeMs)}]${printModifiers(selector)}`
}

function printNumber ({ value, duration }: NumberLiteral): string {
  if (duration === undefined) return formatPlain(value)
  // By way of whole nanoseconds, as Prometheus does: 1.001s prints as 1s.
  const ms = Math.trunc(Math.trunc(Math.abs(value) * 1e9) / 1e6)
  return (value < 0 ? '-' : '') + formatDuration(ms)
}

function printSelector ({ name, matchers }: VectorSelector): string {
  const texts: string[] = []
  for (const matcher of matchers) {
    if (matcher.name === '__name__' && matcher.op === '=' && matcher.value === name && name !== '') continue
    texts.push(printMatcher(matcher))
  }
  return texts.length === 0 ? name : `${name}{${texts.sort(byCodePoint).join(',')}}`
}

function printMatcher ({ name, op, value }: Matcher): string {
  return `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : goQuote(name)}${op}${goQuote(value)}`
}

function byCodePoint (a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function printModifiers ({ at, offsetMs }: VectorSelector | SubqueryExpr): string {
  let text = ''
  if (at !== undefined) text = 'preprocessor' in at ? ` @ ${at.preprocessor}()` : ` @ ${(at.timestampMs / 1000).toFixed(3)}`
  if (offsetMs !== 0) text += ` offset ${offsetMs < 0 ? '-' : ''}${formatDuration(Math.abs(offsetMs))}`
  return text
}
