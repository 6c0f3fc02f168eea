import type { EventListeners } from '../../contracts/events.js'
import { ChildCache } from '../child-cache.js'
import { normalizeRejectionReason, rejectionReasons } from '../normalize.js'
import type { NjordInstruments } from './metrics.js'

/** Records what the risk engine decides. */
export function recordRisk (instruments: NjordInstruments): EventListeners {
  const refusals = new Map(rejectionReasons.map(reason => [reason, {
    denied: instruments.intentsDenied.labels({ reason }),
    rejections: instruments.riskRejections.labels({ reason })
  }]))
  const breakers = new ChildCache(breaker => ({
    state: instruments.circuitBreakerState.labels({ breaker }),
    trips: instruments.circuitBreakerTrips.labels({ breaker }),
    isOpen: false
  }))
  const caps = new ChildCache(cap => instruments.riskCapUtilization.labels({ cap }))
  let isKilled = false

  const recordCheck = (checkSeconds: number | undefined) => {
    if (checkSeconds !== undefined) instruments.riskCheckDuration.observe(checkSeconds)
  }

  return {
    intentReceived: () => { instruments.intentsReceived.inc() },
    intentAllowed: ({ checkSeconds }) => {
      instruments.intentsAllowed.inc()
      recordCheck(checkSeconds)
    },
    intentDenied: ({ reason, checkSeconds }) => {
      const refusal = refusals.get(normalizeRejectionReason(reason))!
      refusal.denied.inc()
      refusal.rejections.inc()
      recordCheck(checkSeconds)
    },
    killSwitch: ({ active }) => {
      // Pulling what is pulled is no second trip.
      if (active && !isKilled) instruments.killSwitchTrips.inc()
      isKilled = active
      instruments.killSwitchActive.set(active ? 1 : 0)
    },
    circuitBreaker: ({ breaker, open }) => {
      const series = breakers.get(breaker)
      if (open && !series.isOpen) series.trips.inc()
      series.isOpen = open
      series.state.set(open ? 1 : 0)
    },
    riskCap: ({ cap, used, limit }) => { caps.get(cap).set(used / limit) }
  }
}
