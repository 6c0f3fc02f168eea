import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { NotificationTemplates } from '../../../../src/alerting/routing/template/notification-templates.js'
import type { Notification, NotifiedAlert } from '../../../../src/alerting/routing/notification.js'
import { labelsOf, labelsToObject } from '../../../../src/contracts/labels.js'
import { templateCases } from './template-cases.js'

const prelude = '{{ $s := (index .Alerts 0).StartsAt }}{{ $e := (index .Alerts 1).EndsAt }}{{ $z := (index .Alerts 0).EndsAt }}'
const startsAt = '2026-03-05T15:04:09.078Z'

function alert (alertname: string, endsAt: string, isResolved: boolean): NotifiedAlert {
  return {
    alert: {
      labels: labelsOf({ alertname, a: 'x', severity: 'page' }),
      annotations: labelsOf({ summary: "hello wORLD o'neil" }),
      startsAtMs: Date.parse(startsAt),
      endsAtMs: Date.parse(endsAt),
      generatorUrl: 'http://g/<x>',
      fingerprint: 'abcd'
    } as NotifiedAlert['alert'],
    isResolved
  }
}

const notification = {
  receiver: 'r',
  status: 'firing',
  atMs: Date.parse(startsAt),
  reason: '',
  groupLabels: labelsOf({ alertname: 'A' }),
  alerts: [alert('A', '0001-01-01T00:00:00Z', false), alert('B', '2026-03-05T16:10:10Z', true)]
} as unknown as Notification

const expand = async (text: string, files?: Map<string, string>): Promise<string> => {
  const { text: filledIn } = await new NotificationTemplates('http://am', files).expansion(notification)
  return await filledIn(text)
}

await t.test('templates of receivers become what they become in Alertmanager: times, functions, printf, errors', async t => {
  for (const [template, expected] of templateCases) {
    const text = await expand(template.includes('$') ? prelude + template : template).catch((error: unknown) => `amtool: error: ${(error as Error).message}`)
    t.equal(text.trim(), expected, template)
  }
})

await t.test('amtool says the same of a part of them', async t => {
  const amtool = process.env.AMTOOL ?? 'amtool'
  if (Number(/version \d+\.(\d+)/.exec(spawnSync(amtool, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 33) {
    t.pass('not compared: AMTOOL names one of Alertmanager 0.33')
    return
  }
  const [data, empty] = [join(t.testdir(), 'data.json'), join(t.testdirName, 'empty.tmpl')]
  await writeFile(empty, '')
  await writeFile(data, JSON.stringify({
    receiver: 'r',
    status: 'firing',
    externalURL: 'http://am',
    groupLabels: { alertname: 'A' },
    commonLabels: { a: 'x', severity: 'page' },
    commonAnnotations: { summary: "hello wORLD o'neil" },
    alerts: notification.alerts.map(({ alert, isResolved }) => ({
      status: isResolved ? 'resolved' : 'firing',
      labels: labelsToObject(alert.labels),
      annotations: labelsToObject(alert.annotations),
      startsAt,
      endsAt: new Date(alert.endsAtMs).toISOString(),
      generatorURL: alert.generatorUrl,
      fingerprint: alert.fingerprint
    }))
  }))
  for (const [template, expected] of templateCases.filter((_, i) => i % 4 === 0)) {
    const text = template.includes('$') ? prelude + template : template
    const { stdout, stderr } = spawnSync(amtool, ['template', 'render', `--template.glob=${empty}`, `--template.text=${text}`, `--template.data=${data}`], { encoding: 'utf8' })
    t.equal((stdout + stderr).trim(), expected, template)
  }
})

await t.test('what depends on the hour and the place is told of the notification and the process', async t => {
  t.equal(await expand('{{ now }} {{ since (index .Alerts 0).StartsAt }} {{ now.Unix }}'), '2026-03-05 15:04:09.078 +0000 UTC 0s 1772723049')
  t.equal(await expand('{{ eq (now.Local.Format "15:04 -0700") (date "15:04 -0700" (tz "Local" now)) }}'), 'true')
  t.equal(await expand('{{ now.Local.Unix }}'), '1772723049')
  await t.rejects(expand('{{ base64encode "a" }}'), /function "base64encode" not defined/)
})

await t.test('a definition of a later file replaces one that is there, unless it is empty', async t => {
  const files = new Map([['a.tmpl', '{{ define "x" }}1{{ end }}{{ define "y" }}1{{ end }}'], ['b.tmpl', '{{ define "x" }} {{ end }}{{ define "y" }}2{{ end }}']])
  t.equal(await expand('{{ template "x" }}{{ template "y" }}', files), '12')
  t.throws(() => { NotificationTemplates.check(new Map([['c', '{{ define "x" }}{{ define "y" }}{{ end }}{{ end }}']])) }, /template: c:1: unexpected <define> in command/)
})
