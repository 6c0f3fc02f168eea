import { Type, type Static } from 'typebox'
import { checkJson, compileCheck } from './check.js'
import { stringifyJson } from './json.js'

/** One measurement of one metric (phase 9.0 of the Njord seed). Keys and meaning are those on the wire. */
export const MetricSnapshot = Type.Object({
  name: Type.String({ pattern: '^[a-zA-Z_:][a-zA-Z0-9_:]*$' }),
  /** A counter's increment, a gauge's value, or one observation of a histogram or summary. */
  value: Type.Number(),
  timestamp_ns: Type.BigInt(),
  labels: Type.Record(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }), Type.String(), { additionalProperties: false }),
  metric_type: Type.Union([Type.Literal('counter'), Type.Literal('gauge'), Type.Literal('histogram'), Type.Literal('summary')])
}, { additionalProperties: false })
export type MetricSnapshot = Readonly<Static<typeof MetricSnapshot>>

/** Checks and deeply freezes a snapshot; throws `NJORD_ERR_INVALID_PAYLOAD` naming the key, what was found and expected. */
export const checkMetricSnapshot = compileCheck('MetricSnapshot', MetricSnapshot)

/** `timestamp_ns` is written as a JSON integer. */
export const metricSnapshotToJson = (snapshot: MetricSnapshot): string => stringifyJson(snapshot)
export const metricSnapshotFromJson = (text: string): MetricSnapshot => checkJson('MetricSnapshot', checkMetricSnapshot, text)
