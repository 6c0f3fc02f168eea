import { parse } from '../../promql/parser.js'
import { print } from '../../promql/printer.js'
import { pairsOf } from './pairs.js'
import type { AlertingRuleSpec, RuleGroupSpec } from './rule-set.js'
import { checkAlertTexts, checkNames, parseQuery } from './rule-checks.js'
import type { YamlNode } from '../yaml-tree.js'
import type { YamlReader } from './yaml-reader.js'

const CONDITION = /^\s*(>=|<=|==|!=|>|<)\s*([+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[iI]nf))\s*$/

const NAME = 'alerts'

/**
 * The short form of phase 9.7 of the Njord seed: a list of thresholds. `metric: m`, `condition: "> 10"` and `duration: 60` are the same as
 * `expr: m > 10` and `for: 1m`; they make one group, named `alerts`.
 * @param seenNames the file's names of groups: the group's is added to them, and refused if it is there
 */
export function readShortForm (reader: YamlReader, node: YamlNode, file: string, seenNames: Set<string>): RuleGroupSpec {
  if (seenNames.has(NAME)) reader.refuse(node, `groupname: "${NAME}" is repeated in the same file: it is the name of the group that these alerts make`)
  seenNames.add(NAME)
  const rules = reader.list(node, 'alert').map((item, i) => readAlert(reader, item, i + 1)).filter(rule => rule !== undefined)
  return { name: NAME, file, intervalMs: undefined, queryOffsetMs: undefined, limit: 0, rules }
}

function readAlert (reader: YamlReader, node: YamlNode, number: number): AlertingRuleSpec | undefined {
  let [name, metric, condition, forMs] = ['', '', '', 0]
  let at: { metric: YamlNode, condition: YamlNode } = { metric: node, condition: node }
  let labels: ReturnType<YamlReader['textMap']> = new Map()
  let annotations = labels
  reader.struct(node, 'alert', {
    name: value => { name = reader.text(value) },
    metric: value => {
      metric = reader.text(value)
      at = { ...at, metric: value }
    },
    condition: value => {
      condition = reader.text(value)
      at = { ...at, condition: value }
    },
    duration: value => { forMs = Math.round(reader.number(value) * 1000) },
    labels: value => { labels = reader.textMap(value) },
    annotations: value => { annotations = reader.textMap(value) }
  })
  const refuse = (where: YamlNode, problem: string): void => { reader.refuse(where ?? node, `alert ${number}, ${JSON.stringify(name)}: ${problem}`) }
  if (name === '') refuse(node, "field 'name' must be set")
  if (!Number.isFinite(forMs) || forMs < 0) refuse(node, "field 'duration' must be a number of seconds, 0 or more")
  const [, operator, threshold] = CONDITION.exec(condition) ?? []
  if (operator === undefined) refuse(at.condition, "field 'condition' must be a comparison with a number, as in \"> 10.0\"")
  const selector = selectorOf(metric)
  if (selector === undefined) refuse(at.metric, "field 'metric' must be the name of a metric, or a selector as in metric{label=\"value\"}")
  checkNames(labels, annotations, problem => { refuse(node, problem) })
  checkAlertTexts(name, labels, annotations, problem => { refuse(node, problem) })
  if (operator === undefined || selector === undefined) return undefined
  const parsed = parseQuery(`${selector} ${operator} ${threshold}`)
  if (typeof parsed === 'string') {
    refuse(at.condition, parsed)
    return undefined
  }
  return { kind: 'alerting', name, ...parsed, labels: pairsOf(labels), forMs, keepFiringForMs: 0, annotations: pairsOf(annotations) }
}

/** A selector as it is printed, without what may stand beside it, such as a comment; `undefined` for anything else. */
function selectorOf (text: string): string | undefined {
  try {
    const expr = parse(text)
    return expr.kind === 'vectorSelector' ? print(expr) : undefined
  } catch {
    return undefined
  }
}
