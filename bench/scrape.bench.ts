import { compareInChildren, progress, type Bench, type Figures } from './harness.js'
import { loadPeers } from './peers.js'

const child = new URL('scrape-child.ts', import.meta.url)
const peers = (await loadPeers()).map(({ name }) => name)

/** Ours and every peer, each in processes of its own; the peer that counts is the best. */
async function against (what: string, kind: 'counter' | 'histogram', series: number): Promise<Figures> {
  const found = await compareInChildren(child, ['ours', ...peers], { rounds: 2, nodeFlags: ['--expose-gc'], args: [what, kind, String(series)] })
  const best = [...peers].sort((a, b) => found[a]! - found[b]!)[0]!
  progress(`  the best peer is ${best}`)
  return { ours: found.ours!, peer: found[best]! }
}

const bench = (name: string, unit: string, ...args: Parameters<typeof against>): Bench => ({ name, unit, run: async () => await against(...args) })

const benches: Bench[] = [
  bench('render.counter.1k', 'ms', 'full', 'counter', 1000),
  bench('render.counter.10k', 'ms', 'full', 'counter', 10_000),
  bench('render.counter.100k', 'ms', 'full', 'counter', 100_000),
  bench('render.histogram.1k', 'ms', 'full', 'histogram', 1000),
  bench('render.histogram.10k', 'ms', 'full', 'histogram', 10_000),
  bench('render.sparse.100k', 'ms', 'sparse', 'counter', 100_000),
  bench('render.hold', 'ms', 'hold', 'counter', 100_000),
  bench('render.memory', 'MB', 'memory', 'counter', 100_000),
  bench('memory.histogram', 'bytes/series', 'series', 'histogram', 10_000),
  bench('memory.counter', 'bytes/series', 'series', 'counter', 100_000)
]

export default benches
