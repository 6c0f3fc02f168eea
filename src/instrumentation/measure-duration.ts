import { makeCallDecorator, type CallDecorator, type CallOptions, type InstrumentSourceRef } from './call-decorator.js'

export interface MeasureDurationOptions extends CallOptions {
  /** Upper bounds in seconds, ascending. Functions of one metric share its bounds. @defaultValue 10 µs to 10 s */
  readonly buckets?: readonly number[]
}

/**
 * Makes `measureDuration`, which times the calls of a function or method, until its promise has settled or its
 * generator is done: `njord_processing_duration_seconds{function}`. Use as {@link makeCountCalls}.
 */
export function makeMeasureDuration (ref: InstrumentSourceRef): CallDecorator<MeasureDurationOptions> {
  return makeCallDecorator(ref, (source, functionName, { metricName = 'njord_processing_duration_seconds', buckets }) => {
    const duration = source.histogram({
      name: metricName, help: 'How long calls took, by function.', labelNames: ['function'], buckets
    }).labels({ function: functionName })
    const { clock } = source
    return {
      begin: () => clock.monotonicSeconds(),
      end: begun => { duration.observe(clock.monotonicSeconds() - begun) }
    }
  })
}
