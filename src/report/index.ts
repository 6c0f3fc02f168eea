/** `njord-telemetry/report`: what the books recorded, attributed and told: one report object, and three views of it. */
export type { BookRecord, ClosedTrade } from '../portfolio/book-record.js'
export { attribute, type AttributionOptions, type AttributionQuery, type AttributionReport, type BrinsonTable } from './attribution.js'
export { reportHtml } from './html.js'
export { reportMarkdown } from './markdown.js'
export { Performance, type PerformanceOptions, type StrategiesNow } from './performance.js'
export { performanceReport, type PerformanceReport } from './performance-report.js'
