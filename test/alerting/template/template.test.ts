import t from 'tap'
import { AlertTemplate } from '../../../src/alerting/template/template.js'
import { labelsOf } from '../../../src/contracts/labels.js'
import { startPrometheus } from '../../support/prometheus.js'

const labels = { alertname: 'a', instance: 'broker.example.org:9090', strategy: 'trend <1>', empty_one: '' }
const externalLabels = { region: 'eu' }

/** Templates by group; each is expanded for values of many kinds. */
const templates: Readonly<Record<string, readonly string[]>> = {
  values: [
    '{{ $value }}', '{{ .Value }}', '{{ $labels.instance }}', '{{ .Labels.strategy }}', '{{ $labels.none }}', '{{ $externalLabels.region }}',
    '{{ .ExternalLabels.region }}{{ .ExternalLabels.none }}', '{{ $labels }}', '{{ . }}', 'plain', '{{/* a comment */}}x', 'a {{- /* b */ -}} c',
    ' {{- $value -}} ', 'x{{ "a\\tb\\"c\\u00e9" }}`{{ `raw\\n` }}', '{{ \'a\' }} {{ 0x1F }} {{ 1e3 }} {{ 1_000 }} {{ -5 }} {{ 1.50 }}', '{{ true }} {{ false }}'
  ],
  humanize: [
    '{{ humanize $value }}', '{{ $value | humanize }}', '{{ humanize1024 $value }}', '{{ humanizeDuration $value }}', '{{ humanizePercentage $value }}',
    '{{ humanizeTimestamp $value }}', '{{ "1234567" | humanize }}', '{{ 1234567 | humanize }}', '{{ "x" | humanize }}', '{{ $value | humanize | toUpper }}',
    '{{ toTime $value }}'
  ],
  printf: [
    '{{ printf "%.2f" $value }}', '{{ $value | printf "%8.3f|" }}', '{{ printf "%-8.1f|%+d|%05d|%x|%q" $value 5 42 255 "a\\"b" }}',
    '{{ printf "%v %s %T %t" $value "s" $value true }}', '{{ printf "%d" $value }}', '{{ printf "%s %s" "a" }}', '{{ printf "%s" "a" "b" }}',
    '{{ printf "%g %e %G" $value $value $value }}', '{{ printf "%%" }}', '{{ printf "%5s|%-5s|%.2s" "ab" "ab" "abcd" }}', '{{ printf "%6.2f%%" 12.3456 }}',
    '{{ printf "%[2]d %[1]d" 1 2 }} {{ printf "%#x|% x|%#v|%+v|%q" 255 "abc" "a" 3 .ExternalLabels }}', '{{ printf "%[3]d|%!|%*d" 1 2 }}', '{{ 0x1p4 }} {{ 017 }}',
    '{{ print 1 2 "a" "b" 3 }}', '{{ println "a" 1 }}|', '{{ printf "%.3g" $value }}', '{{ printf "%08.3f" $value }}', '{{ printf "%!" }}'
  ],
  control: [
    '{{ if gt $value 5.0 }}high{{ else if gt $value 1.0 }}middle{{ else }}low{{ end }}', '{{ if $labels.none }}a{{ else }}b{{ end }}',
    '{{ with $labels.instance }}{{ . }}{{ end }}', '{{ with $labels.none }}{{ . }}{{ else }}none{{ end }}', '{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}',
    '{{ range query "vector(3)" }}{{ . | value }}{{ end }}', '{{ range query "vector(3) > 5" }}x{{ else }}nothing{{ end }}', '{{ $x := 1.5 }}{{ $x = 2.5 }}{{ $x }}',
    '{{ if and (gt $value 1.0) $labels.instance }}yes{{ end }}', '{{ or $labels.none "default" }}', '{{ not $value }}', '{{ range $i, $e := query "vector(1) or label_replace(vector(2), \\"a\\", \\"b\\", \\"\\", \\"\\")" }}{{ if $i }}{{ break }}{{ end }}{{ .Value }}{{ end }}',
    '{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" $value }}{{ template "t" "x" }}', '{{ block "b" 3 }}b{{ . }}{{ end }}', '{{ $y := "o" }}{{ if true }}{{ $y := "i" }}{{ $y }}{{ end }}{{ $y }}'
  ],
  functions: [
    '{{ query "vector(7)" | first | value }}', '{{ (query "vector(7)" | first).Value }}', '{{ query "label_replace(vector(1), \\"a\\", \\"b\\", \\"\\", \\"\\")" | first | label "a" }}',
    '{{ query "vector(1) > 2" | first | value }}', '{{ query "1 +" }}', '{{ "broker x" | title }}', '{{ toUpper "aé" }}{{ toLower "AÉ" }}', '{{ reReplaceAll "(b)r" "$1-$' + '{1}-$0" $labels.instance }}',
    '{{ reReplaceAll "(" "x" "y" }}', '{{ match "^bro.*" $labels.instance }}', '{{ stripPort $labels.instance }}', '{{ stripDomain $labels.instance }}', '{{ stripPort "[::1]:80" }}', '{{ stripDomain "10.0.0.1:80" }}',
    '{{ graphLink "up == 1" }} {{ tableLink "a+b" }}', '{{ parseDuration "1h30m" }}', '{{ parseDuration "x" }}', '{{ safeHtml "<b>" }}', '{{ html "<b>&\'" }} {{ js "it\'s <b>" }} {{ urlquery "a b&c" }}',
    '{{ with args 1 "b" }}{{ .arg0 }}{{ .arg1 }}{{ .arg2 }}{{ end }}', '{{ len $labels.instance }} {{ index $labels "strategy" }} {{ slice "abcdef" 1 3 }}', '{{ eq $labels.strategy "x" "trend <1>" }}{{ ne 1 2 }}{{ lt 1 2 }}{{ le 2 2 }}{{ ge 1 2 }}',
    '{{ range sortByLabel "a" (query "label_replace(vector(1), \\"a\\", \\"z\\", \\"\\", \\"\\") or label_replace(vector(2), \\"a\\", \\"b\\", \\"\\", \\"\\")") }}{{ .Labels.a }}{{ .Value }} {{ end }}', '{{ externalURL }}', '{{ pathPrefix }}|'
  ],
  times: [
    '{{ ($value | toTime).Format "2006-01-02T15:04:05.000Z07:00" }}', '{{ (toTime $value).Year }} {{ (toTime $value).Month }} {{ (toTime $value).Weekday }} {{ (toTime $value).YearDay }}',
    '{{ (toTime $value).Unix }} {{ (toTime $value).UnixMilli }} {{ (toTime 5).IsZero }}', '{{ (toTime 3600).Sub (toTime 60) }} {{ ((toTime 3600).Sub (toTime 60)).Minutes }}',
    '{{ ((toTime 5).Add 1500000000).Format "05.999" }} {{ (toTime 5).Before (toTime 6) }} {{ ((toTime 0).AddDate 0 1 40).Format "Jan _2" }}', '{{ (toTime 5).Nothing }}',
    '{{ (toTime 5).Format }}', '{{ (toTime 5).Format 5 }}', '{{ printf "%T %v" (toTime 5) (toTime 5) }}'
  ],
  failures: [
    '{{ $labels.instance.x }}', '{{ .Foo }}', '{{ eq $value 1 }}', '{{ lt $value "a" }}', '{{ index $labels 1 }}', '{{ len 3 }}', '{{ humanize }}', '{{ humanize 1 2 }}', '{{ first 3 }}',
    '{{ nil }}', '{{ 9223372036854775808 }}', '{{ match "(" "a" }}', '{{ range printf "%d" 1.5 }}{{ end }}', '{{ .Value | .Labels }}', '{{ template "none" }}', '{{ range 1.5 }}{{ end }}', '{{ index (query "vector(1)") 3 }}', '{{ value "a" }}', '{{ $labels.instance "x" }}', '{{ not }}', '{{ toUpper 5 }}'
  ]
}

const values = ['0', '1', '-1', '0.5', '12.5', '1234567.891', '-98765', '0.000123', '1e-7', '1e21', '3600', '90061.5', 'NaN', '+Inf', '-Inf', '1700000000']

await t.test('expands every template as a real Prometheus does', { timeout: 120_000 }, async t => {
  const all = Object.values(templates).flat()
  const cases = all.flatMap((template, i) => (/\$value|\.Value|\{ \. /.test(template) ? values : ['12.5']).map((value, j) => ({ template, value, name: `t${i}v${j}` })))
  const groups = [{
    name: 'g',
    rules: cases.map(({ template, value, name }) => ({
      alert: name,
      expr: `label_replace(label_replace(vector(${value}), "instance", "${labels.instance}", "", ""), "strategy", "${labels.strategy}", "", "")`,
      annotations: { text: template }
    }))
  }]
  const prometheus = await startPrometheus(t, {}, { rules: JSON.stringify({ groups }), externalLabels })
  let alerts: Array<{ labels: { alertname: string }, annotations: { text: string } }> = []
  await prometheus.until('all alerts fire', async () => {
    alerts = (await prometheus.api('alerts') as { alerts: typeof alerts }).alerts
    return alerts.length === cases.length
  })
  const theirs = new Map(alerts.map(alert => [alert.labels.alertname, alert.annotations.text]))
  const externalUrl = alerts.find(alert => alert.labels.alertname === cases.find(({ template }) => template === '{{ externalURL }}')!.name)!.annotations.text
  const { version } = await prometheus.api('status/buildinfo') as { version: string }
  // Prometheus 2 was built with an older Go, whose errors say less, and its value had a type of its own.
  const asSaid = (text: string): string => version.startsWith('2.')
    ? text.replace(/(incompatible types for comparison): \w+ and \w+/, '$1').replace('Value interface {}', 'Value float64')
    : text
  for (const { template, value, name } of cases) {
    const query = async (expr: string) => (await prometheus.query(expr)).map(({ metric, value: [, text] }) => ({ labels: labelsOf(metric), value: Number(text.replace('Inf', 'Infinity')) }))
    const ours = await new AlertTemplate(name, template).expand({
      labels: labelsOf({ instance: labels.instance, strategy: labels.strategy }), externalLabels: labelsOf(externalLabels), value: Number(value.replace('Inf', 'Infinity'))
    }, { query, externalUrl }).catch((error: unknown) => `<error expanding template: ${(error as Error).message.replace(/query\?query=.*: invalid parameter "query": /, '')}>`)
    t.equal(asSaid(ours), theirs.get(name), `${template} of ${value}`)
  }
})

await t.test('a template that cannot be read says where and why', async t => {
  const surroundings = { query: async () => [], externalUrl: 'http://localhost' }
  const data = { labels: [], externalLabels: [], value: 1 }
  for (const [template, problem] of Object.entries({
    '{{ none }}': 'function "none" not defined',
    '{{ $none }}': 'undefined variable "$none"',
    '{{ if true }}': 'unexpected EOF',
    '{{ end }}': 'unexpected {{end}}',
    'a {{ "b }}': 'unterminated quoted string',
    '\n{{ ': 'unclosed action',
    '{{ (1 }}': 'unclosed left paren',
    '{{ 1 ) }}': 'unexpected right paren',
    '{{}}': 'missing value for command',
    '{{ 1 | 2 }}': 'non executable command in pipeline stage 2',
    '{{ break }}': '{{break}} outside {{range}}',
    '{{/* a': 'unclosed comment',
    '{{ template 1 }}': 'unexpected "1" in template clause',
    '{{ ("a"). }}': 'unexpected "." in operand',
    '{{ ! }}': 'unexpected "!" in command',
    '{{ 1x }}': 'bad number syntax: "1x"',
    '{{ 99999999999999999999 }}': 'integer overflow: "99999999999999999999"',
    '{{ if true }}{{ define "a" }}{{ end }}{{ end }}': 'unexpected <define> in command'
  })) {
    const line = template.startsWith('\n') ? 2 : 1
    const read = new AlertTemplate('x', template)
    t.equal(read.error, `template: __alert_x:${line}: ${problem}`, template)
    await t.rejects(read.expand(data, surroundings), new Error(`error parsing template __alert_x: ${read.error}`), template)
  }
})

await t.test('words are made titles as Prometheus 3 does it, and functions take a pattern that is none as it does', async t => {
  const surroundings = { query: async () => [], externalUrl: 'http://localhost' }
  const expand = async (text: string): Promise<string> => await new AlertTemplate('x', text).expand({ labels: [], externalLabels: [], value: 1 }, surroundings)
  t.equal(await expand('{{ title "éa o\'neil 1a-b_c wORLD" }}'), "Éa O'neil 1A-B_c WORLD")
  await t.rejects(expand('{{ match "(" "a" }}'), /error calling match: error parsing regexp: missing closing \): `\(`$/)
  await t.rejects(expand('{{ reReplaceAll "(" "a" "b" }}'), /error calling reReplaceAll: regexp: Compile\(`\(`\): error parsing regexp/)
})

await t.test('a template that would not end, or write too much, is stopped', async t => {
  const surroundings = { query: async () => [], externalUrl: 'http://localhost' }
  const data = { labels: [], externalLabels: [], value: 1 }
  const inner = '{{ range 10000 }}{{ range 10000 }}{{ end }}{{ end }}'
  await t.rejects(new AlertTemplate('x', inner).expand(data, surroundings), /more than 100000 steps/)
  await t.rejects(new AlertTemplate('x', '{{ range 10000 }}{{ printf "%1000d" 1 }}{{ end }}').expand(data, surroundings), /characters of output/)
  await t.rejects(new AlertTemplate('x', '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}').expand(data, surroundings), /exceeded maximum template depth/)
  t.match(new AlertTemplate('x', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`).error, /nested deeper/)
})
