import type { InstrumentFactory } from '../contracts/instruments.js'
import { refusalReasons, type SeriesStore } from './series-store.js'

/** Says in metrics how a store is doing, at each collecting. Returns what ends it. */
export function publishStore (store: SeriesStore, instruments: InstrumentFactory): () => void {
  const bytes = instruments.gauge({
    name: 'njord_series_bytes', help: 'What the series store takes of memory: samples, labels and index.', unit: 'bytes'
  })
  const active = instruments.gauge({ name: 'njord_series_active', help: 'Series in the series store.' })
  const samples = instruments.counter({ name: 'njord_series_samples_total', help: 'Samples that the series store took.' })
  const refused = instruments.counter({
    name: 'njord_series_refused_samples_total',
    help: 'Samples that the series store refused, by reason.',
    labelNames: ['reason'],
    labelRules: { reason: { values: refusalReasons } }
  })
  const evictedSamples = instruments.counter({
    name: 'njord_series_evicted_samples_total', help: 'Samples that the series store gave up, for their age or for want of room.'
  })
  const evictedSeries = instruments.counter({
    name: 'njord_series_evicted_total', help: 'Series that the series store gave up with their last sample.'
  })
  // The store counts for itself, for an append is quick; here its counts are caught up with.
  const follow = (read: () => number, inc: (by: number) => void): () => void => {
    let told = 0
    return () => {
      const now = read()
      inc(now - told)
      told = now
    }
  }
  const followers = [
    follow(() => store.samplesTotal, by => { samples.inc(by) }),
    follow(() => store.evictedSamplesTotal, by => { evictedSamples.inc(by) }),
    follow(() => store.evictedSeriesTotal, by => { evictedSeries.inc(by) }),
    ...refusalReasons.map(reason => follow(() => store.refused[reason], by => { refused.inc({ reason }, by) }))
  ]
  return instruments.onCollect(() => {
    bytes.set(store.bytes)
    active.set(store.size)
    for (const catchUp of followers) catchUp()
  })
}
