// Compiled by `npm run typecheck`, never run: what must not compile stands under a @ts-expect-error.
import { definePack, MetricRegistry, mountPack, njordPack, VirtualClock, type AnyPack, type PackInstruments } from '../../plugins/index.js'

const desk = definePack({
  name: 'desk',
  metrics: {
    fills: { type: 'counter', name: 'desk_fills_total', help: 'Fills.', labelNames: ['symbol'] },
    ticks: { type: 'counter', name: 'desk_ticks_total', help: 'Ticks.' },
    price: { type: 'gauge', name: 'desk_price', help: 'Price.', labelNames: ['symbol'], fedBy: ['marketTick'] },
    latency: { type: 'histogram', name: 'desk_latency_seconds', help: 'Latency.', unit: 'seconds', buckets: [1] }
  },
  record: ({ fills, ticks, price, latency }, { clock }) => ({
    orderFilled: ({ symbol, latencySeconds }) => {
      fills.inc({ symbol })
      // @ts-expect-error a wrong label name
      fills.inc({ sybmol: symbol })
      // @ts-expect-error a missing label
      fills.inc()
      latency.observe(latencySeconds ?? clock.monotonicSeconds())
      // @ts-expect-error a histogram is not set
      latency.set(1)
    },
    marketTick: tick => {
      ticks.inc()
      // @ts-expect-error labels on an unlabelled metric
      ticks.inc({ symbol: tick.symbol })
      price.set({ symbol: tick.symbol }, tick.price)
      // @ts-expect-error a key that the payload does not have
      price.set({ symbol: tick.symbol }, tick.last)
    }
  })
})

export const packs: readonly AnyPack[] = [njordPack, desk]
mountPack(desk, new MetricRegistry(), { clock: new VirtualClock() })

export function seconds (instruments: PackInstruments<typeof njordPack.metrics>): void {
  instruments.orders.inc({ strategy_id: 'trend', symbol: 'BTC/USDT', side: 'buy' })
  // @ts-expect-error a wrong label name of our own pack
  instruments.orders.inc({ strategy: 'trend', symbol: 'BTC/USDT', side: 'buy' })
}

definePack({
  name: 'wrong',
  // @ts-expect-error a type that is none
  metrics: { fills: { type: 'meter', name: 'fills_total', help: 'Fills.' } },
  record: () => ({})
})
definePack({
  name: 'wrong',
  // @ts-expect-error fed by an event that is not there
  metrics: { fills: { type: 'counter', name: 'fills_total', help: 'Fills.', fedBy: ['orderFiled'] } },
  record: () => ({})
})
// @ts-expect-error a pack without a recorder
definePack({ name: 'wrong', metrics: {} })
