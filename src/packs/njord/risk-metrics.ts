import { normalizeRejectionReason, rejectionReasons } from '../normalize.js'
import type { PackMetric } from '../pack.js'
import { workBuckets } from './buckets.js'

const reason = { values: rejectionReasons, normalize: normalizeRejectionReason }

/** What the risk engine decides: intents, kill switch, circuit breakers, caps. */
export const riskMetrics = {
  intentsReceived: {
    type: 'counter', name: 'njord_intents_received_total', help: 'Intents that reached the risk engine.', fedBy: ['intentReceived']
  },
  intentsAllowed: {
    type: 'counter', name: 'njord_intents_allowed_total', help: 'Intents that the risk engine let pass.', fedBy: ['intentAllowed']
  },
  intentsDenied: {
    type: 'counter',
    name: 'njord_intents_denied_total',
    help: 'Intents that the risk engine refused, by category of the reason.',
    labelNames: ['reason'],
    labelRules: { reason },
    fedBy: ['intentDenied']
  },
  riskRejections: {
    type: 'counter',
    name: 'njord_risk_rejections_total',
    help: 'Refusals by the risk engine, by category of the reason; the same count as njord_intents_denied_total.',
    labelNames: ['reason'],
    labelRules: { reason },
    fedBy: ['intentDenied']
  },
  riskCheckDuration: {
    type: 'histogram',
    name: 'njord_risk_check_duration_seconds',
    help: 'Time the risk engine took to decide about an intent.',
    unit: 'seconds',
    buckets: workBuckets,
    fedBy: ['intentAllowed', 'intentDenied']
  },
  killSwitchTrips: {
    type: 'counter', name: 'njord_killswitch_trips_total', help: 'Times the kill switch was pulled.', fedBy: ['killSwitch']
  },
  killSwitchActive: {
    type: 'gauge', name: 'njord_killswitch_active', help: 'Whether the kill switch is pulled (1) or not (0).', fedBy: ['killSwitch']
  },
  circuitBreakerState: {
    type: 'gauge',
    name: 'njord_circuit_breaker_state',
    help: 'Whether a circuit breaker is open, with trading halted (1), or closed (0).',
    labelNames: ['breaker'],
    fedBy: ['circuitBreaker']
  },
  circuitBreakerTrips: {
    type: 'counter',
    name: 'njord_circuit_breaker_trips_total',
    help: 'Times a circuit breaker opened.',
    labelNames: ['breaker'],
    fedBy: ['circuitBreaker']
  },
  riskCapUtilization: {
    type: 'gauge',
    name: 'njord_risk_cap_utilization_ratio',
    help: 'How much of a risk cap is used; 1 is all of it.',
    unit: 'ratio',
    labelNames: ['cap'],
    fedBy: ['riskCap']
  }
} as const satisfies Record<string, PackMetric>
