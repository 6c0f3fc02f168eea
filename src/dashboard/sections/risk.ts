import type { Activity } from '../activity.js'
import { figure, type JsonObject } from '../merge-patch.js'
import type { MetricReader } from '../metric-reader.js'
import { shown } from '../text.js'

const most = 20

/** Kill switch, breakers, how much of each cap is used, and why intents were denied since the start. */
export function riskSection (reader: MetricReader, activity: Activity): JsonObject {
  return {
    killSwitch: reader.max('njord_killswitch_active') === 1,
    killSwitchChange: activity.killSwitch,
    trips: figure(reader.sum('njord_killswitch_trips_total')),
    received: figure(reader.sum('njord_intents_received_total')),
    allowed: figure(reader.sum('njord_intents_allowed_total')),
    denied: figure(reader.sum('njord_intents_denied_total')),
    caps: reader.readings('njord_risk_cap_utilization_ratio').slice(0, most)
      .map(({ labels, value }) => ({ name: shown(labels[0]!), ratio: figure(value) })),
    breakers: reader.readings('njord_circuit_breaker_state').slice(0, most)
      .map(({ labels, value }) => ({ name: shown(labels[0]!), open: value === 1 })),
    denials: [...reader.sums('njord_intents_denied_total', 'reason')].filter(([, count]) => count > 0)
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([reason, count]) => ({ reason: shown(reason), count: figure(count) }))
  }
}
