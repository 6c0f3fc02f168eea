import { MAX_LABEL_VALUE_LENGTH } from './label-value.js'

export const EMPTY = 0
export const DELETED = -1

/** What a finder reads of a label table; the table writes it. */
export interface FinderState {
  /** Per label: the number of each value. */
  readonly values: ReadonlyArray<ReadonlyMap<string, number>>
  /** `slot * labels + i` holds the number of label i's value. */
  ids: Int32Array
  /** Hash table of `slot + 1`; EMPTY and DELETED mark the rest. Its length is a power of two. */
  table: Int32Array
  /** The slot found last, while it is still there; -1 otherwise. */
  lastSlot: number
}

/**
 * Finds the slot of a label set; -1 when it is not there, or not in the plain form: every value a string of ordinary
 * length, and no name too many.
 */
export type LabelFinder = (labels: Readonly<Record<string, unknown>>) => number

/** Mixes one more value's number into the hash of a label set. */
export function mix (hash: number, id: number): number {
  const mixed = Math.imul(hash ^ (id + 1), 0x9E3779B1)
  return mixed ^ (mixed >>> 15)
}

/**
 * A finder for these label names. It is generated code: properties read by a constant name are several times faster
 * than by a variable one (`counter.labels.*` of the benchmarks: some 3 times in all), and a closure a family keeps
 * the shapes of different families' label objects apart. Where code generation is switched off
 * (`--disallow-code-generation-from-strings`), a plain loop does the same.
 */
export function labelFinder (names: readonly string[], state: FinderState): LabelFinder {
  if (names.length === 0) return plainFinder(names, state)
  try {
    return generate(names)(state, mix)
  } catch (error) {
    if (error instanceof EvalError) return plainFinder(names, state)
    throw error
  }
}

function generate (names: readonly string[]): (state: FinderState, hash: typeof mix) => LabelFinder {
  const each = (line: (i: number) => string, separator = '\n'): string => names.map((_, i) => line(i)).join(separator)
  // Names are checked (`checkDeclaration`), and quoted all the same.
  // eslint-disable-next-line no-new-func -- see labelFinder
  return new Function('state', 'mix', `'use strict'
    ${each(i => `const values${i} = state.values[${i}]; let last${i} = ''`)}
    return function find (labels) {
      let keys = 0
      for (const key in labels) keys++
      if (keys !== ${names.length}) return -1
      ${each(i => `const value${i} = labels[${JSON.stringify(names[i])}]`)}
      if (state.lastSlot !== -1 && ${each(i => `value${i} === last${i}`, ' && ')}) return state.lastSlot
      let hash = 0
      ${each(i => `
      if (typeof value${i} !== 'string' || value${i}.length > ${MAX_LABEL_VALUE_LENGTH}) return -1
      const id${i} = values${i}.get(value${i})
      if (id${i} === undefined) return -1
      hash = mix(hash, id${i})`)}
      const table = state.table
      const ids = state.ids
      const mask = table.length - 1
      for (let at = hash & mask; ; at = (at + 1) & mask) {
        const entry = table[at]
        if (entry === ${EMPTY}) return -1
        if (entry === ${DELETED}) continue
        const base = (entry - 1) * ${names.length}
        if (${each(i => `ids[base + ${i}] === id${i}`, ' && ')}) {
          ${each(i => `last${i} = value${i}`)}
          state.lastSlot = entry - 1
          return entry - 1
        }
      }
    }`) as (state: FinderState, hash: typeof mix) => LabelFinder
}

/** The same without generated code. */
export function plainFinder (names: readonly string[], state: FinderState): LabelFinder {
  const ids = new Int32Array(names.length)
  return labels => {
    if (Object.keys(labels).length !== names.length) return -1
    for (let i = 0; i < names.length; i++) {
      const value = labels[names[i]!]
      if (typeof value !== 'string' || value.length > MAX_LABEL_VALUE_LENGTH) return -1
      const id = state.values[i]!.get(value)
      if (id === undefined) return -1
      ids[i] = id
    }
    return seek(state, ids)
  }
}

/** The slot of the label set with these values' numbers, or -1. */
export function seek (state: FinderState, ids: Int32Array): number {
  const mask = state.table.length - 1
  const count = ids.length
  for (let at = ids.reduce(mix, 0) & mask; ; at = (at + 1) & mask) {
    const entry = state.table[at]!
    if (entry === EMPTY) return -1
    if (entry === DELETED) continue
    const base = (entry - 1) * count
    let i = 0
    while (i < count && state.ids[base + i] === ids[i]) i++
    if (i === count) return entry - 1
  }
}
