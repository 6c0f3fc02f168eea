import type { LabelMatcher } from './label-matcher.js'
import type { Values } from './shapes.js'
import type { TimeInterval } from './time-interval.js'

/** A node of the route tree, as the file has it; what it leaves out comes from its parent. */
export interface RouteConfig {
  readonly receiver: string | undefined
  /** None of them for one group of all alerts; what the parent has where it is `undefined`. */
  readonly groupBy: readonly string[] | undefined
  /** `'...'`: each alert by itself. */
  readonly groupByAll: boolean
  readonly matchers: readonly LabelMatcher[]
  readonly muteTimeIntervals: readonly string[]
  readonly activeTimeIntervals: readonly string[]
  readonly continues: boolean
  readonly groupWaitMs: number | undefined
  readonly groupIntervalMs: number | undefined
  readonly repeatIntervalMs: number | undefined
  readonly routes: readonly RouteConfig[]
}

/** Alerts that match the target are held back while one that matches the source fires, and both have the same values of `equal`. */
export interface InhibitRuleConfig {
  readonly name: string
  readonly source: readonly LabelMatcher[]
  readonly target: readonly LabelMatcher[]
  readonly equal: readonly string[]
}

/** One way of a receiver to tell somebody; its values have the keys of the file, globals filled in. */
export interface IntegrationConfig {
  /** `webhook`, `slack`, `pagerduty`; or one that is left to an Alertmanager: `email`, `opsgenie`, … */
  readonly kind: string
  readonly values: Values
  readonly sendResolved: boolean
  /** Whether it is told from here, and not left to a real Alertmanager. */
  readonly isServed: boolean
}

export interface ReceiverConfig {
  readonly name: string
  readonly integrations: readonly IntegrationConfig[]
  /** Which of them are not served, and why: `email[0] needs a real Alertmanager`. */
  readonly unserved: readonly string[]
}

/** What an `alertmanager.yml` says. */
export interface RoutingConfig {
  readonly resolveTimeoutMs: number
  readonly route: RouteConfig
  readonly receivers: readonly ReceiverConfig[]
  readonly inhibitRules: readonly InhibitRuleConfig[]
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>
  /** Globs of template files; relative ones are from the file's folder. */
  readonly templates: readonly string[]
  /** What is accepted, and not done here: integrations that need a real Alertmanager. One sentence each, with its place. */
  readonly warnings: readonly string[]
  /** The file's text with secrets replaced by `<secret>`. */
  readonly shownText: string
}
