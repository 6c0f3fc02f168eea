import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { test, type Test } from 'tap'
import exporter from '../../plugins/exporter.js'
import registry from '../../plugins/registry.js'
import routing, { type RoutingOptions } from '../../plugins/routing.js'

const file = (receiver: string, more = ''): string => `
route: { receiver: ${receiver}, group_by: [alertname], group_wait: 0s, group_interval: 1s }
receivers: [{ name: log }, { name: bus }]
${more}`

async function open (t: Test, options: RoutingOptions): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(registry)
  await app.register(routing, options)
  await app.register(exporter)
  t.teardown(async () => { await app.close() })
  await app.ready()
  return app
}

const metric = async (app: FastifyInstance, name: string): Promise<number> => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await app.inject('/metrics')).body)?.[1])

async function until (isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !await isSo(); i++) await delay(20)
}

test('a new routing is taken up when its file or a template changes; a wrong one is refused whole, and the one that was there stays', async t => {
  const dir = t.testdir({ 'alertmanager.yml': file('log', 'templates: ["*.tmpl"]'), 'a.tmpl': '{{ define "a" }}a{{ end }}' })
  const path = join(dir, 'alertmanager.yml')
  const app = await open(t, { file: path, flapDamping: [{ receiver: 'log', starts: 5, windowMs: 1000, holdMs: 1000 }] })
  const root = (): string => app.njordRouting.routing.config.route.receiver!
  app.njordRouting.post([{ labels: ['alertname', 'A'], annotations: [], startsAtMs: Date.now(), endsAtMs: Date.now() + 60_000, generatorUrl: '' }])
  await app.njordRouting.settled()
  t.same([...app.njordRouting.groups()].map(({ route }) => route.options.receiver), ['log'])
  t.equal(await metric(app, 'njord_alerting_config_last_reload_successful'), 1)

  await writeFile(path, file('bus', 'templates: ["*.tmpl"]'))
  await until(() => root() === 'bus')
  await app.njordRouting.settled()
  t.same([...app.njordRouting.groups()].map(({ route }) => route.options.receiver), ['bus'], 'what fires goes along the new routes')

  await writeFile(path, file('nobody'))
  await until(async () => await metric(app, 'njord_alerting_reload_failures_total') === 1)
  t.equal(root(), 'bus')
  t.equal(await metric(app, 'njord_alerting_config_last_reload_successful'), 0)
  await writeFile(path, file('bus').replace('{ name: log }, ', ''))
  await until(async () => await metric(app, 'njord_alerting_reload_failures_total') === 2)
  t.equal(root(), 'bus', 'a receiver that an option names is gone')
  await writeFile(path, file('log', 'templates: ["*.tmpl"]'))
  await until(() => root() === 'log')

  await writeFile(join(dir, 'a.tmpl'), '{{ define "a" }}b{{ end }}')
  await until(() => app.njordRouting.routing.templateFiles.get('a.tmpl')!.includes('b'))
  t.match(app.njordRouting.routing.templateFiles.get('a.tmpl'), /b/)
  t.equal(await metric(app, 'njord_alerting_config_last_reload_successful'), 1)
})

test('or when the process is told to, or never', async t => {
  const dir = t.testdir({ 'a.yml': file('log') })
  const path = join(dir, 'a.yml')
  const told = await open(t, { file: path, reload: 'SIGHUP' })
  const never = await open(t, { file: path, reload: false })
  await writeFile(path, file('bus'))
  process.kill(process.pid, 'SIGHUP')
  await until(() => told.njordRouting.routing.config.route.receiver === 'bus')
  t.equal(told.njordRouting.routing.config.route.receiver, 'bus')
  t.equal(never.njordRouting.routing.config.route.receiver, 'log')
})

test('the ledger says why nothing is sent to a receiver that needs a real Alertmanager', async t => {
  const dir = t.testdir({
    'a.yml': `
route: { receiver: desk, group_wait: 0s }
receivers:
- name: desk
  email_configs: [{ to: desk@example.org, from: a@example.org, smarthost: 'mail:25' }]
`
  })
  const { njordRouting } = await open(t, { file: join(dir, 'a.yml') })
  njordRouting.post([{ labels: ['alertname', 'A'], annotations: [], startsAtMs: Date.now(), endsAtMs: Date.now() + 60_000, generatorUrl: '' }])
  await njordRouting.settled()
  t.match(njordRouting.ledger.entries(), [{ outcome: 'grouped', receiver: 'desk', why: /email\[0\] needs a real Alertmanager .*; nothing is sent from here/ }])
})
