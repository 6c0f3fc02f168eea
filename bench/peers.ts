import * as platformatic from '@platformatic/prom-client'
import promClient from 'prom-client'

/** What the benchmarks need of a peer; prom-client's shape. */
export type Peer = typeof promClient

export interface NamedPeer {
  readonly name: string
  readonly client: Peer
}

/** The peers that run here: prom-client 15, Platformatic's fork, and prom-client's successor where it can be had (Node 22). */
export async function loadPeers (): Promise<NamedPeer[]> {
  const peers: NamedPeer[] = [
    { name: 'prom-client', client: promClient },
    { name: '@platformatic/prom-client', client: platformatic as unknown as Peer }
  ]
  try {
    const name = '@prometheus-io/client'
    peers.push({ name, client: await import(name) as Peer })
  } catch {
    process.stderr.write('  without @prometheus-io/client, which is not installed (it needs Node 22)\n')
  }
  return peers
}

export const labelNames = ['strategy_id', 'symbol', 'side'] as const
export type BenchLabels = Record<typeof labelNames[number], string>

const strategies = ['ema_trend', 'mean_reversion', 'market_maker', 'pairs', 'carry', 'breakout', 'scalper_v1', 'arbitrage_v2', 'twap_v1', 'manual']
const symbols = Array.from({ length: 50 }, (_, i) => `${String.fromCharCode(65 + i % 26, 65 + (i * 7) % 26, 65 + (i * 11) % 26)}/USDT`)
const sides = ['buy', 'sell']

/** 1,000 label sets as a host has them: every value is one string, wherever it occurs. */
export const labelSets: readonly BenchLabels[] = Array.from({ length: 1000 }, (_, i) => ({
  strategy_id: strategies[i % 10]!, symbol: symbols[Math.floor(i / 10) % 50]!, side: sides[Math.floor(i / 500)]!
}))

/** 12 bounds, as in the table. */
export const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

const N = 4096
export const MASK = N - 1
/** Which of the 1,000 label sets comes next, at random. */
export const order = Int32Array.from({ length: N }, () => Math.floor(Math.random() * 1000))
/** Latencies, log-normal about 20 ms: most of them in a few neighbouring buckets, as latencies are. */
export const latencies = Float64Array.from({ length: N }, () => 0.02 * Math.exp(0.8 * standardNormal()))

/** Box and Muller 1958. */
function standardNormal (): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}
