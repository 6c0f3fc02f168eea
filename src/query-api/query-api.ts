import type { Clock } from '../contracts/clock.js'
import type { Queryable } from '../contracts/queryable.js'
import type { RuleStatusSource } from '../contracts/rule-status.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { parse } from '../promql/parser.js'
import { prettyPrint } from '../promql/pretty-printer.js'
import { translateAst } from '../promql/translate-ast.js'
import type { SeriesStore } from '../series/series-store.js'
import type { Answer } from './answer.js'
import { ApiError, badParameter } from './api-error.js'
import { Evaluation } from './evaluation.js'
import type { Form } from './form.js'
import { Lookups } from './lookups.js'
import { metadata, targetMetadata } from './metadata.js'
import { window } from './parameters.js'
import type { Queries } from './queries.js'
import { ruleAnswers } from './rules.js'
import { buildInfo, runtimeInfo } from './status.js'
import { storeStatus } from './store-status.js'
import type { TargetStatus } from './target.js'

export interface QueryApiOptions {
  readonly queries: Queries
  readonly queryable: Queryable
  /** What `status/tsdb` tells of. */
  readonly store: SeriesStore
  readonly registry: MetricRegistry
  readonly clock: Clock
  /** Of this package, for `status/buildinfo`. */
  readonly version: string
  /** How long samples are kept, for people: `6h`. */
  readonly retention: string
  /** What `targets` and `status/config` tell of. */
  readonly target: TargetStatus
  /** Flags of Prometheus that have a meaning here, with their values. */
  readonly flags: Readonly<Record<string, string>>
  /** Without it, `rules` and `alerts` have none. */
  readonly rules?: RuleStatusSource
  /** Labels that every alert of the rules gets. */
  readonly externalLabels?: () => Readonly<Record<string, string>>
}

/** One path of the API, below `/api/v1`. */
export interface Endpoint {
  readonly path: string
  readonly methods: ReadonlyArray<'GET' | 'POST'>
  /** `label` is the label's name in the path. Rejects with what `failure` makes a body of. */
  answer (form: Form, signal: AbortSignal, label: string): Answer | Promise<Answer>
}

/** The HTTP API of Prometheus 3.5 over a {@link Queryable}, without HTTP: what each path answers, and to which methods. */
export function endpoints (options: QueryApiOptions): Endpoint[] {
  const { queries, queryable, store, registry, clock, version, retention, target, flags, rules: source, externalLabels } = options
  const evaluation = new Evaluation(queries, clock)
  const lookups = new Lookups(queryable)
  const startedMs = clock.nowMs()
  const { rules, alerts } = ruleAnswers(source)
  const get = (path: string, answer: Endpoint['answer']): Endpoint => ({ path, methods: ['GET'], answer })
  const both = (path: string, answer: Endpoint['answer']): Endpoint => ({ path, methods: ['GET', 'POST'], answer })
  return [
    both('query', async (form, signal) => await evaluation.query(form, signal)),
    both('query_range', async (form, signal) => await evaluation.queryRange(form, signal)),
    both('query_exemplars', exemplars),
    both('format_query', form => ({ data: prettyPrint(expression(form)) })),
    both('parse_query', form => ({ data: translateAst(expression(form)) })),
    both('series', async form => await lookups.series(form)),
    both('labels', async form => await lookups.labels(form)),
    get('label/:name/values', async (form, _, label) => await lookups.labelValues(form, label)),
    get('metadata', form => metadata(registry, form)),
    get('rules', rules),
    get('alerts', alerts),
    get('targets', form => target.targets(form)),
    get('targets/metadata', form => targetMetadata(registry, target.labels, form)),
    get('scrape_pools', () => target.scrapePools()),
    get('status/config', () => target.config(externalLabels?.())),
    get('status/tsdb', async form => await storeStatus(store, form)),
    get('status/flags', () => target.flags(flags)),
    get('status/buildinfo', () => ({ data: buildInfo(version) })),
    get('status/runtimeinfo', () => ({ data: runtimeInfo(startedMs, clock.nowMs(), retention) }))
  ]
}

function expression (form: Form) {
  try {
    return parse(form.get('query'))
  } catch (error) {
    throw badParameter('query', (error as Error).message)
  }
}

/** Exemplars are not kept: there are none of any selector. */
function exemplars (form: Form): Answer {
  const { startMs, endMs } = window(form)
  if (endMs < startMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp')
  // Only selectors have exemplars; in a string of the query the quotes would be escaped.
  const hasSelector = /"type":"(?:vector|matrix)Selector"/.test(JSON.stringify(translateAst(parse(form.get('query')))))
  return { data: hasSelector ? [] : undefined }
}
