import { makeCallDecorator, type CallDecorator, type CallOptions, type InstrumentSourceRef } from './call-decorator.js'

/**
 * Makes `countCalls`, which counts the calls of a function or method by how they ended:
 * `njord_function_calls_total{function,outcome}`, the outcome being `success` or `error`. A call is counted when it is
 * over.
 *
 * ```ts
 * class RiskEngine {
 *   @countCalls
 *   async handleIntent (intent: Intent): Promise<void> {}
 * }
 * const place = countCalls(placeOrder, { functionName: 'place' })
 * ```
 */
export function makeCountCalls (ref: InstrumentSourceRef): CallDecorator<CallOptions> {
  return makeCallDecorator(ref, (source, functionName, { metricName = 'njord_function_calls_total' }) => {
    const calls = source.counter({
      name: metricName,
      help: 'Calls that are over, by function and by how they ended.',
      labelNames: ['function', 'outcome'],
      labelRules: { outcome: { values: ['success', 'error'] } }
    })
    const success = calls.labels({ function: functionName, outcome: 'success' })
    const error = calls.labels({ function: functionName, outcome: 'error' })
    return {
      begin: () => 0,
      end: (_begun, isError) => { (isError ? error : success).inc() }
    }
  })
}
