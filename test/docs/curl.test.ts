import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import telemetry from '../../plugins/telemetry.js'
import { run } from '../../src/cli/run.js'
import { Document, root } from './documents.js'

const skip = spawnSync('curl', ['--version']).status === 0 ? false : 'there is no curl'
const commands = (path: string): string[] => new Document(path).code('sh').filter(text => text.startsWith('host='))

await t.test('the curl commands of the documents on alerts and routing are answered, one after another', { skip }, async t => {
  const app = Fastify()
  t.teardown(async () => { await app.close() })
  await app.register(telemetry, { enabled: true, rules: [join(root, 'config/alerts.yaml')] })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const [path, count] of [['docs/alerts.md', 4], ['docs/routing.md', 7]] as const) {
    const [script = ''] = commands(path)
    const child = spawn('sh', ['-euc', `curl () { command curl -sSf "$@" && echo >&2 answered; }\n${script.replace('http://127.0.0.1:3000', url)}`])
    let [output, errors] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
    const [code] = await once(child, 'close') as [number]
    t.equal(code, 0, `${path}: ${errors}`)
    t.equal(errors, 'answered\n'.repeat(count))
    t.match(output, path === 'docs/alerts.md' ? /"name":"high_drawdown"[^]*"resultType":"matrix"/ : /"silenceID":"[^]*"comment":"it is known"/)
  }
  t.match((await app.inject('/api/v2/silences')).json(), [{ comment: 'it is known', status: { state: 'expired' } }])
})

await t.test('the commands on alerts in the documents are those that there are', async t => {
  const { text } = new Document('docs/alerts.md')
  const said = [...text.matchAll(/^njord-telemetry (alerts \w+)/gm)].map(([, command]) => command!)
  t.strictSame(said, ['alerts check', 'alerts test', 'alerts replay', 'alerts drill'])
  const clone = /as in `npx tsx src\/cli\/main\.ts ([^`]+)`/.exec(text)?.[1]?.split(' ') ?? []
  t.match(await run(clone.map(word => word.startsWith('config/') ? join(root, word) : word), { out: () => {}, progress: () => {} }), { code: 0 })
})
