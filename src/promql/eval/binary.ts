import type { BinaryExpr, SetOp } from '../ast.js'
import { dropNames, hasSamples, type Column, type Value } from './column.js'
import { vectorOperation } from './matching.js'
import { operation } from './operators.js'
import type { QueryRun } from './query-run.js'
import { setOperation } from './set-operators.js'

/** A binary operation between two vectors, two scalars, or one of each. */
export async function binary (run: QueryRun, expr: BinaryExpr, lhs: Value, rhs: Value, count: number): Promise<Value> {
  if (lhs.kind === 'vector' && rhs.kind === 'vector') {
    const columns = expr.op === 'and' || expr.op === 'or' || expr.op === 'unless'
      ? await setOperation(run, expr.op satisfies SetOp, lhs.columns, rhs.columns, expr.matching!, count)
      : await vectorOperation(run, expr, lhs.columns, rhs.columns, count)
    return { kind: 'vector', columns }
  }
  if (lhs.kind === 'scalar' && rhs.kind === 'scalar') {
    const { value } = operation(expr.op, true)
    return { kind: 'scalar', values: lhs.values.map((a, i) => value(a, rhs.values[i]!)) }
  }
  if (lhs.kind === 'vector' && rhs.kind === 'scalar') return { kind: 'vector', columns: await withScalar(run, expr, lhs.columns, rhs.values, false) }
  if (lhs.kind === 'scalar' && rhs.kind === 'vector') return { kind: 'vector', columns: await withScalar(run, expr, rhs.columns, lhs.values, true) }
  throw new TypeError(`${expr.op} between ${lhs.kind} and ${rhs.kind}`)
}

/** Between each sample and a scalar, which stands on the left if `swapped`. A comparison keeps the vector's sample wherever it stands. */
async function withScalar (run: QueryRun, expr: BinaryExpr, columns: Column[], scalars: Float64Array, swapped: boolean): Promise<Column[]> {
  const { value, keeps, isArithmetic, returnBool } = operation(expr.op, expr.returnBool)
  for (const { values, present } of columns) {
    if (run.isDue) await run.pause()
    for (let i = 0; i < scalars.length; i++) {
      if (present[i] === 0) continue
      const a = swapped ? scalars[i]! : values[i]!
      const b = swapped ? values[i]! : scalars[i]!
      if (keeps === undefined) values[i] = value(a, b)
      else if (!keeps(a, b)) present[i] = 0
    }
  }
  if (keeps !== undefined) return columns.filter(hasSamples)
  return isArithmetic || returnBool ? await dropNames(run, columns) : columns
}
