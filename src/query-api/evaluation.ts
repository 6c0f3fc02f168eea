import type { Clock } from '../contracts/clock.js'
import { limited, type Answer } from './answer.js'
import { ApiError, badParameter } from './api-error.js'
import type { Form } from './form.js'
import { limitOf, lookbackMs, optionalTime, requiredDuration, requiredTime, timeoutMs } from './parameters.js'
import type { Queries, TimedAnswer } from './queries.js'

/** The most steps of a range query, so that no series has more points than a screen shows. */
const MAX_STEPS = 11_000

/** Answers `query` and `query_range`; parameters are checked in the order in which Prometheus checks them. */
export class Evaluation {
  readonly #queries: Queries
  readonly #clock: Clock

  constructor (queries: Queries, clock: Clock) {
    this.#queries = queries
    this.#clock = clock
  }

  async query (form: Form, signal: AbortSignal): Promise<Answer> {
    const limit = limitOf(form)
    const timeMs = optionalTime(form, 'time', Math.floor(this.#clock.nowMs()))
    const options = { signal, timeoutMs: timeoutMs(form), lookbackMs: lookbackMs(form) }
    return answer(await asParameter(this.#queries.instant(form.get('query'), timeMs, options)), form, limit)
  }

  async queryRange (form: Form, signal: AbortSignal): Promise<Answer> {
    const limit = limitOf(form)
    const startMs = requiredTime(form, 'start')
    const endMs = requiredTime(form, 'end')
    if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time')
    const stepMs = requiredDuration(form, 'step')
    // Times are whole milliseconds here: a step below one would stand still.
    if (stepMs < 1) throw badParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer')
    if (Math.floor((endMs - startMs) / stepMs) > MAX_STEPS) {
      throw new ApiError('bad_data', 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)')
    }
    const options = { signal, timeoutMs: timeoutMs(form), lookbackMs: lookbackMs(form) }
    return answer(await asParameter(this.#queries.range(form.get('query'), startMs, endMs, Math.trunc(stepMs), options)), form, limit)
  }
}

/** A query that does not parse is a wrong parameter. */
async function asParameter<T> (result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (error) {
    if ((error as { code?: string }).code === 'NJORD_ERR_PROMQL_PARSE') throw badParameter('query', (error as Error).message)
    throw error
  }
}

function answer ({ data, warnings, infos, ...cost }: TimedAnswer, form: Form, limit: number): Answer {
  const hasSeries = data.resultType === 'vector' || data.resultType === 'matrix'
  const cut = hasSeries ? limited(data.result as readonly unknown[], limit) : { data: data.result, warnings: [] }
  const stats = form.get('stats') === '' ? {} : { stats: statsOf(cost) }
  return { data: { resultType: data.resultType, result: cut.data, ...stats }, warnings: [...warnings, ...cut.warnings], infos }
}

/** What a query cost, in Prometheus's words and in seconds; phases that are not told apart here are 0. */
function statsOf ({ queuedSeconds, evaluatedSeconds, samples }: Pick<TimedAnswer, 'queuedSeconds' | 'evaluatedSeconds' | 'samples'>): object {
  return {
    timings: {
      evalTotalTime: evaluatedSeconds,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: evaluatedSeconds,
      execQueueTime: queuedSeconds,
      execTotalTime: queuedSeconds + evaluatedSeconds
    },
    samples: { totalQueryableSamples: samples.queried, peakSamples: samples.peak }
  }
}
