import { PromqlEngine } from '../../../src/promql/engine.js'
import type { RuleFloor } from './rule-floor.js'

/** The one value of an expression now; `undefined` where there is none. */
export async function valueOf ({ store, clock }: RuleFloor, expr: string): Promise<number | undefined> {
  const vector = await new PromqlEngine({ queryable: store, clock }).vector(expr, clock.nowMs())
  if (vector.length > 1) throw new Error(`${expr}: ${JSON.stringify(vector)}`)
  return vector[0]?.value
}
