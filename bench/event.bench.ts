import { VirtualClock } from '../src/clock/virtual-clock.js'
import { MetricRegistry } from '../src/metrics/registry.js'
import { EventDispatcher } from '../src/packs/dispatcher.js'
import { njordPack } from '../src/packs/njord/pack.js'
import { mountPack } from '../src/packs/pack.js'
import { compare, type Bench } from './harness.js'
import { labelNames, labelSets, loadPeers, MASK, order } from './peers.js'

const benches: Bench[] = [{
  // One fill through the dispatcher and the pack, which touches ten metrics, against one labelled `inc` of a peer.
  name: 'event.orderFilled',
  unit: 'ns',
  async run () {
    const clock = new VirtualClock()
    const instruments = new MetricRegistry({ clock })
    const dispatcher = new EventDispatcher({ instruments })
    dispatcher.on(mountPack(njordPack, instruments, { clock }))
    // 30 pairs of strategy and symbol, as a host with three strategies and ten symbols has.
    const fills = labelSets.map(({ side }, i) => ({
      orderId: String(i),
      strategyId: labelSets[i % 3]!.strategy_id,
      symbol: labelSets[(i % 10) * 10]!.symbol,
      side: side as 'buy' | 'sell',
      venue: 'paper',
      quantity: 0.5,
      price: 46_000 + i,
      fee: 2.3,
      complete: i % 2 === 0,
      latencySeconds: 0.012,
      arrivalPrice: 46_001,
      decisionPrice: 46_003,
      algo: 'market'
    }))
    const peers = await loadPeers()
    const found = await compare(Object.fromEntries([
      ['ours', (times: number) => {
        const draws = order
        for (let i = 0; i < times; i++) dispatcher.emit('orderFilled', fills[draws[i & MASK]!]!)
      }],
      ...peers.map(({ name, client }) => {
        const counter = new client.Counter({ name: 'orders_total', help: 'Orders.', labelNames: [...labelNames], registers: [] })
        return [name, (times: number) => {
          const draws = order
          for (let i = 0; i < times; i++) counter.inc(labelSets[draws[i & MASK]! % 30]!)
        }] as const
      })
    ]))
    return { ours: found.ours!, peer: Math.min(...peers.map(({ name }) => found[name]!)) }
  }
}]

export default benches
