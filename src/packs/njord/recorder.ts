import type { EventListeners } from '../../contracts/events.js'
import { recordBooks } from './book-recorder.js'
import { createMarkets } from './markets.js'
import type { NjordInstruments } from './metrics.js'
import { recordOrders } from './order-recorder.js'
import { recordRisk } from './risk-recorder.js'
import { recordRunner } from './runner-recorder.js'

/** Turns trading events into the metrics of the pack. Each event has one recorder; labels are bound once and kept. */
export function recordNjord (instruments: NjordInstruments): EventListeners {
  const markets = createMarkets()
  return {
    ...recordRisk(instruments),
    ...recordOrders(instruments, markets),
    ...recordBooks(instruments, markets),
    ...recordRunner(instruments)
  }
}
