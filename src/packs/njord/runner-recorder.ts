import type { EventListeners } from '../../contracts/events.js'
import { ChildCache } from '../child-cache.js'
import type { NjordInstruments } from './metrics.js'

/** Records what runs the strategies, and the journal beside them. */
export function recordRunner (instruments: NjordInstruments): EventListeners {
  const strategies = new ChildCache(strategyId => {
    const labels = { strategy_id: strategyId }
    return {
      signals: instruments.signals.labels(labels),
      errors: instruments.strategyErrors.labels(labels),
      duration: instruments.signalDuration.labels(labels)
    }
  })

  return {
    signalGenerated: ({ strategyId, durationSeconds }) => {
      const series = strategies.get(strategyId)
      series.signals.inc()
      if (durationSeconds !== undefined) series.duration.observe(durationSeconds)
    },
    strategyError: ({ strategyId }) => { strategies.get(strategyId).errors.inc() },
    journalWritten: ({ bytes }) => {
      instruments.journalWrites.inc()
      // `inc(undefined)` would add 1.
      instruments.journalBytes.inc(bytes ?? NaN)
    }
  }
}
