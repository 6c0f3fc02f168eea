import { sortInTurns, Turns } from '../clock/turns.js'
import { labelsKey, labelsToObject, type Labels } from '../contracts/labels.js'
import type { Matcher, Queryable } from '../contracts/queryable.js'
import { compareLabels } from '../promql/eval/label-sets.js'
import { goQuote } from '../promql/go-text.js'
import { parseSelector } from '../promql/parser.js'
import { limited, type Answer } from './answer.js'
import { ApiError, badParameter } from './api-error.js'
import type { Form } from './form.js'
import { unescapeLabelName } from './label-name.js'
import { limitOf, window } from './parameters.js'

/** Answers `series`, `labels` and `label/<name>/values`: which series there are. */
export class Lookups {
  readonly #queryable: Queryable

  constructor (queryable: Queryable) {
    this.#queryable = queryable
  }

  async series (form: Form): Promise<Answer> {
    if (form.problem !== undefined) throw new ApiError('bad_data', `error parsing form values: ${form.problem}`)
    if (form.all('match[]').length === 0) throw new ApiError('bad_data', 'no match[] parameter provided')
    const limit = limitOf(form)
    const { startMs, endMs } = window(form)
    const sets = matcherSets(form, problem => badParameter('match[]', problem))
    const turns = new Turns()
    const found = new Map<string, Labels>()
    for (const matchers of sets) {
      for (const labels of await this.#queryable.series(matchers, startMs, endMs)) {
        if (turns.isDue) await turns.pause()
        found.set(labelsKey(labels), labels)
      }
    }
    const { data, warnings } = limited(await sortInTurns(turns, [...found.values()], compareLabels), limit)
    return { data: data.map(labelsToObject), warnings }
  }

  async labels (form: Form): Promise<Answer> {
    const limit = limitOf(form)
    const { startMs, endMs } = window(form)
    return limited(await union(matcherSets(form), async matchers => await this.#queryable.labelNames(matchers, startMs, endMs)), limit)
  }

  /** @param escaped the label's name as the path has it */
  async labelValues (form: Form, escaped: string): Promise<Answer> {
    const name = unescapeLabelName(escaped)
    if (name === '') throw new ApiError('bad_data', `invalid label name: ${goQuote(name)}`)
    const limit = limitOf(form)
    const { startMs, endMs } = window(form)
    return limited(await union(matcherSets(form), async matchers => await this.#queryable.labelValues(name, matchers, startMs, endMs)), limit)
  }
}

/** What any of the selectors of `match[]` asks for; without one, all there is. */
async function union (sets: readonly (readonly Matcher[])[], find: (matchers: readonly Matcher[]) => Promise<readonly string[]>): Promise<string[]> {
  const found = new Set<string>()
  for (const matchers of sets.length === 0 ? [[]] : sets) for (const text of await find(matchers)) found.add(text)
  return await sortInTurns(new Turns(), [...found], (a, b) => a < b ? -1 : 1)
}

/** The selectors of `match[]`, each of which must ask for something. */
export function matcherSets (form: Form, refuse = (problem: string) => new ApiError('bad_data', problem)): readonly (readonly Matcher[])[] {
  try {
    const sets = form.all('match[]').map(parseSelector)
    if (sets.every(matchers => matchers.some(matcher => !matcher.matches('')))) return sets
  } catch (error) {
    throw refuse((error as Error).message)
  }
  throw refuse('match[] must contain at least one non-empty matcher')
}
