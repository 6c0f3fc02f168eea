import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { syntheticFeed } from '../../../examples/paper-trader/feed/feed.js'
import { run } from '../../../src/cli/run.js'
import { curlUrl, startExample } from '../process.js'
import { openHost } from './host.js'
import { marketFiles } from './market-data.js'

const excerpt = marketFiles.find(({ title }) => title === 'the beginning of btc-perp-1m-2022-01')!
const start = (t: Test, ...args: string[]) => startExample(t, 'paper-trader/main.ts', args)

const low = 'alerts: [{name: low, metric: "njord_strategy_drawdown_pct{strategy_id=\\"chase\\"}", condition: "> 0.1", duration: 60, labels: {severity: page}}]\n'
const routes = `route: {receiver: bus, group_wait: 0s, group_interval: 1m, repeat_interval: 24h, routes: [{receiver: log, matchers: [severity="page"]}]}
receivers: [{name: log}, {name: bus}]
`

await t.test('takes rules and routes, and keeps a journal over which they can be replayed', async t => {
  const dir = t.testdir({ 'rules.yaml': low, 'routes.yaml': routes })
  const files = ['--rules', join(dir, 'rules.yaml'), '--routes', join(dir, 'routes.yaml')]
  const args = ['--port', '0', '--feed', excerpt.path, '--speed', 'max', '--ticks', '470', '--exit-at-end', '--data', join(dir, 'data'), ...files]
  const { code, errors } = await start(t, ...args).ended()
  t.equal(code, 0)
  const logged = errors.trim().split('\n').map(line => JSON.parse(line) as { status: string, msg: string }).filter(({ msg }) => msg.startsWith('alerts are'))
  t.match(logged[0], { level: 40, msg: 'alerts are firing', groupKey: /severity/, alerts: [{ labels: { alertname: 'low', strategy_id: 'chase' } }] })
  t.match(logged[1], { msg: 'alerts are resolved' })
  let out = ''
  const journal = ['--journal', join(dir, 'data/journal'), '--to', '2022-01-01T00:57Z']
  t.match(await run(['alerts', 'replay', ...files, ...journal, '--json', '--quiet'], { out: text => { out += text }, progress: () => {} }), { code: 0 })
  const replayed = JSON.parse(out) as { notifications: Array<{ receiver: string, status: string, reason: string }> }
  t.strictSame(replayed.notifications.map(({ receiver, status }) => [receiver, status]), logged.map(({ status }) => ['log', status]), 'what was told would have been told')
  t.match(await start(t, ...args).ended(), { code: 2, errors: /^paper-trader: --data: found files in .*, expected an empty folder.*\n$/ })
})

await t.test('alerts outlive a live session', async t => {
  const dir = t.testdir({
    'rules.yaml': 'groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(1), labels: {severity: page}}]}]', 'routes.yaml': routes
  })
  const args = ['--port', '0', '--rules', join(dir, 'rules.yaml'), '--routes', join(dir, 'routes.yaml'), '--data', join(dir, 'data')]
  const session = async () => {
    const child = start(t, ...args)
    const url = (await curlUrl(child, 'metrics')).replace('/metrics', '')
    const until = async <T>(path: string, pick: (answer: never) => T | undefined): Promise<T> => {
      for (;;) {
        const found = pick(await (await fetch(url + path)).json() as never)
        if (found !== undefined) return found
        await delay(50)
      }
    }
    const activeAt = await until('/api/v1/alerts', ({ data }: { data: { alerts: Array<{ activeAt: string }> } }) => data.alerts[0]?.activeAt)
    await until('/api/v2/njord/ledger', (lines: Array<{ outcome: string }>) => lines.find(({ outcome }) => outcome === 'sent') ?? (errors === '' ? undefined : lines))
    child.interrupt('SIGTERM')
    return { activeAt, ...await child.ended() }
  }
  let errors = ''
  const first = await session()
  t.match(first, { code: 0, errors: /"alerts are firing"/ })
  errors = first.errors
  const second = await session()
  t.match(second, { code: 0, activeAt: first.activeAt }, 'it fires since when it did')
  t.notMatch(second.errors, 'alerts are firing', 'nobody is told again')
})

await t.test('rules and routes that are wrong keep it from starting, and let go of its folder', async t => {
  const dir = t.testdir({ 'rules.yaml': 'alerts: 1\n', 'routes.yaml': 'route: {receiver: a}\nreceivers: [{name: b}]\n' })
  const data = join(dir, 'data')
  await t.rejects(openHost(t, syntheticFeed(1, 0), { data, rules: [join(dir, 'rules.yaml')] }), { code: 'NJORD_ERR_RULES' })
  await t.rejects(openHost(t, syntheticFeed(1, 0), { data, routes: join(dir, 'routes.yaml') }), { code: 'NJORD_ERR_ROUTING_FILE' })
})
