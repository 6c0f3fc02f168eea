import { Turns } from '../clock/turns.js'
import type { SeriesStore } from '../series/series-store.js'
import type { Answer } from './answer.js'
import { ApiError } from './api-error.js'
import type { Form } from './form.js'
import { integerOf } from './parameters.js'

/** How many of each kind are told where `limit` does not say. */
const DEFAULT_LIMIT = 10

interface Stat { readonly name: string, readonly value: number }

/** The greatest few of any number of figures, those that came first before their equals. */
class Greatest {
  readonly list: Stat[] = []
  readonly #limit: number

  constructor (limit: number) {
    this.#limit = limit
  }

  push (name: string, value: number): void {
    const { list } = this
    if (list.length === this.#limit && list.at(-1)!.value >= value) return
    let [from, to] = [0, list.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (list[middle]!.value >= value) from = middle + 1
      else to = middle
    }
    list.splice(from, 0, { name, value })
    if (list.length > this.#limit) list.pop()
  }
}

/**
 * Answers `status/tsdb`: how many series there are, and what there is most of, in turns with the rest of the process. Chunks are those that
 * are being written, one a series; times are in milliseconds, 0 while there is no sample; memory is that of label values, in bytes.
 */
export async function storeStatus (store: SeriesStore, form: Form): Promise<Answer> {
  const limit = limitOf(form)
  const turns = new Turns()
  const [metrics, labels, memory, pairs] = [new Greatest(limit), new Greatest(limit), new Greatest(limit), new Greatest(limit)]
  let numLabelPairs = 0
  const ofLabels = new Map<string, { values: number, bytes: number }>()
  for (const { name, value, series } of store.labelPairs()) {
    if (turns.isDue) await turns.pause()
    numLabelPairs++
    if (name === '__name__') metrics.push(value, series)
    pairs.push(`${name}=${value}`, series)
    const sum = ofLabels.get(name) ?? { values: 0, bytes: 0 }
    ofLabels.set(name, sum)
    sum.values++
    sum.bytes += Buffer.byteLength(value) * series
  }
  for (const [name, { values, bytes }] of ofLabels) {
    labels.push(name, values)
    memory.push(name, bytes)
  }
  const { size, completeFromMs, newestMs } = store
  return {
    data: {
      headStats: { numSeries: size, numLabelPairs, chunkCount: size, minTime: finite(completeFromMs), maxTime: finite(newestMs) },
      seriesCountByMetricName: metrics.list,
      labelValueCountByLabelName: labels.list,
      memoryInBytesByLabelName: memory.list,
      seriesCountByLabelValuePair: pairs.list
    }
  }
}

function finite (ms: number): number {
  return Number.isFinite(ms) ? ms : 0
}

function limitOf (form: Form): number {
  const text = form.get('limit')
  const limit = text === '' ? DEFAULT_LIMIT : integerOf(text)
  if (typeof limit === 'string' || limit < 1) throw new ApiError('bad_data', 'limit must be a positive number')
  return limit
}
