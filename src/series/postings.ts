import type { Turns } from '../clock/turns.js'
import type { Labels } from '../contracts/labels.js'
import type { Matcher } from '../contracts/queryable.js'

/** The series that have one value of one label, by slot. */
interface Posting {
  readonly text: string
  readonly hash: number
  slots: number[]
}

/** A label with one of its values, and how many series have it. */
export interface LabelPair {
  readonly name: string
  readonly value: string
  readonly series: number
}

interface LabelName {
  readonly text: string
  readonly values: Map<string, Posting>
}

/** The same text in memory of its own: a part of a string keeps the whole of it alive. */
const ownCopy = (text: string): string => Buffer.from(text).toString()

/** What V8 takes for a string: one byte a character, or two where one of them is beyond Latin-1. */
const stringBytes = (text: string): number => 24 + text.length * (/[^\0-\xff]/.test(text) ? 2 : 1)

// What V8 takes for the objects of an entry and for the spare room of maps and arrays, measured.
const NAME_BYTES = 300
const VALUE_BYTES = 140
const SLOT_BYTES = 10

/** The inverted index: which series have which value of which label. Names and values are kept once, whoever has them. */
export class Postings {
  readonly #names = new Map<string, LabelName>()
  #hash = 0
  /** What all of it takes, estimated. */
  bytes = 0

  /** Enters a series under each of its labels; returns the labels in texts of our own. */
  add (labels: Labels, slot: number): Labels {
    const own = new Array<string>(labels.length)
    for (let i = 0; i < labels.length; i += 2) {
      const name = this.#name(labels[i]!)
      const posting = this.#enter(name, labels[i + 1]!, slot)
      this.bytes += SLOT_BYTES
      own[i] = name.text
      own[i + 1] = posting.text
    }
    return own
  }

  /** Takes series out by their labels; `isGone` says of a slot whether it was one of theirs. */
  remove (gone: readonly Labels[], isGone: (slot: number) => boolean): void {
    const seen = new Set<Posting>()
    for (const labels of gone) {
      this.bytes -= SLOT_BYTES * labels.length / 2
      for (let i = 0; i < labels.length; i += 2) {
        const name = this.#names.get(labels[i]!)
        const posting = name?.values.get(labels[i + 1]!)
        if (name === undefined || posting === undefined || seen.has(posting)) continue
        seen.add(posting)
        posting.slots = posting.slots.filter(slot => !isGone(slot))
        if (posting.slots.length > 0) continue
        name.values.delete(posting.text)
        this.bytes -= VALUE_BYTES + stringBytes(posting.text)
        if (name.values.size > 0) continue
        this.#names.delete(name.text)
        this.bytes -= NAME_BYTES + stringBytes(name.text)
      }
    }
  }

  /** A number that equal labels share, above 0; 0 where no series can have them. */
  hash (labels: Labels): number {
    let hash = 1
    for (let i = 0; i < labels.length; i += 2) {
      const posting = this.#names.get(labels[i]!)?.values.get(labels[i + 1]!)
      if (posting === undefined) return 0
      hash = Math.imul(hash ^ posting.hash, 0x85ebca6b)
      hash ^= hash >>> 15
    }
    return (hash & 0x7fffffff) + 1
  }

  /**
   * The slots among which all the series are that satisfy the matchers: those of the matcher that leaves fewest.
   * `undefined` when no matcher says anything of who has a label.
   */
  async candidates (matchers: readonly Matcher[], turns: Turns): Promise<ArrayLike<number> | undefined> {
    let best: readonly Posting[] | undefined
    let fewest = Infinity
    const consider = (postings: readonly Posting[]): void => {
      const count = postings.reduce((sum, { slots }) => sum + slots.length, 0)
      if (count < fewest) [best, fewest] = [postings, count]
    }
    // One that an absent label satisfies is satisfied by series that no posting has.
    const telling = matchers.filter(matcher => !matcher.matches(''))
    const isKnown = ({ op, literals }: Matcher): boolean => op === '=' || literals !== undefined
    for (const { name, value, literals = [value] } of telling.filter(isKnown)) {
      const values = this.#names.get(name)?.values
      consider([...new Set(literals)].flatMap(literal => values?.get(literal) ?? []))
    }
    for (const matcher of telling) {
      const values = this.#names.get(matcher.name)?.values
      // Walking the values pays where there are fewer of them than series to look at.
      if (isKnown(matcher) || (values?.size ?? 0) >= fewest) continue
      const postings: Posting[] = []
      for (const posting of values?.values() ?? []) {
        if (turns.isDue) await turns.pause()
        if (matcher.matches(posting.text)) postings.push(posting)
      }
      consider(postings)
    }
    if (best === undefined || best.length === 1) return best?.[0]!.slots
    // As Prometheus has them, the oldest first: which of equals topk picks depends on it.
    return Uint32Array.from(best.flatMap(({ slots }) => slots)).sort()
  }

  /** Every label with each of its values; may be walked while series come and go. */
  * pairs (): Generator<LabelPair> {
    for (const [name, { values }] of this.#names) for (const [value, { slots }] of values) yield { name, value, series: slots.length }
  }

  #name (text: string): LabelName {
    let name = this.#names.get(text)
    if (name === undefined) {
      name = { text: ownCopy(text), values: new Map() }
      this.#names.set(name.text, name)
      this.bytes += NAME_BYTES + stringBytes(text)
    }
    return name
  }

  #enter ({ values }: LabelName, text: string, slot: number): Posting {
    let posting = values.get(text)
    if (posting !== undefined) {
      posting.slots.push(slot)
      return posting
    }
    this.#hash = this.#hash + 0x9e3779b1 | 0
    // Born with its slot: the first push to an empty array makes room for 17.
    posting = { text: ownCopy(text), hash: this.#hash, slots: [slot] }
    values.set(posting.text, posting)
    this.bytes += VALUE_BYTES + stringBytes(text)
    return posting
  }
}
