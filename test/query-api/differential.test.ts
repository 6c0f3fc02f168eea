import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { Oracle } from '../promql/differential/oracle.js'
import { history, hostOf } from './history.js'
import { requests, type Request } from './requests.js'

interface Answered { readonly status: number, readonly body: unknown }

/** What Prometheus 3.5 answered to each request; written anew when NJORD_RECORD is set and PROMETHEUS names a 3.5. */
const recording = fileURLToPath(new URL('../fixtures/query-api/prometheus-3.5.json', import.meta.url))

const named = ([method, path, form]: Request) => [method, path, ...form === undefined ? [] : [form]].join(' ')
const formType = { 'content-type': 'application/x-www-form-urlencoded' }

function read (status: number, type: string, text: string): Answered {
  return { status, body: type.startsWith('application/json') ? JSON.parse(text) : text.trim() }
}

async function askOracle (url: string, [method, path, body]: Request): Promise<Answered> {
  const answer = await fetch(url + path, { method, body, headers: body === undefined ? {} : formType })
  return read(answer.status, answer.headers.get('content-type') ?? '', await answer.text())
}

async function askOurs (app: FastifyInstance, [method, url, payload]: Request): Promise<Answered> {
  const answer = await app.inject({ method: method as 'GET', url, payload, headers: payload === undefined ? {} : formType })
  return read(answer.statusCode, String(answer.headers['content-type']), answer.body)
}

await t.test('answers every request as Prometheus does, field for field, successes and errors', async t => {
  const app = hostOf(t)
  const recorded = existsSync(recording) ? JSON.parse(readFileSync(recording, 'utf8')) as Record<string, Answered> : {}
  const oracle = process.env.PROMETHEUS === undefined ? undefined : await Oracle.start()
  if (oracle !== undefined) t.teardown(async () => { await oracle.close() })
  const live = oracle?.isVersion3 === true ? oracle : undefined
  await live?.write(history)

  const answers: Record<string, Answered> = {}
  let different = 0
  for (const request of requests) {
    const name = named(request)
    const expected = live === undefined ? recorded[name] : await askOracle(live.url, request)
    if (expected === undefined) t.fail(`not recorded: ${name}`)
    else {
      answers[name] = expected
      if (!t.strictSame(await askOurs(app, request), expected, name)) different++
    }
  }
  t.equal(different, 0)
  if (live !== undefined && process.env.NJORD_RECORD !== undefined) {
    const lines = Object.entries(answers).map(([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer)}`)
    writeFileSync(recording, `{\n${lines.join(',\n')}\n}\n`)
  }
})
