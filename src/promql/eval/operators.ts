import type { BinaryOp } from '../ast.js'
import { power } from './math.js'

/** The arithmetic operators. */
const arithmetic: ReadonlyMap<string, (a: number, b: number) => number> = new Map(Object.entries({
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '^': power,
  atan2: Math.atan2
}))

/** The comparisons. */
const comparisons: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map(Object.entries({
  '==': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b
}))

/** What a binary operator does with two samples. */
export interface Operation {
  /** Arithmetic makes another quantity, so that the metric's name goes. */
  readonly isArithmetic: boolean
  /** A comparison that answers 0 or 1: the name goes as well. */
  readonly returnBool: boolean
  /** The result of an arithmetic operator, 0 or 1 of a comparison. */
  readonly value: (a: number, b: number) => number
  /** Whether a filtering comparison keeps the left (or only) vector's sample; `undefined` where there is nothing to filter. */
  readonly keeps: ((a: number, b: number) => boolean) | undefined
}

/** The operation behind an operator; with `returnBool` a comparison answers 0 or 1 instead of filtering. */
export function operation (op: BinaryOp, returnBool: boolean): Operation {
  const compare = comparisons.get(op)
  if (compare === undefined) return { isArithmetic: true, returnBool, value: arithmetic.get(op)!, keeps: undefined }
  return { isArithmetic: false, returnBool, value: (a, b) => compare(a, b) ? 1 : 0, keeps: returnBool ? undefined : compare }
}
