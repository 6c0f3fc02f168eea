import type { AggregateExpr, Call, Expr, Span } from '../ast.js'
import { goQuote } from '../go-text.js'
import { absent } from './absent.js'
import { aggregate, aggregateQuantile } from './aggregate.js'
import { binary } from './binary.js'
import { dropNames, hasSamples, type Column, type Grid, type Value } from './column.js'
import { countValues } from './count-values.js'
import { fail } from './failure.js'
import { callInstant } from './instant-call.js'
import { isLabelName, labelJoin, labelReplace, relabel } from './label-functions.js'
import { limitRatio } from './limit-ratio.js'
import type { QueryRun } from './query-run.js'
import { callOnRange } from './range-call.js'
import { matrixSelector, subquery, type RangeVector } from './range-vector.js'
import { instantVector } from './selectors.js'
import { StepInvariance } from './step-invariance.js'
import { pick } from './top-k.js'
import { unwrapped } from './unwrapped.js'

/**
 * Evaluates the expressions of one query. Every node is evaluated once, for all instants of its grid together: a series is a
 * column of values. Columns belong to whoever has asked for them, and are changed in place.
 */
export class Evaluator {
  readonly #run: QueryRun
  readonly #invariance = new StepInvariance()

  constructor (run: QueryRun) {
    this.#run = run
  }

  /** The value of an expression, but for range vectors, at all instants of the grid. */
  async evaluate (expr: Expr, grid: Grid): Promise<Value> {
    this.#run.check()
    const held = this.#run.samples
    const { queried } = this.#run
    const once = grid.count > 1 && this.#invariance.holdsFor(expr)
    const value = await this.#evaluateNode(expr, once ? { ...grid, count: 1 } : grid)
    // What is the same at every instant counts at each of them.
    if (once) this.#run.queried += (this.#run.queried - queried) * (grid.count - 1)
    this.#run.releaseTo(held)
    if (value.kind !== 'string') this.#run.hold(grid.count * (value.kind === 'vector' ? value.columns.length : 1))
    return once ? await repeat(this.#run, value, grid.count) : value
  }

  /** A range vector: the series and windows behind a selector or subquery. */
  async range (expr: Expr, grid: Grid): Promise<RangeVector> {
    if (expr.kind === 'paren') return await this.range(expr.expr, grid)
    if (expr.kind === 'matrixSelector') return await matrixSelector(this.#run, expr, grid)
    if (expr.kind === 'subquery') return await subquery(this.#run, expr, grid, async (inner, steps) => await this.#columns(inner, steps))
    throw new TypeError(`${expr.kind} where a range vector is expected`)
  }

  async #evaluateNode (expr: Expr, grid: Grid): Promise<Value> {
    switch (expr.kind) {
      case 'number':
        this.#run.hold(grid.count)
        return { kind: 'scalar', values: new Float64Array(grid.count).fill(expr.value) }
      case 'string':
        return { kind: 'string', text: expr.value }
      case 'paren':
        return await this.evaluate(expr.expr, grid)
      case 'unary':
        return expr.op === '+' ? await this.evaluate(expr.expr, grid) : await this.#negate(await this.evaluate(expr.expr, grid))
      case 'vectorSelector':
        return vector(await instantVector(this.#run, expr, grid))
      case 'binary': {
        const lhs = await this.evaluate(expr.lhs, grid)
        return await binary(this.#run, expr, lhs, await this.evaluate(expr.rhs, grid), grid.count)
      }
      case 'aggregate':
        return vector(await this.#aggregate(expr, grid))
      case 'call':
        return await this.#call(expr, grid)
      default:
        throw new TypeError(`${expr.kind} where an instant vector is expected`)
    }
  }

  async #negate (value: Value): Promise<Value> {
    if (value.kind === 'scalar') return { kind: 'scalar', values: value.values.map(number => -number) }
    if (value.kind === 'string') throw new TypeError('a string has no sign')
    for (const { values } of value.columns) {
      if (this.#run.isDue) await this.#run.pause()
      for (let i = 0; i < values.length; i++) values[i] = -values[i]!
    }
    return vector(await dropNames(this.#run, value.columns, true))
  }

  async #aggregate (expr: AggregateExpr, grid: Grid): Promise<Column[]> {
    const { op } = expr
    if (op === 'count_values') {
      const label = this.#text(expr.param!)
      if (!isLabelName(label)) fail(`invalid label name ${goQuote(label)}`)
      return await countValues(this.#run, expr, label, await this.#columns(expr.expr, grid), grid.count)
    }
    const parameter = expr.param === undefined ? undefined : await this.#scalar(expr.param, grid)
    const columns = await this.#columns(expr.expr, grid)
    if (parameter === undefined) return await aggregate(this.#run, expr, columns, grid.count)
    if (op === 'quantile') return await aggregateQuantile(this.#run, expr, columns, parameter)
    return op === 'limit_ratio' ? await limitRatio(this.#run, expr, columns, parameter) : await pick(this.#run, expr, columns, parameter)
  }

  async #call (call: Call, grid: Grid): Promise<Value> {
    const args = call.args.map(unwrapped)
    const rangeAt = args.findIndex(({ kind }) => kind === 'matrixSelector' || kind === 'subquery')
    if (rangeAt >= 0) return vector(await this.#callOnRange(call, args, rangeAt, grid))
    switch (call.func) {
      case 'timestamp': {
        const argument = args[0]!
        if (argument.kind !== 'vectorSelector') return await callInstant(this.#run, call.func, [await this.evaluate(argument, grid)], [], grid)
        return vector(await dropNames(this.#run, await instantVector(this.#run, argument, grid, true)))
      }
      case 'absent':
        this.#run.hold(grid.count)
        return vector(await absent(this.#run, await this.#columns(args[0]!, grid), args[0]!, grid.count))
      case 'label_replace':
      case 'label_join': {
        // Wrong arguments are told of before anything is selected.
        const change = (call.func === 'label_join' ? labelJoin : labelReplace)(args.slice(1).map(argument => this.#text(argument)))
        return vector(await relabel(this.#run, await this.#columns(args[0]!, grid), change))
      }
    }
    const values: Value[] = []
    for (const argument of args) values.push(await this.evaluate(argument, grid))
    return await callInstant(this.#run, call.func, values, this.#spans(call), grid)
  }

  async #callOnRange (call: Call, args: readonly Expr[], rangeAt: number, grid: Grid): Promise<Column[]> {
    const parameters: Float64Array[] = []
    for (const [i, argument] of args.entries()) if (i !== rangeAt) parameters.push(await this.#scalar(argument, grid))
    const { queried } = this.#run
    const range = await this.range(args[rangeAt]!, grid)
    // Of a subquery only what its windows hold counts, not what it was made of.
    this.#run.queried = queried
    const columns = await callOnRange(this.#run, call.func, range, parameters, this.#spans(call), grid)
    return call.func === 'absent_over_time' ? await absent(this.#run, columns, args[rangeAt]!, grid.count) : columns
  }

  /** Where annotations of a call's arguments point to: parentheses count only around what Prometheus wraps to evaluate it once. */
  #spans (call: Call): Span[] {
    const isWhole = this.#invariance.holdsFor(call)
    return call.args.map(argument => {
      const inner = unwrapped(argument)
      // A subquery has no place of its own in Prometheus, which then points to the start of the text.
      if (inner.kind === 'subquery') return { start: 0, end: 0 }
      return !isWhole && this.#invariance.isInvariant(argument) ? argument.span : inner.span
    })
  }

  async #columns (expr: Expr, grid: Grid): Promise<Column[]> {
    const value = await this.evaluate(expr, grid)
    if (value.kind !== 'vector') throw new TypeError(`${value.kind} where a vector is expected`)
    return value.columns
  }

  async #scalar (expr: Expr, grid: Grid): Promise<Float64Array> {
    const value = await this.evaluate(expr, grid)
    if (value.kind !== 'scalar') throw new TypeError(`${value.kind} where a scalar is expected`)
    return value.values
  }

  #text (expr: Expr): string {
    const inner = unwrapped(expr)
    if (inner.kind !== 'string') throw new TypeError(`${inner.kind} where a string is expected`)
    return inner.value
  }
}

function vector (columns: Column[]): Value {
  return { kind: 'vector', columns }
}

/** What holds at one instant, at all of them. */
async function repeat (run: QueryRun, value: Value, count: number): Promise<Value> {
  if (value.kind === 'string') return value
  if (value.kind === 'scalar') return { kind: 'scalar', values: new Float64Array(count).fill(value.values[0]!) }
  const columns: Column[] = []
  for (const column of value.columns) {
    if (run.isDue) await run.pause()
    if (!hasSamples(column)) continue
    const { labels, values, dropName } = column
    columns.push({ labels, dropName, values: new Float64Array(count).fill(values[0]!), present: new Uint8Array(count).fill(1) })
  }
  return vector(columns)
}
