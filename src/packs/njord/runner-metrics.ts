import type { PackMetric } from '../pack.js'
import { workBuckets } from './buckets.js'

/** What runs the strategies, and the journal beside them. */
export const runnerMetrics = {
  signals: {
    type: 'counter',
    name: 'njord_signals_generated_total',
    help: 'Signals that a strategy produced.',
    labelNames: ['strategy_id'],
    fedBy: ['signalGenerated']
  },
  signalDuration: {
    type: 'histogram',
    name: 'njord_signal_generation_duration_seconds',
    help: 'Time a strategy took to produce a signal.',
    unit: 'seconds',
    labelNames: ['strategy_id'],
    buckets: workBuckets,
    fedBy: ['signalGenerated']
  },
  strategyErrors: {
    type: 'counter',
    name: 'njord_strategy_errors_total',
    help: 'Times a strategy threw.',
    labelNames: ['strategy_id'],
    fedBy: ['strategyError']
  },
  journalWrites: {
    type: 'counter', name: 'njord_journal_writes_total', help: 'Writes to the journal.', fedBy: ['journalWritten']
  },
  journalBytes: {
    type: 'counter', name: 'njord_journal_bytes_total', help: 'Bytes written to the journal.', unit: 'bytes', fedBy: ['journalWritten']
  }
} as const satisfies Record<string, PackMetric>
