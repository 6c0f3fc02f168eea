import { labelsKey, type Labels } from '../../../contracts/labels.js'
import type { Sample } from '../../../promql/engine.js'
import type { SampleStore } from '../../../promql/sample-store.js'
import { parseMetric, parseValues, type Step } from './series-notation.js'
import type { ExprTest, TestGroup } from './test-file.js'

/** The series of a test, given to a store as time goes on. */
export class InputSeries {
  readonly #series = new Map<string, { readonly labels: Labels, readonly steps: readonly Step[] }>()
  readonly #intervalMs: number
  #next = 0

  /** Throws an `Error` that names the series whose notation is wrong. */
  constructor ({ inputSeries, intervalMs }: TestGroup) {
    this.#intervalMs = intervalMs
    for (const { series, values } of inputSeries) {
      // A load of promtool has a line for each series, and in it a comment is no series.
      if (series.trimStart().startsWith('#')) continue
      if (series.trim() === '' && values.trim() === '') break
      try {
        if (series.trim() === '') throw new Error('parse error: there is no metric')
        const labels = parseMetric(series)
        this.#series.set(labelsKey(labels), { labels, steps: parseValues(values) })
      } catch (error) {
        throw new Error(`series ${JSON.stringify(series)}: ${(error as Error).message}`)
      }
    }
  }

  /** Stores what there is up to `atMs` and was not stored yet. */
  loadUntil (atMs: number, store: SampleStore): void {
    for (; this.#next * this.#intervalMs <= atMs; this.#next++) {
      let isOver = true
      for (const { labels, steps } of this.#series.values()) {
        const step = steps[this.#next]
        isOver &&= this.#next >= steps.length
        if (step !== undefined) store.append(labels, this.#next * this.#intervalMs, step)
      }
      if (isOver) return
    }
  }

  /** What an expression is expected to be. Throws an `Error` for labels that are none. */
  parsed (expected: ExprTest['expected']): Sample[] {
    return expected.map(({ labels, value }) => {
      try {
        return { labels: parseMetric(labels), value }
      } catch (error) {
        throw new Error(`labels ${JSON.stringify(labels)}: ${(error as Error).message}`)
      }
    })
  }
}
