import { isObserved } from '../statistics/series.js'

/** A segment that is split no further. */
export interface LevelLeaf {
  readonly name: string
  /** Share of the whole capital. */
  readonly portfolioWeight: number
  readonly benchmarkWeight: number
  /** Missing (`null`, NaN): the other side's stands in. */
  readonly portfolioReturn: number | null
  readonly benchmarkReturn: number | null
}

/** A segment that is split: its weights and returns are those of its parts. */
export interface LevelGroup {
  readonly name: string
  readonly parts: readonly LevelNode[]
}

export type LevelNode = LevelGroup | LevelLeaf

/** What one decision earned: how much to give to a segment within the one above it. */
export interface LevelEffect {
  /** Names from the top: `['Europe', 'Cyclical']`. */
  readonly path: readonly string[]
  readonly allocation: number
  /** Of leaves: how the segment did against the benchmark's; 0 of groups. */
  readonly selection: number
}

/** Attribution of one period over any number of levels of decisions, interaction in selection (top-down). */
export interface LevelAttribution {
  readonly effects: readonly LevelEffect[]
  /** By level from the top: what allocation there earned. */
  readonly allocation: readonly number[]
  readonly selection: number
  readonly portfolioReturn: number
  readonly benchmarkReturn: number
  /** Difference of the returns, or with `geometric` their ratio less 1. */
  readonly activeReturn: number
  /** What the sum (or with `geometric` the compounding) of the levels leaves: rounding, when weights sum to 1. */
  readonly residual: number
}

interface Node {
  readonly path: readonly string[]
  readonly depth: number
  readonly isLeaf: boolean
  readonly parts: readonly Node[]
  readonly wp: number
  readonly wb: number
  readonly rp: number
  readonly rb: number
}

/**
 * Attributes the active return level by level (Brinson-Fachler within each group, as in Bacon 2008, 6.2, and
 * Morningstar's methodology): allocation of part c of group P is (wp_c - Wp_P · wb_c / Wb_P)(rb_c - Rb_P), selection of a
 * leaf wp(rp - rb). With `geometric` each level is divided by 1 + the return of the notional fund above it, and levels
 * compound. A branch may end at any depth; a group the benchmark does not hold has the portfolio's own mix as its benchmark.
 */
export function attributeLevels (parts: readonly LevelNode[], { kind = 'arithmetic' }: { readonly kind?: 'arithmetic' | 'geometric' } = {}): LevelAttribution {
  const root = resolve({ name: '', parts }, [], -1)
  const allocation: number[] = []
  const found: Array<{ node: Node, allocation: number, selection: number }> = []
  let selection = 0
  const visit = (group: Node) => {
    for (const node of group.parts) {
      // The whole counts as fully invested: what is missing to 1 is then told as residual.
      const [heldAbove, benchmarkAbove] = group.depth < 0 ? [1, 1] : [group.wp, group.wb]
      const share = benchmarkAbove === 0 ? node.wp : heldAbove * node.wb / benchmarkAbove
      const effect = { node, allocation: (node.wp - share) * (node.rb - group.rb), selection: node.isLeaf ? node.wp * (node.rp - node.rb) : 0 }
      allocation[node.depth] = (allocation[node.depth] ?? 0) + effect.allocation
      selection += effect.selection
      found.push(effect)
      visit(node)
    }
  }
  visit(root)
  const divisors: number[] = []
  let notional = root.rb
  for (const level of allocation) {
    divisors.push(kind === 'geometric' ? 1 + notional : 1)
    notional += level
  }
  const last = kind === 'geometric' ? 1 + notional : 1
  const levels = allocation.map((level, depth) => level / divisors[depth]!)
  const activeReturn = (root.rp - root.rb) / (kind === 'geometric' ? 1 + root.rb : 1)
  return {
    effects: found.map(({ node, ...effect }) => ({
      path: node.path, allocation: effect.allocation / divisors[node.depth]!, selection: effect.selection / last
    })),
    allocation: levels,
    selection: selection / last,
    portfolioReturn: root.rp,
    benchmarkReturn: root.rb,
    activeReturn,
    residual: kind === 'geometric'
      ? (1 + activeReturn) / levels.reduce((product, level) => product * (1 + level), 1 + selection / last) - 1
      : activeReturn - levels.reduce((sum, level) => sum + level, selection)
  }
}

function resolve (node: LevelNode, above: readonly string[], depth: number): Node {
  const path = depth < 0 ? [] : [...above, node.name]
  if (!('parts' in node)) {
    const { portfolioWeight: wp, benchmarkWeight: wb, portfolioReturn, benchmarkReturn } = node
    const ours = isObserved(portfolioReturn) ? portfolioReturn : undefined
    const theirs = isObserved(benchmarkReturn) ? benchmarkReturn : undefined
    const rp = (wp === 0 ? theirs : ours) ?? ours ?? theirs ?? 0
    const rb = (wb === 0 ? ours : theirs) ?? theirs ?? ours ?? 0
    return { path, depth, isLeaf: true, parts: [], wp, wb, rp, rb }
  }
  const parts = node.parts.map(part => resolve(part, path, depth + 1))
  let wp = 0
  let wb = 0
  let earned = 0
  let benchmark = 0
  let mixed = 0
  for (const part of parts) {
    wp += part.wp
    wb += part.wb
    earned += part.wp * part.rp
    benchmark += part.wb * part.rb
    mixed += part.wp * part.rb
  }
  // Of the whole the return is the sum itself: what weights miss to 1 earned nothing.
  if (depth < 0) return { path, depth, isLeaf: false, parts, wp, wb, rp: earned, rb: benchmark }
  const rb = wb !== 0 ? benchmark / wb : wp === 0 ? 0 : mixed / wp
  return { path, depth, isLeaf: false, parts, wp, wb, rp: wp === 0 ? rb : earned / wp, rb }
}
