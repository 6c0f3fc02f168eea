import type { Expr } from '../../promql/ast.js'
import type { PromqlEngine, Sample, SampleColumn } from '../../promql/engine.js'

/**
 * What an expression comes to at all instants of a stretch, worked out at once: a range query is some hundred times cheaper than an instant
 * query for each of its points. Only for expressions that depend on nothing which comes about on the way.
 */
export class LookAhead {
  readonly #startMs: number
  readonly #stepMs: number
  readonly #columns: readonly SampleColumn[]
  /** 1 at the instants at which there is any element. */
  readonly #isAny: Uint8Array

  private constructor (startMs: number, stepMs: number, count: number, columns: readonly SampleColumn[]) {
    this.#startMs = startMs
    this.#stepMs = stepMs
    this.#columns = columns
    this.#isAny = new Uint8Array(count)
    for (const { present } of columns) for (let i = 0; i < count; i++) this.#isAny[i]! |= present[i]!
  }

  /** Resolves with `undefined` where the expression fails at any of the instants: then each has to be asked for. */
  static async over (engine: PromqlEngine, expr: Expr, startMs: number, stepMs: number, count: number): Promise<LookAhead | undefined> {
    try {
      return new LookAhead(startMs, stepMs, count, await engine.columns(expr, startMs, stepMs, count))
    } catch {
      return undefined
    }
  }

  /** Whether there is anything at an instant of the stretch. */
  hasAny (atMs: number): boolean {
    return this.#isAny[(atMs - this.#startMs) / this.#stepMs] === 1
  }

  /** The instant vector at an instant of the stretch. */
  at (atMs: number): Sample[] {
    if (!this.hasAny(atMs)) return []
    const i = (atMs - this.#startMs) / this.#stepMs
    const samples: Sample[] = []
    for (const { labels, values, present } of this.#columns) if (present[i] === 1) samples.push({ labels, value: values[i]! })
    return samples
  }
}
