import type { BoundCounter, BoundGauge, BoundObserver, InstrumentFactory } from '../contracts/instruments.js'

const bound: BoundCounter & BoundGauge & BoundObserver = Object.freeze({ inc () {}, dec () {}, set () {}, observe () {} })

/** The one instrument of a telemetry that is off: it is every metric, and does nothing. */
const instrument = Object.freeze({
  ...bound, name: '', labelNames: Object.freeze([]), labels: () => bound, remove: () => false, reset () {}
})

/** Makes instruments that record nothing: what a host gets while telemetry is off. */
export const noopInstruments: InstrumentFactory = Object.freeze({
  counter: () => instrument as never,
  gauge: () => instrument as never,
  histogram: () => instrument as never,
  summary: () => instrument as never,
  onCollect: () => () => {}
})
