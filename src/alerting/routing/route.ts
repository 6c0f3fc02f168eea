import { labelValue, type Labels } from '../../contracts/labels.js'
import { goQuote } from '../../promql/go-text.js'
import { matchesAll, type LabelMatcher } from './config/label-matcher.js'
import type { RouteConfig } from './config/routing-config.js'

/** What holds for alerts of a route; what it does not say comes from its parent. */
export interface RouteOptions {
  readonly receiver: string
  readonly groupBy: ReadonlySet<string>
  readonly groupByAll: boolean
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatIntervalMs: number
  readonly muteTimeIntervals: readonly string[]
  readonly activeTimeIntervals: readonly string[]
}

const defaults: RouteOptions = {
  receiver: '',
  groupBy: new Set(),
  groupByAll: false,
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
  muteTimeIntervals: [],
  activeTimeIntervals: []
}

/** A node of the route tree. Alertmanager's dispatch/route.go. */
export class Route {
  readonly options: RouteOptions
  /** Says what leads here; part of the keys of groups. Routes with the same matchers share it. */
  readonly key: string
  /** Tells apart routes of one key. */
  readonly id: string
  readonly #matchers: readonly LabelMatcher[]
  readonly #continues: boolean
  readonly #routes: readonly Route[]

  constructor (config: RouteConfig, parent?: Route, position = 0) {
    const inherited = parent?.options ?? defaults
    this.options = {
      receiver: config.receiver ?? inherited.receiver,
      groupBy: config.groupBy === undefined ? inherited.groupBy : new Set(config.groupBy),
      groupByAll: config.groupBy === undefined ? config.groupByAll || inherited.groupByAll : false,
      groupWaitMs: config.groupWaitMs ?? inherited.groupWaitMs,
      groupIntervalMs: config.groupIntervalMs ?? inherited.groupIntervalMs,
      repeatIntervalMs: config.repeatIntervalMs ?? inherited.repeatIntervalMs,
      muteTimeIntervals: config.muteTimeIntervals,
      activeTimeIntervals: config.activeTimeIntervals
    }
    this.#matchers = config.matchers
    this.#continues = config.continues
    const own = `{${config.matchers.map(String).join(',')}}`
    this.key = parent === undefined ? own : `${parent.key}/${own}`
    this.id = parent === undefined ? this.key : `${parent.id}/${own}/${position}`
    this.#routes = config.routes.map((child, i) => new Route(child, this, i))
  }

  /** The routes that an alert takes: the deepest that match, depth first; none when this one does not match. */
  match (labels: Labels): Route[] {
    if (!matchesAll(this.#matchers, name => labelValue(labels, name))) return []
    const found: Route[] = []
    for (const route of this.#routes) {
      const matches = route.match(labels)
      found.push(...matches)
      if (matches.length > 0 && !route.#continues) break
    }
    return found.length > 0 ? found : [this]
  }

  /** The labels by which an alert is grouped on this route. */
  groupLabels (labels: Labels): Labels {
    const { groupBy, groupByAll } = this.options
    if (groupByAll) return labels
    const found: string[] = []
    for (let i = 0; i < labels.length; i += 2) if (groupBy.has(labels[i]!)) found.push(labels[i]!, labels[i + 1]!)
    return found
  }
}

/** The key of a group: `{}/{severity="critical"}:{alertname="Up"}`. Alertmanager derives PagerDuty's `dedup_key` from it. */
export function groupKeyOf (route: Route, groupLabels: Labels): string {
  const parts: string[] = []
  for (let i = 0; i < groupLabels.length; i += 2) parts.push(`${groupLabels[i]!}=${goQuote(groupLabels[i + 1]!)}`)
  return `${route.key}:{${parts.join(', ')}}`
}
