import { figure, type JsonObject } from '../merge-patch.js'
import type { MetricReader } from '../metric-reader.js'
import { quantiles } from './orders.js'

const mostOffenders = 5

/** What keeps the recent past: its bytes and series, against what it may take. */
export interface HistoryUse { readonly bytes: number, readonly maxBytes: number, readonly size: number }

/** How the process itself is doing. Durations in seconds, sizes in bytes; counts since the start. */
export function systemSection (reader: MetricReader, history: HistoryUse | undefined): JsonObject {
  const scrapes = reader.distribution('njord_scrape_duration_seconds')
  return {
    loopDelay: quantiles(reader.distribution('njord_event_loop_delay_seconds')),
    loopLag: figure(reader.max('njord_event_loop_lag_seconds')),
    loopUtilization: figure(reader.max('njord_event_loop_utilization_ratio')),
    busLag: quantiles(reader.distribution('njord_bus_lag_seconds')),
    busMessages: figure(reader.sum('njord_bus_messages_total', 'direction', 'sent')),
    busDropped: figure(reader.sum('njord_bus_dropped_total') ?? 0),
    busConnected: figure(reader.max('njord_bus_connected')),
    memory: figure(reader.sum('process_resident_memory_bytes')),
    heap: figure(reader.sum('nodejs_heap_size_used_bytes')),
    journalWrites: figure(reader.sum('njord_journal_writes_total')),
    journalBytes: figure(reader.sum('njord_journal_bytes_total')),
    scrapes: figure(scrapes?.count),
    scrapeMean: scrapes === undefined || scrapes.count === 0 ? undefined : figure(scrapes.sum / scrapes.count),
    series: figure(history?.size),
    seriesBytes: figure(history?.bytes),
    seriesMaxBytes: figure(history?.maxBytes),
    clients: figure(reader.sum('njord_dashboard_clients')),
    offenders: offenders(reader)
  }
}

/** The metrics with the most label sets for what they may have. */
function offenders (reader: MetricReader): JsonObject[] {
  return [...reader.families()].filter(({ labelNames }) => labelNames.length > 0)
    .sort((a, b) => b.size / b.maxSeries - a.size / a.maxSeries || b.size - a.size)
    .slice(0, mostOffenders)
    .map(({ name, size, maxSeries }) => ({ name, size, limit: maxSeries }))
}
