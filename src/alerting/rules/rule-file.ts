import { goQuote } from '../../promql/go-text.js'
import { pairsOf } from './pairs.js'
import { checkAlertTexts, checkNames, parseQuery } from './rule-checks.js'
import type { RuleGroupSpec, RuleSpec } from './rule-set.js'
import { readShortForm } from './short-form.js'
import type { Problem, YamlNode } from '../yaml-tree.js'
import { YamlReader } from './yaml-reader.js'

type Texts = ReturnType<YamlReader['textMap']>

/** What a file of rules holds, and what is wrong with it. Where there is a problem, the groups are not to be used. */
export interface RuleFile {
  readonly groups: readonly RuleGroupSpec[]
  readonly problems: readonly Problem[]
}

/**
 * Reads a file of rules: Prometheus's form (`groups:`), the short form (`alerts:`), or both. It is as strict as `promtool check rules` of
 * Prometheus 3.5 and says what is wrong in its words (model/rulefmt).
 * @param file names the groups' origin
 */
export function parseRuleFile (text: string, file: string): RuleFile {
  const reader = new YamlReader(text)
  const groups: RuleGroupSpec[] = []
  const seenNames = new Set<string>()
  reader.struct(reader.root, 'rulefmt.RuleGroups', {
    groups: node => { groups.push(...reader.list(node, 'rulefmt.RuleGroup').map(item => readGroup(reader, item, file, seenNames))) },
    alerts: node => { groups.push(readShortForm(reader, node, file, seenNames)) }
  })
  return { groups, problems: reader.problems }
}

function readGroup (reader: YamlReader, node: YamlNode, file: string, seenNames: Set<string>): RuleGroupSpec {
  let [name, limit] = ['', 0]
  let intervalMs: number | undefined
  let queryOffsetMs: number | undefined
  let labels: Texts = new Map()
  let rules: YamlNode[] = []
  reader.struct(node, 'rulefmt.RuleGroup', {
    name: value => { name = reader.text(value) },
    interval: value => { intervalMs = reader.duration(value) },
    query_offset: value => { queryOffsetMs = reader.duration(value) },
    limit: value => { limit = reader.integer(value) },
    rules: value => { rules = reader.list(value, 'rulefmt.Rule') },
    labels: value => { labels = reader.textMap(value) }
  })
  if (name === '') reader.refuse(node, 'Groupname must not be empty')
  if (seenNames.has(name)) reader.refuse(node, `groupname: "${name}" is repeated in the same file`)
  seenNames.add(name)
  checkNames(labels, new Map(), problem => { reader.refuse(node, problem) })
  return {
    name,
    file,
    intervalMs: intervalMs === 0 ? undefined : intervalMs,
    queryOffsetMs,
    limit,
    rules: rules.map((rule, i) => readRule(reader, rule, name, i + 1, labels)).filter(rule => rule !== undefined)
  }
}

function readRule (reader: YamlReader, node: YamlNode, group: string, number: number, groupLabels: Texts): RuleSpec | undefined {
  let [record, alert, expr, forMs, keepFiringForMs] = ['', '', '', 0, 0]
  const at: Record<string, YamlNode> = {}
  let labels: Texts = new Map()
  let annotations: Texts = labels
  const text = (key: string, set: (text: string) => void) => (value: YamlNode) => {
    at[key] = value
    set(reader.text(value))
  }
  reader.struct(node, 'rulefmt.Rule', {
    record: text('record', value => { record = value }),
    alert: text('alert', value => { alert = value }),
    expr: text('expr', value => { expr = value }),
    for: value => { forMs = reader.duration(value) ?? 0 },
    keep_firing_for: value => { keepFiringForMs = reader.duration(value) ?? 0 },
    labels: value => { labels = reader.textMap(value) },
    annotations: value => { annotations = reader.textMap(value) }
  })
  const name = alert === '' ? record : alert
  const refuse = (where: YamlNode, problem: string): void => {
    reader.refuse(where ?? node, `group ${goQuote(group)}, rule ${number}, ${goQuote(name)}: ${problem}`)
  }
  if (record !== '' && alert !== '') refuse(at['record'], "only one of 'record' and 'alert' must be set")
  if (record === '' && alert === '') refuse(node, "one of 'record' or 'alert' must be set")
  const parsed = expr === '' ? "field 'expr' must be set in rule" : parseQuery(expr)
  if (typeof parsed === 'string') refuse(at['expr'], parsed)
  if (record !== '') {
    if (annotations.size > 0) refuse(at['record'], "invalid field 'annotations' in recording rule")
    if (forMs !== 0) refuse(at['record'], "invalid field 'for' in recording rule")
    if (keepFiringForMs !== 0) refuse(at['record'], "invalid field 'keep_firing_for' in recording rule")
    if (/[{}]/.test(record)) refuse(at['record'], `braces present in the recording rule name; should it be in expr?: ${record}`)
  }
  checkNames(labels, annotations, problem => { refuse(node, problem) })
  if (alert !== '') checkAlertTexts(alert, labels, annotations, problem => { refuse(node, problem) })
  if (typeof parsed === 'string') return undefined
  const pairs = pairsOf(groupLabels, labels)
  if (alert === '') return { kind: 'recording', name, ...parsed, labels: pairs }
  return { kind: 'alerting', name, ...parsed, labels: pairs, forMs, keepFiringForMs, annotations: pairsOf(annotations) }
}
