import { pairsOf } from '../pairs.js'
import type { Pairs } from '../rule-set.js'
import type { Problem, YamlNode } from '../../yaml-tree.js'
import { YamlReader } from '../yaml-reader.js'

/** A file of unit tests of rules, in the format of `promtool test rules`. */
export interface TestFile {
  /** Patterns, relative to the file's directory. */
  readonly ruleFiles: readonly string[]
  readonly evaluationIntervalMs: number
  /** Names of groups in the order in which they are to be evaluated. */
  readonly groupEvalOrder: readonly string[]
  /** Values may differ by the last bit. */
  readonly fuzzyCompare: boolean
  readonly tests: readonly TestGroup[]
  /** Ours: a routing file, relative to the file's directory, for the `notification_test` of the tests. */
  readonly routingFile: string | undefined
}

/** Series, and what rules and expressions are to make of them. */
export interface TestGroup {
  readonly name: string
  /** Between two values of a series. */
  readonly intervalMs: number
  readonly inputSeries: ReadonlyArray<{ readonly series: string, readonly values: string }>
  readonly alertTests: readonly AlertTest[]
  readonly exprTests: readonly ExprTest[]
  readonly externalLabels: Pairs
  readonly externalUrl: string
  /** Ours: what is to be notified, by time. */
  readonly notificationTests: readonly NotificationTest[]
}

/** What a receiver is to have been told since the test of it before, or since the start. */
export interface NotificationTest {
  readonly atMs: number
  readonly receiver: string
  readonly expected: readonly ExpectedNotification[]
}

/** What is left out may be anything. */
export interface ExpectedNotification {
  readonly status: string | undefined
  readonly groupLabels: Pairs | undefined
  readonly alerts: readonly ExpectedNotified[] | undefined
}

/** One alert of a notification; what is left out may be anything. */
export interface ExpectedNotified {
  readonly status: string | undefined
  readonly labels: Pairs | undefined
  readonly annotations: Pairs | undefined
}

export interface AlertTest {
  /** Since the start of the test. */
  readonly atMs: number
  readonly alertname: string
  /** The alerts that fire. */
  readonly expected: ReadonlyArray<{ readonly labels: Pairs, readonly annotations: Pairs }>
}

export interface ExprTest {
  readonly atMs: number
  readonly expr: string
  readonly expected: ReadonlyArray<{ readonly labels: string, readonly value: number }>
}

/** Reads a file of unit tests; with problems, the rest is not to be used. */
export function parseTestFile (text: string): { file: TestFile, problems: readonly Problem[], reader: YamlReader } {
  const reader = new YamlReader(text)
  let [ruleFiles, groupEvalOrder]: [string[], string[]] = [[], []]
  let evaluationIntervalMs = 60_000
  let fuzzyCompare = false
  let routingFile: string | undefined
  let tests: YamlNode[] = []
  reader.struct(reader.root, 'main.unitTestFile', {
    rule_files: node => { ruleFiles = reader.list(node, 'string').map(item => reader.text(item)) },
    evaluation_interval: node => { evaluationIntervalMs = (reader.duration(node) ?? 0) || 60_000 },
    group_eval_order: node => { groupEvalOrder = reader.list(node, 'string').map(item => reader.text(item)) },
    fuzzy_compare: node => { fuzzyCompare = reader.boolean(node) },
    routing_file: node => { routingFile = reader.text(node) },
    tests: node => { tests = reader.list(node, 'main.testGroup') }
  })
  const file = {
    ruleFiles, evaluationIntervalMs, groupEvalOrder, fuzzyCompare, routingFile, tests: tests.map(node => readGroup(reader, node, evaluationIntervalMs))
  }
  return { file, problems: reader.problems, reader }
}

function readGroup (reader: YamlReader, node: YamlNode, evaluationIntervalMs: number): TestGroup {
  const group = {
    name: '',
    intervalMs: 0,
    inputSeries: [] as TestGroup['inputSeries'],
    alertTests: [] as AlertTest[],
    exprTests: [] as ExprTest[],
    externalLabels: [] as Pairs,
    externalUrl: '',
    notificationTests: [] as NotificationTest[]
  }
  reader.struct(node, 'main.testGroup', {
    name: value => { group.name = reader.text(value) },
    interval: value => { group.intervalMs = reader.duration(value) ?? 0 },
    input_series: value => { group.inputSeries = reader.list(value, 'main.series').map(item => readSeries(reader, item)) },
    alert_rule_test: value => { group.alertTests = reader.list(value, 'main.alertTestCase').map(item => readAlertTest(reader, item)) },
    promql_expr_test: value => { group.exprTests = reader.list(value, 'main.promqlTestCase').map(item => readExprTest(reader, item)) },
    external_labels: value => { group.externalLabels = pairsOf(reader.textMap(value)) },
    external_url: value => { group.externalUrl = reader.text(value) },
    notification_test: value => { group.notificationTests = reader.list(value, 'notificationTest').map(item => readNotificationTest(reader, item)) }
  })
  if (group.intervalMs === 0) group.intervalMs = evaluationIntervalMs
  return group
}

function readSeries (reader: YamlReader, node: YamlNode): TestGroup['inputSeries'][number] {
  const found = { series: '', values: '' }
  reader.struct(node, 'main.series', {
    series: value => { found.series = reader.text(value) },
    values: value => { found.values = reader.text(value) }
  })
  return found
}

function readAlertTest (reader: YamlReader, node: YamlNode): AlertTest {
  const test = { atMs: 0, alertname: '', expected: [] as AlertTest['expected'] }
  reader.struct(node, 'main.alertTestCase', {
    eval_time: value => { test.atMs = reader.duration(value) ?? 0 },
    alertname: value => { test.alertname = reader.text(value) },
    exp_alerts: value => {
      test.expected = reader.list(value, 'main.alert').map(item => {
        const alert = { labels: [] as Pairs, annotations: [] as Pairs }
        reader.struct(item, 'main.alert', {
          exp_labels: labels => { alert.labels = pairsOf(reader.textMap(labels)) },
          exp_annotations: annotations => { alert.annotations = pairsOf(reader.textMap(annotations)) }
        })
        return alert
      })
    }
  })
  return test
}

function readExprTest (reader: YamlReader, node: YamlNode): ExprTest {
  const test = { atMs: 0, expr: '', expected: [] as ExprTest['expected'] }
  reader.struct(node, 'main.promqlTestCase', {
    expr: value => { test.expr = reader.text(value) },
    eval_time: value => { test.atMs = reader.duration(value) ?? 0 },
    exp_samples: value => {
      test.expected = reader.list(value, 'main.sample').map(item => {
        const sample = { labels: '', value: 0 }
        reader.struct(item, 'main.sample', {
          labels: labels => { sample.labels = reader.text(labels) },
          value: number => { sample.value = reader.number(number) },
          histogram: histogram => { if (reader.text(histogram) !== '') reader.refuse(histogram, 'native histograms are not supported') }
        })
        return sample
      })
    }
  })
  return test
}

function readNotificationTest (reader: YamlReader, node: YamlNode): NotificationTest {
  const test = { atMs: 0, receiver: '', expected: [] as ExpectedNotification[] }
  reader.struct(node, 'notificationTest', {
    eval_time: value => { test.atMs = reader.duration(value) ?? 0 },
    receiver: value => { test.receiver = reader.text(value) },
    exp_notifications: value => { test.expected = reader.list(value, 'notification').map(item => readNotification(reader, item)) }
  })
  if (test.receiver === '') reader.refuse(node, 'a notification_test needs a receiver')
  return test
}

type Writable<T> = { -readonly [key in keyof T]: T[key] }

function readNotification (reader: YamlReader, node: YamlNode): ExpectedNotification {
  const found: Writable<ExpectedNotification> = { status: undefined, groupLabels: undefined, alerts: undefined }
  reader.struct(node, 'notification', {
    status: value => { found.status = readStatus(reader, value) },
    group_labels: value => { found.groupLabels = pairsOf(reader.textMap(value)) },
    exp_alerts: value => { found.alerts = reader.list(value, 'notifiedAlert').map(item => readNotified(reader, item)) }
  })
  return found
}

function readNotified (reader: YamlReader, node: YamlNode): ExpectedNotified {
  const alert: Writable<ExpectedNotified> = { status: undefined, labels: undefined, annotations: undefined }
  reader.struct(node, 'notifiedAlert', {
    status: value => { alert.status = readStatus(reader, value) },
    exp_labels: value => { alert.labels = pairsOf(reader.textMap(value)) },
    exp_annotations: value => { alert.annotations = pairsOf(reader.textMap(value)) }
  })
  return alert
}

function readStatus (reader: YamlReader, node: YamlNode): string {
  const status = reader.text(node)
  if (status !== 'firing' && status !== 'resolved') reader.refuse(node, `status: found ${JSON.stringify(status)}, expected firing or resolved`)
  return status
}
