import telemetry from './telemetry.js'

export type { AccessOptions } from './access.js'
export type { NjordTelemetryOptions } from './telemetry.js'
export { default as njordAggregator, type AggregatorOptions } from './aggregator.js'
export { default as njordBus, type BusOptions } from './bus.js'
export { default as njordDashboard, type DashboardOptions } from './dashboard.js'
export type { AlertsReading, DashboardAlert, DashboardAlerts, DashboardNotification } from '../src/dashboard/alerts.js'
export { default as njordExporter, type ExporterOptions } from './exporter.js'
export { default as njordHttpMetrics, type HttpMetricsPluginOptions } from './http-metrics.js'
export { default as njordQueryApi, type QueryApiOptions } from './query-api.js'
export { default as njordPerformance, type PerformancePluginOptions } from './performance.js'
export { default as njordJournal, type JournalPluginOptions } from './journal.js'
export { default as njordPublisher, type PublisherOptions } from './publisher.js'
export { default as njordRouting, type RoutingOptions } from './routing.js'
export { default as njordRegistry, type RegistryPluginOptions } from './registry.js'
export { default as njordRules, type RulesOptions } from './rules.js'
export { default as njordRuntimeMetrics } from './runtime-metrics.js'
export { default as njordSeries, type SeriesOptions } from './series.js'
export { startAggregator, type RunningAggregator, type StartAggregatorOptions } from './start-aggregator.js'
export { telemetry as njordTelemetry }
export * from '../src/index.js'

export default telemetry
