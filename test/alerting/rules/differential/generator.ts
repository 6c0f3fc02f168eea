import type { Random } from '../../../promql/differential/random.js'

interface TestOfCase {
  readonly tests: ReadonlyArray<{
    readonly alert_rule_test: Array<{ readonly eval_time: string, readonly alertname: string, exp_alerts: object[] }>
    readonly promql_expr_test: Array<{ readonly eval_time: string, readonly expr: string, exp_samples: object[] }>
  }>
}

/** A file of rules and one of unit tests of them; the latter names the former as `rules-N.yml`. */
export interface GeneratedCase {
  readonly rules: string
  readonly test: string
}

const metrics = ['m', 'n', 'c_total'] as const
const labelSets = ['{a="x"}', '{a="y"}', '{a="x",b="1"}', '{a="y",b="2"}', '{job="j",instance="h:1"}', '{}']
const durations = ['0s', '30s', '1m', '2m', '5m']

/** Makes one case. JSON is YAML. */
export function generateCase (random: Random, number: number): GeneratedCase {
  const recorded: string[] = []
  const alertNames: string[] = []
  const groups = Array.from({ length: random.between(1, 3) }, (_, i) => ({
    name: `g${i}`,
    ...random.chance(0.1) ? { limit: random.between(1, 3) } : {},
    ...random.chance(0.1) ? { query_offset: random.pick(['30s', '1m']) } : {},
    ...random.chance(0.2) ? { labels: { team: random.pick(['red', 'blue']) } } : {},
    ...random.chance(0.3) ? { interval: random.pick(['30s', '2m']) } : {},
    rules: Array.from({ length: random.between(1, 4) }, () => random.chance(0.4) ? record(random, recorded) : alert(random, recorded, alertNames))
  }))
  const test = {
    rule_files: [`rules-${number}.yml`],
    evaluation_interval: random.pick(['30s', '1m', '1m', '2m']),
    ...random.chance(0.2) ? { fuzzy_compare: true } : {},
    group_eval_order: groups.map(({ name }) => name),
    tests: [{
      interval: random.pick(['30s', '1m', '1m', '90s']),
      ...random.chance(0.3) ? { name: `case ${number}` } : {},
      ...random.chance(0.2) ? { external_labels: { region: 'eu', a: 'external' }, external_url: 'http://prom.example/base' } : {},
      input_series: series(random),
      alert_rule_test: alertNames.flatMap(alertname => Array.from({ length: random.between(0, 2) }, () => ({
        eval_time: `${random.between(0, 24) * 30}s`, alertname, exp_alerts: random.chance(0.1) ? [{ exp_labels: { a: 'x', sev: 'page' } }] : []
      }))),
      promql_expr_test: Array.from({ length: random.between(0, 2) }, () => ({
        expr: random.weighted([
          [4, () => '{__name__=~"ALERTS.*|r:.*"}'],
          [1, () => expression(random, recorded)]
        ])(),
        eval_time: `${random.between(0, 24) * 30}s`,
        exp_samples: random.chance(0.1) ? [{ labels: 'm{a="x"}', value: 1 }] : []
      }))
    }]
  }
  return { rules: JSON.stringify({ groups }, null, 1), test: JSON.stringify(test, null, 1) }
}

/** The case with what came of it as what is expected. @param verdict in promtool's words */
export function fulfilled ({ rules, test }: GeneratedCase, verdict: string): GeneratedCase {
  const parsed = JSON.parse(test) as TestOfCase
  const { alert_rule_test: alerts, promql_expr_test: exprs } = parsed.tests[0]!
  for (const [, name, time, list] of verdict.matchAll(/alertname: (\S+), time: (\S+), \n(?:.*\n)*? {8}got:(\[\]|\[\n(?:.*\n)*? {12}\])/g)) {
    const got = Array.from(list!.matchAll(/Labels:(\{.*\})\n *Annotations:(\{.*\})/g), ([, labels, annotations]) => {
      const { alertname, ...own } = objectOf(labels!)
      return { exp_labels: own, exp_annotations: objectOf(annotations!) }
    })
    for (const alert of alerts) if (alert.alertname === name && inSeconds(alert.eval_time) === inSeconds(time!)) alert.exp_alerts = got
  }
  for (const [, expr, time, list] of verdict.matchAll(/expr: (".*"), time: (\S+),\n *exp: .*\n *got: (.*)/g)) {
    const got = list === 'nil' ? [] : Array.from(list!.matchAll(/(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}) (\S+?)(?:,|$)/g), ([, labels, value]) => ({ labels, value: Number(value) }))
    for (const test of exprs) if (test.expr === JSON.parse(expr!) && inSeconds(test.eval_time) === inSeconds(time!)) test.exp_samples = got
  }
  return { rules, test: JSON.stringify(parsed, null, 1) }
}

function objectOf (labels: string): Record<string, string> {
  return Object.fromEntries(Array.from(labels.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g), ([, name, value]) => [name!, JSON.parse(value!) as string]))
}

function inSeconds (duration: string): number {
  return Array.from(duration.matchAll(/(\d+)([hms])/g)).reduce((sum, [, digits, unit]) => sum + Number(digits) * { h: 3600, m: 60, s: 1 }[unit as 'h' | 'm' | 's'], 0)
}

function series (random: Random): object[] {
  return metrics.flatMap(metric => random.some(labelSets, 1).map(labels => ({
    series: `${metric}${labels}`,
    values: Array.from({ length: random.between(1, 5) }, () => values(random, metric)).join(' ')
  })))
}

function values (random: Random, metric: string): string {
  const start = random.between(0, 9)
  if (metric.endsWith('_total')) return `${start}+${random.between(0, 5)}x${random.between(1, 6)}`
  return random.weighted([
    [3, () => `${start}x${random.between(0, 6)}`],
    [3, () => `${start}${random.chance(0.5) ? '+' : '-'}${random.pick(['1', '2.5', '0.1'])}x${random.between(1, 5)}`],
    [2, () => String(start)],
    [1, () => `_x${random.between(1, 7)}`],
    [1, () => 'stale'],
    [0.4, () => random.pick(['NaN', 'Inf', '-Inf', '1e3', '.5'])]
  ])()
}

function record (random: Random, recorded: string[]): object {
  const expr = expression(random, recorded)
  const name = `r:${random.below(5)}`
  recorded.push(name)
  return { record: name, expr, ...random.chance(0.4) ? { labels: random.pick([{ l: 'v' }, { a: 'over' }, { a: '' }]) } : {} }
}

function alert (random: Random, recorded: readonly string[], names: string[]): object {
  const name = `A${random.below(5)}`
  if (!names.includes(name)) names.push(name)
  return {
    alert: name,
    expr: random.chance(0.8) ? `${expression(random, recorded)} ${random.pick(['>', '>=', '<', '!='])} ${random.between(0, 8)}` : expression(random, recorded),
    ...random.chance(0.6) ? { for: random.pick(durations) } : {},
    ...random.chance(0.4) ? { keep_firing_for: random.pick(durations) } : {},
    ...random.chance(0.6) ? { labels: { sev: random.pick(['page', 'warn']), ...random.chance(0.3) ? { t: template(random) } : {}, ...random.chance(0.1) ? { a: '' } : {} } } : {},
    ...random.chance(0.6) ? { annotations: { summary: template(random), ...random.chance(0.2) ? { empty: '' } : {} } } : {}
  }
}

function expression (random: Random, recorded: readonly string[]): string {
  const metric = (): string => recorded.length > 0 && random.chance(0.4) ? random.pick(recorded) : random.pick(metrics)
  const selector = (): string => metric() + random.pick(['', '', '{a="x"}', '{a=~"x|y"}', '{b!=""}'])
  const range = (): string => random.pick(['1m', '2m', '5m', '90s'])
  return random.weighted([
    [5, selector],
    [2, () => `sum by (a) (${selector()})`],
    [2, () => `${random.pick(['sum', 'max', 'min', 'count', 'avg'])}(${selector()})`],
    [2, () => `${random.pick(['rate', 'increase', 'delta', 'changes', 'resets'])}(${random.pick(metrics)}[${range()}])`],
    [2, () => `${random.pick(['avg', 'max', 'sum', 'count', 'last', 'present'])}_over_time(${selector()}[${range()}])`],
    [2, () => `${random.pick(['avg', 'max', 'count'])}_over_time((${random.pick(['sum', 'max'])}(${selector()}))[${range()}:${random.pick(['', '30s', '1m'])}])`],
    [1, () => `absent(${selector()})`],
    [1, () => `${selector()} ${random.pick(['and', 'or', 'unless'])} on (a) ${selector()}`],
    [1, () => `${selector()} ${random.pick(['+', '-', '*', '/'])} on (a, b) ${selector()}`],
    [1, () => `${selector()} offset ${range()}`],
    [1, () => random.pick(['ALERTS', 'ALERTS_FOR_STATE', 'ALERTS{alertstate="firing"}', 'count(ALERTS)', 'count by (alertstate) (ALERTS)'])],
    [0.5, () => random.pick(['time()', 'vector(1)', '1', 'scalar(m)', 'timestamp(m)'])],
    [0.5, () => `topk(1, ${selector()})`],
    [0.5, () => `label_replace(${selector()}, "a", "$1z", "a", "(.*)")`]
  ])()
}

function template (random: Random): string {
  return random.pick([
    '{{ $value }}',
    'value {{ $value | humanize }} of {{ $labels.a }}',
    '{{ .Value | printf "%.2f" }}',
    '{{ $labels }}',
    '{{ range query "sum by (a) (m)" | sortByLabel "a" }}{{ .Labels.a }}={{ .Value }};{{ end }}',
    '{{ with query "count(m)" }}{{ . | first | value }}{{ end }}',
    '{{ if gt $value 3.0 }}high{{ else }}low{{ end }}',
    '{{ $externalLabels.region }} {{ $externalURL }}',
    '{{ humanizeDuration $value }} {{ humanizePercentage $value }}',
    '{{ $labels.instance | stripPort }} {{ $labels.missing }}',
    '{{ query "nothing" | first | value }}',
    '{{ .Nope }}',
    '{{ $value | toTime }}',
    '{{ graphLink "m" }} {{ 1048576.0 | humanize1024 }} {{ match "a.*" $labels.a }}',
    'plain text',
    '{{ $value | humanizeTimestamp }}',
    '{{ range $k, $v := $labels }}{{ $k }}:{{ $v | toUpper }},{{ end }}'
  ])
}
