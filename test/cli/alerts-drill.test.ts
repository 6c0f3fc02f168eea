import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import queryApi from '../../plugins/query-api.js'
import registry from '../../plugins/registry.js'
import routing from '../../plugins/routing.js'
import rules from '../../plugins/rules.js'
import series from '../../plugins/series.js'
import { cli } from './alerts-command.js'

const ruleFile = `groups:
- name: g
  rules:
  - {alert: High, expr: twice > 10, for: 2m, labels: {severity: critical, value: '{{ $value }}'}}
  - {alert: SlowResponseTime, expr: vector(0) > 1}
  - {alert: Highest, expr: vector(0) > 1}
  - {alert: Low, expr: vector(0) > 1}
`

const routes = `
route:
  receiver: log
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1m
  routes:
  - {receiver: page, matchers: [severity="critical"], continue: true}
  - receiver: log
receivers:
- name: log
- name: page
  webhook_configs: [{url: 'http://127.0.0.1:1/'}]
`

await t.test('alerts drill sends a marked alert along its real route, and prints who was told', async t => {
  const dir = t.testdir({ 'rules.yml': ruleFile, 'alertmanager.yml': routes })
  const app = Fastify()
  await app.register(registry)
  await app.register(series)
  await app.register(queryApi)
  await app.register(routing, { file: join(dir, 'alertmanager.yml') })
  await app.register(rules, { files: [join(dir, 'rules.yml')], reload: false })
  t.teardown(async () => { await app.close() })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })

  const drill = await cli('drill', 'High', '--url', url, '--wait', '2')
  t.match(drill, { code: 1, out: /^High\{severity="critical", drill="true", drill_id="\w+"\}\n {2}goes to page, log\n/ })
  t.match(drill.out, /log\/log\[0\]: sent \(firing\), first notification/)
  t.match(drill.out, /page\/webhook\[0\]: nothing yet, after 2 s/, 'nobody listens at the webhook, and it is tried for longer')
  const ended = [...app.njordRouting.alerts()].find(({ labels }) => labels.includes('drill'))
  t.ok(ended !== undefined && ended.endsAtMs <= Date.now(), 'it is over')

  const other = await cli('drill', 'Low', '--url', `${url}/`, '--label', 'team=desk')
  t.match(other, { code: 0, out: /Low\{team="desk", drill="true"[^]*log\/log\[0\]: sent/ })
  const before = app.njordRouting.ledger.total
  t.match(await cli('drill', 'higj', '--url', url), { code: 1, out: '', progress: /the host has no rule higj; near it are High, Highest, Low; --any-name sends it all the same\n/ })
  t.equal(app.njordRouting.ledger.total, before, 'nothing is sent')
  t.match(await cli('drill', 'Posted', '--url', url, '--any-name', '--label', 'team=desk'), { code: 0, out: /^Posted\{team="desk", drill="true", drill_id="\w+"\}\n {2}goes to log\n/ })
  t.match(await cli('drill', 'NjordReceiverFailing', '--url', url, '--wait', '1'),
    { out: /^NjordReceiverFailing\{severity="critical", drill="true", drill_id="\w+"\}\n {2}goes to page, log\n/ }, 'the host raises it by itself')
  t.match(await cli('drill', 'High', '--url', 'http://127.0.0.1:1'), { code: 1, progress: /no answer from http:\/\/127\.0\.0\.1:1/ })
  for (const args of [['High'], ['--url', url], ['High', '--url', 'nowhere'], ['High', '--url', url, '--wait', 'x']]) t.equal((await cli('drill', ...args)).code, 2, args.join(' '))
  const closed = Fastify()
  closed.post('/api/v2/alerts', async (_, reply) => await reply.code(401).send({}))
  closed.post('/a/api/v2/alerts', async (_, reply) => await reply.code(403).send({}))
  closed.post('/b/api/v2/alerts', async () => 'no JSON')
  t.teardown(async () => { await closed.close() })
  const address = await closed.listen({ port: 0, host: '127.0.0.1' })
  t.match(await cli('drill', 'High', '--url', address), { code: 1, progress: /wants a token/ })
  t.match(await cli('drill', 'High', '--url', `${address}/a`), { code: 1, progress: /does not answer from here/ })
  t.match(await cli('drill', 'High', '--url', `${address}/b`), { code: 1, progress: /not with JSON/ })
  t.match(await cli('drill', 'High', '--url', `${address}/c`), { code: 1, progress: /answers 404/ })
})

await t.test('alerts drill waits for everybody whom its receivers tell, and for lines of its own', async t => {
  const second = createServer((request, response) => {
    // Later than the first webhook is told, and not worth another try.
    request.resume().on('end', () => { setTimeout(() => response.writeHead(request.url === '/bad' ? 404 : 200).end(), request.url === '/bad' ? 600 : 0) })
  }).listen(0, '127.0.0.1')
  await once(second, 'listening')
  t.teardown(() => { second.close() })
  const address = `http://127.0.0.1:${(second.address() as AddressInfo).port}`
  const dir = t.testdir({
    'rules.yml': `groups: [{name: g, rules: [
      {alert: High, expr: vector(0) > 1, labels: {severity: page, value: '{{ $value }}'}}, {alert: Baz, expr: vector(0) > 1}, {alert: Baz, expr: vector(1) > 2}]}]`,
    'alertmanager.yml': `
route:
  {receiver: log, group_by: [alertname], group_wait: 0s, group_interval: 1s, routes: [
    {receiver: nobody, matchers: [team="none"]}, {receiver: two, matchers: [region="eu", severity="page"]}, {receiver: log, matchers: [alertname="Baz"]}]}
receivers: [{name: log}, {name: nobody}, {name: two, webhook_configs: [{url: '${address}/good'}, {url: '${address}/bad'}]}]
`
  })
  const app = Fastify()
  for (const plugin of [registry, series, queryApi]) await app.register(plugin)
  await app.register(routing, { file: join(dir, 'alertmanager.yml') })
  await app.register(rules, { files: [join(dir, 'rules.yml')], reload: false, externalLabels: { region: 'eu', severity: 'none' } })
  t.teardown(async () => { await app.close() })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const drill = async (...args: string[]) => await cli('drill', ...args, '--url', url, '--wait', '5')

  const two = await drill('High')
  t.match(two, { code: 1, progress: /templates are not filled in: value/, out: /^High\{region="eu", severity="page", drill="true", drill_id="\w+"\}\n {2}goes to two\n/ })
  t.match(two.out, /two\/webhook\[0\]: sent \(firing\)[^]*two\/webhook\[1\]: failed \(firing\), .*404/, 'by the external labels, and the slower one too')
  t.match(await drill('High', '--label', 'team=none'), { code: 1, out: /goes to nobody\n {2}nobody: it tells nobody/ })

  t.match(await drill('Baz'), { code: 0, progress: /2 rules Baz/, out: /log\/log\[0\]: sent \(firing\)/ })
  const silence = { matchers: [{ name: 'alertname', value: 'Baz', isRegex: false }], startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 60_000).toISOString(), createdBy: 't', comment: 't' }
  const { body } = await app.inject({ method: 'POST', url: '/api/v2/silences', payload: silence })
  const again = await drill('Baz')
  t.match(again, { code: 1, out: new RegExp(`log: silenced, silence ${(JSON.parse(body) as { silenceID: string }).silenceID}`) })
  t.notMatch(again.out, 'sent', 'what the first one still has to say is not its own')
})

await t.test('alerts drill fails where the host has no room for it', async t => {
  const app = Fastify()
  await app.register(registry)
  await app.register(routing, { maxAlerts: 1 })
  t.teardown(async () => { await app.close() })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await cli('drill', 'A', '--url', url, '--wait', '0.001')).code, 1)
  t.match(await cli('drill', 'B', '--url', url), { code: 1, progress: /the host did not take the alert/ })
})
