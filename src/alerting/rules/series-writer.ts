import { labelsKey, type Labels } from '../../contracts/labels.js'
import type { Sample } from '../../promql/engine.js'
import type { RuleCircumstances } from './circumstances.js'
import { formatShort } from '../../promql/go-number.js'
import type { SeriesRef } from '../../series/series-index.js'
import type { RefusalReason, SeriesStore } from '../../series/series-store.js'

/** What the store refuses, in Prometheus's words where it has them. */
const refusals: Readonly<Record<Exclude<RefusalReason, 'duplicate'>, string>> = {
  out_of_order: 'out of order sample',
  too_old: 'too old sample',
  too_new: 'out of bounds',
  limit: 'the series store has no room for another series',
  invalid: 'a label set or value that cannot be'
}

interface Written {
  readonly ref: SeriesRef
  /** The writing in which it had a sample last. */
  round: number
}

/** Writes what one rule makes to a store, and ends the series that it makes no more with staleness marks. */
export class SeriesWriter {
  readonly #store: SeriesStore
  /** The series of the last writing, by the key of their labels. Changed in place: most of them are there again. */
  #written = new Map<string, Written>()
  #round = 0

  constructor (store: SeriesStore) {
    this.#store = store
  }

  /** The series that it has written and not ended. */
  * refs (): Generator<SeriesRef> {
    for (const { ref } of this.#written.values()) yield ref
  }

  /** Goes on with the series of another one. */
  takeOver (other: SeriesWriter): void {
    this.#written = other.#written
    this.#round = other.#round
  }

  /** Writes samples of one instant, in turns with others; resolves with what was wrong with the last one refused, or `undefined`. */
  async write (samples: readonly Sample[], atMs: number, breathe: RuleCircumstances['breathe']): Promise<string | undefined> {
    let problem: string | undefined
    const round = ++this.#round
    for (const { labels, value } of samples) {
      const key = labelsKey(labels)
      const known = this.#written.get(key)
      const ref = known?.ref ?? this.#store.ref(labels)
      const refusal = this.#append(ref, atMs, value)
      if (refusal !== undefined) problem = refusal
      else if (known !== undefined) known.round = round
      else this.#written.set(key, { ref, round })
      const pause = breathe()
      if (pause !== undefined) await pause
    }
    for (const [key, { ref, round: last }] of this.#written) {
      if (last !== round) {
        this.#store.staleRef(ref, atMs)
        this.#written.delete(key)
      }
      const pause = breathe()
      if (pause !== undefined) await pause
    }
    return problem
  }

  #append (ref: SeriesRef, atMs: number, value: number): string | undefined {
    if (this.#store.appendRef(ref, atMs, value)) return undefined
    const reason = this.#store.lastRefusal!
    return reason === 'duplicate' ? this.#clash(ref.labels, atMs, value) : refusals[reason]
  }

  /** Says that a sample is there already; the same one once more does no harm. */
  #clash (labels: Labels, atMs: number, value: number): string | undefined {
    const there = this.#store.read(labels, atMs, atMs)
    const existing = there === undefined || there.stale?.[0] === 1 ? NaN : there.values[0]!
    if (there?.stale?.[0] !== 1 && Object.is(existing, value)) return undefined
    const values = atMs === 0 ? '' : ` ${atMs}; overrides not allowed: existing ${formatShort(existing)}, new value ${formatShort(value)}`
    return `duplicate sample for timestamp${values}`
  }
}
