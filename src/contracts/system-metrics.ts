import { Type, type Static } from 'typebox'
import { checkJson, compileCheck } from './check.js'
import { stringifyJson } from './json.js'

const count = () => Type.Integer({ minimum: 0 })

/** The health of one process (phase 9.0 of the Njord seed). */
export const SystemMetrics = Type.Object({
  timestamp_ns: Type.BigInt(),
  bus_messages_sent: count(),
  bus_messages_received: count(),
  journal_writes: count(),
  journal_bytes: count(),
  active_subscriptions: count(),
  event_loop_lag_ms: Type.Number({ minimum: 0 }),
  memory_usage_mb: Type.Number({ minimum: 0 })
}, { additionalProperties: false })
export type SystemMetrics = Readonly<Static<typeof SystemMetrics>>

/** Checks and freezes; throws `NJORD_ERR_INVALID_PAYLOAD` naming the key, what was found and expected. */
export const checkSystemMetrics = compileCheck('SystemMetrics', SystemMetrics)

export const systemMetricsToJson = (metrics: SystemMetrics): string => stringifyJson(metrics)
export const systemMetricsFromJson = (text: string): SystemMetrics => checkJson('SystemMetrics', checkSystemMetrics, text)
