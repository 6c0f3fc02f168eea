import type { CallDecorator, CallOptions, InstrumentSourceRef } from './call-decorator.js'
import { makeCountCalls } from './count-calls.js'
import { makeMeasureDuration, type MeasureDurationOptions } from './measure-duration.js'

export interface Instrumentation {
  readonly countCalls: CallDecorator<CallOptions>
  readonly measureDuration: CallDecorator<MeasureDurationOptions>
}

/**
 * The decorators of a registry: `const { countCalls, measureDuration } = instrumentation(registry)`. Without one
 * (`undefined`: telemetry is off) they hand back the very function they are given.
 */
export function instrumentation (ref: InstrumentSourceRef): Instrumentation {
  return { countCalls: makeCountCalls(ref), measureDuration: makeMeasureDuration(ref) }
}
