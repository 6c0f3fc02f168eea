import { RE2JS } from 're2js'
import { labelValue } from '../../../contracts/labels.js'
import type { AlertRouter } from '../alert-router.js'
import { parseMatcher } from '../config/matchers.js'
import type { LabelMatcher } from '../config/label-matcher.js'
import type { RoutedAlert } from '../routed-alert.js'
import { ApiRefusal } from './api-answer.js'

/** The parameters of a URL's query, in the order in which they came. */
export type Query = URLSearchParams

/** Of Alertmanager's framework, in any case. */
const truths = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'])

/** A parameter that is true unless it says otherwise, as Alertmanager reads it: what is no word for true is false. */
export function flag (query: Query, name: string): boolean {
  const value = query.get(name)
  return value === null || value === '' ? true : truths.has(value.toLowerCase())
}

/** The matchers of `filter`. Throws an {@link ApiRefusal}. */
export function filtersOf (query: Query): LabelMatcher[] {
  try {
    return query.getAll('filter').map(parseMatcher)
  } catch (error) {
    throw new ApiRefusal(400, (error as Error).message)
  }
}

/** Whether the name of a receiver fits `receiver`. Throws an {@link ApiRefusal}. */
export function receiverFilter (query: Query): (receiver: string) => boolean {
  const pattern = query.get('receiver')
  if (pattern === null || pattern === '') return () => true
  try {
    const expression = RE2JS.compile(`^(?:${pattern})$`)
    return receiver => expression.testExact(receiver)
  } catch (error) {
    throw new ApiRefusal(400, `failed to parse receiver param: ${(error as Error).message}`)
  }
}

/** What holds an alert back, and whether a request asks for such alerts. */
export function alertFilter (router: AlertRouter, query: Query, nowMs: number): (alert: RoutedAlert) => ReturnType<AlertRouter['suppressionOf']> | undefined {
  const matchers = filtersOf(query)
  const [active, silenced, inhibited] = ['active', 'silenced', 'inhibited'].map(name => flag(query, name))
  return alert => {
    if (alert.endsAtMs < nowMs || !matches(matchers, alert)) return undefined
    const suppression = router.suppressionOf(alert)
    const isSilenced = suppression.silencedBy.length > 0
    const isInhibited = suppression.inhibitedBy.length > 0
    if ((!active! && !isSilenced && !isInhibited) || (!silenced! && isSilenced) || (!inhibited! && isInhibited)) return undefined
    return suppression
  }
}

/** As Alertmanager's API: `a=""` holds where there is no `a`, and `a!=""` where there is. */
function matches (matchers: readonly LabelMatcher[], { labels }: RoutedAlert): boolean {
  return matchers.every(matcher => matcher.matches(labelValue(labels, matcher.name)))
}
