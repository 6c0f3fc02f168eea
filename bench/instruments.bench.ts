import { MetricRegistry } from '../src/metrics/registry.js'
import { compare, progress, sink, type Batch, type Bench, type Figures } from './harness.js'
import { buckets, labelNames, labelSets, latencies, loadPeers, MASK, order, type Peer } from './peers.js'

const peers = await loadPeers()

/** Ours against every peer in one run; the peer that counts is the fastest. */
async function against (ours: Batch, ofPeer: (client: Peer) => Batch, floor?: Batch): Promise<Figures> {
  const subjects: Record<string, Batch> = { ours, ...floor === undefined ? {} : { floor } }
  for (const { name, client } of peers) subjects[name] = ofPeer(client)
  const found = await compare(subjects)
  const fastest = peers.map(({ name }) => ({ name, ns: found[name]! })).sort((a, b) => a.ns - b.ns)[0]!
  progress(`  the fastest peer is ${fastest.name}`)
  return { ours: found.ours!, peer: fastest.ns, floor: found.floor }
}

const ourCounter = () => new MetricRegistry().counter({ name: 'orders_total', help: 'Orders.', labelNames })
const ourHistogram = () => new MetricRegistry().histogram({ name: 'latency_seconds', help: 'Latency.', labelNames, buckets })
const peerCounter = (client: Peer) => new client.Counter({ name: 'orders_total', help: 'Orders.', labelNames: [...labelNames], registers: [] })
const peerHistogram = (client: Peer) => new client.Histogram({ name: 'latency_seconds', help: 'Latency.', labelNames: [...labelNames], buckets, registers: [] })

const benches: Bench[] = [
  {
    name: 'counter.bound',
    unit: 'ns',
    async run () {
      const child = ourCounter().labels(labelSets[0]!)
      const cells = new Float64Array(64)
      return await against(
        times => {
          for (let i = 0; i < times; i++) child.inc()
        },
        client => {
          const bound = peerCounter(client).labels(labelSets[0]!)
          return times => {
            for (let i = 0; i < times; i++) bound.inc()
          }
        },
        times => {
          for (let i = 0; i < times; i++) cells[7]! += 1
          sink(cells[7])
        })
    }
  },
  {
    name: 'counter.bound.1000',
    unit: 'ns',
    async run () {
      const counter = ourCounter()
      const children = labelSets.map(labels => counter.labels(labels))
      const cells = new Float64Array(1000)
      return await against(
        times => {
          const draws = order
          for (let i = 0; i < times; i++) children[draws[i & MASK]!]!.inc()
        },
        client => {
          const peer = peerCounter(client)
          const bound = labelSets.map(labels => peer.labels(labels))
          return times => {
            const draws = order
            for (let i = 0; i < times; i++) bound[draws[i & MASK]!]!.inc()
          }
        },
        times => {
          const draws = order
          for (let i = 0; i < times; i++) cells[draws[i & MASK]!]! += 1
          sink(cells[7])
        })
    }
  },
  ...[1, 1000].map((sets): Bench => ({
    name: `counter.labels.${sets}`,
    unit: 'ns',
    async run () {
      const counter = ourCounter()
      const mask = sets === 1 ? 0 : MASK
      return await against(
        times => {
          const draws = order
          for (let i = 0; i < times; i++) counter.inc(labelSets[draws[i & mask]!]!)
        },
        client => {
          const peer = peerCounter(client)
          return times => {
            const draws = order
            for (let i = 0; i < times; i++) peer.inc(labelSets[draws[i & mask]!]!)
          }
        })
    }
  })),
  {
    name: 'histogram.bound',
    unit: 'ns',
    async run () {
      const child = ourHistogram().labels(labelSets[0]!)
      return await against(
        times => {
          const values = latencies
          for (let i = 0; i < times; i++) child.observe(values[i & MASK]!)
        },
        client => {
          const bound = peerHistogram(client).labels(labelSets[0]!)
          return times => {
            const values = latencies
            for (let i = 0; i < times; i++) bound.observe(values[i & MASK]!)
          }
        })
    }
  },
  {
    name: 'histogram.bound.1000',
    unit: 'ns',
    async run () {
      const histogram = ourHistogram()
      const children = labelSets.map(labels => histogram.labels(labels))
      return await against(
        times => {
          const draws = order
          const values = latencies
          for (let i = 0; i < times; i++) children[draws[i & MASK]!]!.observe(values[i & MASK]!)
        },
        client => {
          const peer = peerHistogram(client)
          const bound = labelSets.map(labels => peer.labels(labels))
          return times => {
            const draws = order
            const values = latencies
            for (let i = 0; i < times; i++) bound[draws[i & MASK]!]!.observe(values[i & MASK]!)
          }
        })
    }
  },
  ...[1, 1000].map((sets): Bench => ({
    name: `histogram.labels.${sets}`,
    unit: 'ns',
    async run () {
      const histogram = ourHistogram()
      const mask = sets === 1 ? 0 : MASK
      return await against(
        times => {
          const draws = order
          const values = latencies
          for (let i = 0; i < times; i++) histogram.observe(labelSets[draws[i & mask]!]!, values[i & MASK]!)
        },
        client => {
          const peer = peerHistogram(client)
          return times => {
            const draws = order
            const values = latencies
            for (let i = 0; i < times; i++) peer.observe(labelSets[draws[i & mask]!]!, values[i & MASK]!)
          }
        })
    }
  }))
]

export default benches
